using Holdfast.Alerting.Channels;

namespace Holdfast.Alerting.Deliver;

/// <summary>
/// One channel as it is now defined and how busy it is. A channel that hangs fills its own slots and no other's.
/// </summary>
internal sealed class ChannelSlots(Versioned<ChannelDefinition> definition, IChannel channel)
{
    private readonly Lock _lock = new();
    private int _busy;
    private bool _retired;
    private long? _delivered;

    internal ChannelDefinition Definition => definition.Document;

    internal IChannel Channel => channel;

    /// <summary>
    /// Whether the last attempt here went well: as long as they all do, nobody needs to write that down. Begins as not
    /// known.
    /// </summary>
    internal bool IsSound { get; set; }

    /// <summary>Whether it is to be written that it takes alerts; asked once, it is not again for a while.</summary>
    internal bool IsToNoteDelivered(TimeProvider time)
    {
        lock (_lock)
        {
            var isTime = _delivered is not { } before || time.GetElapsedTime(before) >= Breaker.DeliveredApart;
            _delivered = isTime ? time.GetTimestamp() : _delivered;
            return isTime;
        }
    }

    /// <summary>More may be due than it had slots for.</summary>
    internal bool HasMore { get; set; }

    /// <summary>Time for which the first that was found due and might go had been so.</summary>
    internal TimeSpan Behind { get; set; }

    /// <summary>Half of it is free again: to be filled by the handful is cheaper than one by one.</summary>
    internal bool WantsMore => HasMore && Free * 2 >= Definition.Concurrency;

    internal int Free
    {
        get
        {
            lock (_lock)
            {
                return Definition.Concurrency - _busy;
            }
        }
    }

    internal bool Serves(Versioned<ChannelDefinition> current) =>
        current.Version == definition.Version && current.Document.UpdatedAt == definition.Document.UpdatedAt && !channel.IsOutdated();

    internal bool TryTake()
    {
        lock (_lock)
        {
            var enters = !_retired && _busy < Definition.Concurrency;
            _busy += enters ? 1 : 0;
            return enters;
        }
    }

    internal ValueTask Release()
    {
        lock (_lock)
        {
            _busy--;
            return _retired && _busy == 0 ? channel.DisposeAsync() : ValueTask.CompletedTask;
        }
    }

    /// <summary>Takes no more; the channel is closed when the last attempt on it has ended.</summary>
    internal ValueTask Retire()
    {
        lock (_lock)
        {
            var idle = !_retired && _busy == 0;
            _retired = true;
            return idle ? channel.DisposeAsync() : ValueTask.CompletedTask;
        }
    }
}
