using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.Deliver;

/// <summary>A slot on a lane that is taken for a delivery, and the delivery with its claim, as it is to be written.</summary>
internal sealed class Seat(DeliveryLoop loop, Lane lane, Delivery claimed)
{
    internal Delivery Claimed => claimed;

    /// <summary>It is carried where the claim was written; else the slot is free again.</summary>
    /// <param name="isWritten">The claim is durable.</param>
    /// <param name="version">Of the delivery with it.</param>
    /// <param name="alert">As it is known.</param>
    internal ValueTask Take(bool isWritten, long version, Versioned<Alert> alert)
    {
        if (!isWritten)
        {
            return lane.Leave();
        }

        loop.Start(lane, new(claimed, version), alert);
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// From who accepts to who carries, in one process: what is quite new is written with the claim of this process on it already
/// where its lane has a slot free, so that nobody has to find it and claim it. The others <see cref="DeliveryLoop"/> finds.
/// </summary>
internal sealed class Handover
{
    private volatile DeliveryLoop? _loop;

    internal void Open(DeliveryLoop loop) => _loop = loop;

    internal void Close() => _loop = null;

    /// <summary>Null: it is to be written without a claim.</summary>
    internal Seat? SeatFor(Delivery delivery) =>
        delivery is { Condition: AlertCondition.Firing, Occurrence: 1, Round: 1, Repeat: 0, InsteadOf: null }
            ? _loop?.SeatFor(delivery)
            : null;
}
