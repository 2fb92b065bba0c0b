namespace Holdfast.StoreManager;

/// <summary>
/// Time that passes only while batches come: silence of the pipe is nobody's silence. One writer, any readers; the time
/// that is handed in is monotonic.
/// </summary>
internal sealed class PipeClock
{
    /// <summary>Batches come at least every second; more than this without one is the pipe's own silence.</summary>
    internal static readonly TimeSpan GapMax = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private TimeSpan _flowed;
    private TimeSpan? _last;

    internal void Hear(TimeSpan now)
    {
        lock (_gate)
        {
            _flowed = AtNeedsLock(now);
            _last = now;
        }
    }

    internal TimeSpan At(TimeSpan now)
    {
        lock (_gate)
        {
            return AtNeedsLock(now);
        }
    }

    private TimeSpan AtNeedsLock(TimeSpan now)
    {
        var since = _last is { } last ? now - last : TimeSpan.Zero;
        return _flowed + (since < GapMax ? since : GapMax);
    }
}
