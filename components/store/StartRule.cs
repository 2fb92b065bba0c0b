using Holdfast.Log.Contract;

namespace Holdfast.Store;

/// <summary>The beginning of a new log. Pure.</summary>
internal static class StartRule
{
    /// <param name="at">The position to which the time leads; null: the source's log begins later.</param>
    /// <param name="time">That time, microseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="needed">The exact position that somebody needs next.</param>
    /// <param name="identity">The source.</param>
    /// <param name="range">The range of the source.</param>
    internal static LogStart Of(Position? at, long time, NeededPosition? needed, SourceIdentity identity, SourceRange range)
    {
        if (at is not { } byTime)
        {
            // It begins with what the source still has, and says so: whether that is enough is not for a Store to decide. The commit at
            // the oldest position is not in it, so a reader may ask for what is later than that one.
            var oldest = range.OldestTime ?? identity.Clock;
            return new LogStart(range.Oldest, ((oldest - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) + 1);
        }

        // A clock that was set back leads past commits that are late by number and early by time. All before the earlier place was
        // committed before that time, too.
        return needed is { } exact && exact.SystemId == identity.SystemId && exact.After < byTime
            ? new LogStart(Position.Later(exact.After, range.Oldest), time)
            : new LogStart(byTime, time);
    }
}
