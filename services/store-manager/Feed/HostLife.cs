using Holdfast.Fleet;

namespace Holdfast.StoreManager.Feed;

/// <summary>One moment, on the clocks that judgements go by: a pass judges everything at one.</summary>
/// <param name="Elapsed">Monotonic, since this process began.</param>
/// <param name="Feed">The same, but only while batches come.</param>
/// <param name="Now">Wall clock: positions in logs are stamped by it.</param>
internal readonly record struct Moment(TimeSpan Elapsed, TimeSpan Feed, DateTimeOffset Now);

/// <summary>Times at which a host was heard. One writer, any readers; entries that it lists point here.</summary>
internal sealed class HostLife
{
    private const long Never = -1;
    private long _heard = Never;
    private long _served = Never;
    private volatile bool _isDown;
    private volatile bool _holdsList;
    private volatile bool _drains;
    private volatile CollectorFeed? _through;

    internal bool IsDown => _isDown;

    /// <summary>An operator wants it empty.</summary>
    internal bool Drains { get => _drains; set => _drains = value; }

    internal void Hear(TimeSpan elapsed, TimeSpan feed, CollectorFeed through, bool holdsList)
    {
        _through = through;
        Volatile.Write(ref _heard, elapsed.Ticks);
        _holdsList = holdsList;
        if (holdsList)
        {
            // The scheduler gives a host that was Down no list before it is Online again.
            Volatile.Write(ref _served, feed.Ticks);
            _isDown = false;
        }
    }

    internal void Fall()
    {
        _isDown = true;
        Volatile.Write(ref _heard, Never);
    }

    internal void Rise() => _isDown = false;

    internal bool IsHeard(TimeSpan elapsed, TimeSpan max) =>
        Volatile.Read(ref _heard) is var at and not Never && elapsed.Ticks - at <= max.Ticks;

    /// <summary>It holds its list and says so: what it runs is what it was told to run.</summary>
    internal bool IsServing(TimeSpan elapsed, TimeSpan max) => _holdsList && !_isDown && IsHeard(elapsed, max);

    /// <summary>
    /// Since it was heard with its list, while the feed was complete; since this process began if it never was. What its
    /// collector had heard and could not say any more is nobody's silence.
    /// </summary>
    internal TimeSpan Silence(TimeSpan feed)
    {
        var since = Volatile.Read(ref _served) is var at and not Never ? new TimeSpan(at) : TimeSpan.Zero;
        return feed - (_through?.DroppedAt is { } dropped && dropped > since ? dropped : since);
    }
}
