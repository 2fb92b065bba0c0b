namespace Holdfast.HaScheduler.Leaders;

/// <summary>
/// Watches that passes come to their end. A replica whose pass hangs, or fails again and again, leads nothing, however well the lease's
/// own loop runs beside it. Time counts only while somebody looks: a process that was stopped hangs in nothing. Clockless.
/// </summary>
/// <param name="lookMax">No look counts for more than this, however late it comes.</param>
internal sealed class PassWatch(TimeSpan lookMax)
{
    private long _finished = -1;
    private TimeSpan _lookedAt;

    /// <summary>Since a pass was last seen to have finished, or since the first look.</summary>
    internal TimeSpan Unfinished { get; private set; }

    /// <param name="finished">Passes that have come to their end so far.</param>
    /// <param name="now">Monotonic.</param>
    internal void Look(long finished, TimeSpan now)
    {
        var passed = now - _lookedAt;
        Unfinished = finished == _finished ? Unfinished + (passed < lookMax ? passed : lookMax) : TimeSpan.Zero;
        (_finished, _lookedAt) = (finished, now);
    }
}
