using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.HaScheduler.Publishing;

/// <summary>
/// The changes of this replica that the others have not been told yet. While there is no other replica, none is kept.
/// </summary>
internal sealed class CacheInvalidation
{
    /// <summary>More than so many of one collection are not named one by one.</summary>
    internal const int IdsMax = 256;

    /// <summary>A replica that was not heard for so long is gone.</summary>
    private static readonly TimeSpan OtherMax = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Leadership _leadership;
    private readonly Dictionary<string, HashSet<string>> _changed = new(StringComparer.Ordinal);
    private TimeSpan? _otherHeard;
    private bool _mustReadAll;

    public CacheInvalidation(Cluster cluster, Leadership leadership)
    {
        _leadership = leadership;
        foreach (var (collection, cache) in cluster.Caches)
        {
            cache.Written += id => Note(collection, id);
        }
    }

    /// <summary>Raised when there is something to say.</summary>
    internal event Action? Noted;

    /// <summary>Another replica was heard of late.</summary>
    internal bool HasOthers
    {
        get
        {
            lock (_lock)
            {
                return _otherHeard is { } at && _leadership.Now - at < OtherMax;
            }
        }
    }

    /// <summary>A document was written here.</summary>
    internal void Note(string collection, string id)
    {
        if (!HasOthers)
        {
            return;
        }

        lock (_lock)
        {
            if (!_changed.TryGetValue(collection, out var ids))
            {
                _changed[collection] = ids = new HashSet<string>(StringComparer.Ordinal);
            }

            // One more than can be named stands for all of them.
            if (ids.Count <= IdsMax)
            {
                ids.Add(id);
            }
        }

        Noted?.Invoke();
    }

    /// <summary>Takes the messages that are due now.</summary>
    internal List<SchedulerStateChanged> Take(DateTimeOffset now)
    {
        lock (_lock)
        {
            var taken = _changed.Select(c => new SchedulerStateChanged
            {
                Replica = _leadership.Me, Collection = c.Key, Ids = c.Value.Count > IdsMax ? null : [.. c.Value], At = now,
            }).ToList();
            _changed.Clear();
            return taken;
        }
    }

    /// <summary>Says that this replica is there, and that it has changed nothing.</summary>
    internal SchedulerStateChanged Hello(DateTimeOffset now) => new() { Replica = _leadership.Me, At = now };

    /// <summary>Another replica is about, by its own word or by its lease.</summary>
    internal void OtherIsThere()
    {
        lock (_lock)
        {
            _otherHeard = _leadership.Now;
        }
    }

    /// <summary>Something was changed that nobody can name.</summary>
    internal void MustReadAll()
    {
        lock (_lock)
        {
            _mustReadAll = true;
        }
    }

    internal bool TakeMustReadAll()
    {
        lock (_lock)
        {
            var must = _mustReadAll;
            _mustReadAll = false;
            return must;
        }
    }
}

internal sealed class SchedulerStateChangedConsumer(
    CacheInvalidation invalidation, Cluster cluster, HaConfigStore config, Leadership leadership,
    PassTrigger passes) : IConsumer<SchedulerStateChanged>
{
    public async Task Consume(ConsumeContext<SchedulerStateChanged> context) => await Hear(context.Message, context.CancellationToken);

    internal async Task Hear(SchedulerStateChanged changed, CancellationToken cancel)
    {
        if (changed.Replica == leadership.Me)
        {
            return;
        }

        invalidation.OtherIsThere();
        if (changed.Collection is null || !cluster.Loaded)
        {
            return;
        }

        if (changed.Ids is null)
        {
            invalidation.MustReadAll();
        }
        else if (cluster.Caches.TryGetValue(changed.Collection, out var cache))
        {
            await cache.Refresh(changed.Ids, cancel);
        }
        else if (changed.Collection == SchedulerCollections.Config.Name)
        {
            await config.Load(cancel);
        }

        passes.Hurry();
    }
}

/// <summary>Each replica hears them.</summary>
internal sealed class SchedulerStateChangedDefinition(Settings settings)
    : LiveEndpoint<SchedulerStateChangedConsumer>("ha-scheduler.state-changed", settings);
