namespace Holdfast.ConsoleUi.Access;

/// <summary>Wrong passwords make a user wait, longer each time. Pure.</summary>
internal static class LockOut
{
    internal const int FailuresMax = 5;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    internal static bool Holds(User user, DateTimeOffset now) => user.LockedUntil > now;

    /// <summary>The fifth failure in a row locks for a minute, each one after that twice as long as the one before.</summary>
    internal static User Failed(User user, DateTimeOffset now)
    {
        var failures = user.Failures + 1;
        if (failures < FailuresMax)
        {
            return user with { Failures = failures };
        }

        var wait = Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - FailuresMax, 10));
        return user with { Failures = failures, LockedUntil = now + TimeSpan.FromTicks(wait) };
    }

    internal static User Succeeded(User user) => user with { Failures = 0, LockedUntil = null };
}
