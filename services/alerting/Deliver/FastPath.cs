using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.Deliver;

/// <summary>A slot of a channel that is taken for a delivery, and the delivery with its claim, as it is to be written.</summary>
internal sealed class DeliverySlot(DeliveryLoop loop, ChannelSlots slots, Delivery claimed)
{
    internal Delivery Claimed => claimed;

    /// <summary>The attempt begins where the claim was written; else the slot is free again.</summary>
    /// <param name="isWritten">The claim is durable.</param>
    /// <param name="version">Of the delivery with it.</param>
    /// <param name="alert">As it is known.</param>
    internal ValueTask Take(bool isWritten, long version, Versioned<Alert> alert)
    {
        if (!isWritten)
        {
            return slots.Release();
        }

        loop.Start(slots, new(claimed, version), alert);
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// From ingest to the attempt, in one process: a new alert's delivery is written with the claim of this process on it already where its
/// channel has a slot free, so that nobody has to find it and claim it. The others <see cref="DeliveryLoop"/> finds.
/// </summary>
internal sealed class FastPath
{
    private volatile DeliveryLoop? _loop;

    internal void Open(DeliveryLoop loop) => _loop = loop;

    internal void Close() => _loop = null;

    /// <summary>Null: it is to be written without a claim.</summary>
    internal DeliverySlot? SlotFor(Delivery delivery) =>
        delivery is { Condition: AlertCondition.Firing, Occurrence: 1, Generation: 1, Repeat: 0, InsteadOf: null }
            ? _loop?.SlotFor(delivery)
            : null;
}
