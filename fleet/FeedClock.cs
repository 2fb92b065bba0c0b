namespace Holdfast.Fleet;

/// <summary>One collector, as long as its batches come.</summary>
public sealed class CollectorFeed(TimeSpan heardAt)
{
    private const long Never = -1;
    private long _droppedAt = Never;

    /// <summary>Its last batch came then, on this process's monotonic clock.</summary>
    public TimeSpan HeardAt { get; set; } = heardAt;

    /// <summary>Sequence of its newest batch.</summary>
    public long Sequence { get; set; }

    /// <summary>When nobody waited for it any more, on the feed's clock; null: it is waited for.</summary>
    public TimeSpan? DroppedAt => Volatile.Read(ref _droppedAt) is var at and not Never ? new TimeSpan(at) : null;

    public void Drop(TimeSpan feed) => Volatile.Write(ref _droppedAt, feed.Ticks);
}

/// <summary>
/// Time that passes only while the batches of every collector come: silence of the feed is nobody's silence. A collector
/// that stays silent is waited for no longer than its grace; who was heard through it then has a fresh interval. One
/// writer, any readers; the time that is handed in is monotonic.
/// </summary>
public sealed class FeedClock
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CollectorFeed> _collectors = new(StringComparer.Ordinal);
    private TimeSpan _flowed;
    private TimeSpan _last;

    /// <summary>
    /// A collector whose batch is not confirmed says that one again and again, and nothing else: that is silence as well. Of
    /// a batch that was skipped nobody knows whom it named: who was heard through this collector has a fresh interval.
    /// </summary>
    public CollectorFeed Hear(string collector, long sequence, TimeSpan now, bool isLeaving = false)
    {
        lock (_gate)
        {
            if (_collectors.TryGetValue(collector, out var known) && known.Sequence >= sequence)
            {
                return known;
            }

            _flowed = AtNeedsLock(now);
            _last = now;
            if (known is not null && sequence != known.Sequence + 1)
            {
                DropNeedsLock(collector, known);
                known = null;
            }

            var feed = known ?? (_collectors[collector] = new CollectorFeed(now));
            (feed.HeardAt, feed.Sequence) = (now, sequence);
            foreach (var (name, other) in _collectors.Where(v => now - v.Value.HeardAt > FeedLimits.CollectorGrace).ToList())
            {
                DropNeedsLock(name, other);
            }

            if (isLeaving)
            {
                DropNeedsLock(collector, feed);
            }

            return feed;
        }
    }

    public TimeSpan At(TimeSpan now)
    {
        lock (_gate)
        {
            return AtNeedsLock(now);
        }
    }

    private void DropNeedsLock(string name, CollectorFeed feed)
    {
        _collectors.Remove(name);
        feed.Drop(_flowed);
    }

    private TimeSpan AtNeedsLock(TimeSpan now)
    {
        if (_collectors.Count == 0)
        {
            return _flowed;
        }

        var until = now;
        foreach (var feed in _collectors.Values)
        {
            var silentFrom = feed.HeardAt + FeedLimits.GapMax;
            until = silentFrom < until ? silentFrom : until;
        }

        return until > _last ? _flowed + (until - _last) : _flowed;
    }
}
