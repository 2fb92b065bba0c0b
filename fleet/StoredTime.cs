namespace Holdfast.Fleet;

/// <summary>
/// Waits that begin at a stored time. A wall clock wrote it, perhaps another machine's, perhaps one that was far ahead and has been set
/// right since. A time that lies further ahead than the wait is long was written by such a clock, and nothing waits for it.
/// </summary>
public static class StoredTime
{
    /// <summary>The rest of a wait; null: it is over, or has never begun. At most twice the wait.</summary>
    public static TimeSpan? Rest(DateTimeOffset? since, TimeSpan wait, DateTimeOffset now) =>
        since is { } at && at - now <= wait && at + wait - now is var rest && rest > TimeSpan.Zero ? rest : null;
}
