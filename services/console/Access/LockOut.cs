namespace Holdfast.ConsoleUi.Access;

/// <summary>Attempts at one name from one address.</summary>
/// <param name="Failures">Wrong passwords in a row.</param>
/// <param name="At">The last attempt; on the clock that only goes forward.</param>
/// <param name="Until">No password is looked at before then.</param>
internal sealed record Attempts(int Failures, TimeSpan At, TimeSpan? Until)
{
    internal static Attempts None { get; } = new(0, TimeSpan.Zero, null);
}

/// <summary>
/// Wrong passwords make one address wait for one name, longer each time. Nobody else waits: somebody who knows an administrator's name
/// cannot keep him out from elsewhere. A name that does not exist waits alike. Pure.
/// </summary>
internal static class LockOut
{
    internal const int FailuresMax = 5;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    internal static bool Holds(Attempts tried, TimeSpan now) => tried.Until > now;

    /// <summary>The fifth failure in a row locks for a minute, each one after that twice as long as the one before.</summary>
    internal static Attempts Failed(Attempts tried, TimeSpan now)
    {
        var failures = tried.Failures + 1;
        var wait = Math.Min(Longest.Ticks, First.Ticks << Math.Clamp(failures - FailuresMax, 0, 10));
        return new Attempts(failures, now, failures < FailuresMax ? null : now + TimeSpan.FromTicks(wait));
    }

    /// <summary>Nothing is lost when it is forgotten: no lock holds, and its failures are long ago.</summary>
    internal static bool IsOver(Attempts tried, TimeSpan now) => !Holds(tried, now) && now - tried.At >= Longest;
}

/// <summary>
/// Limit of one address's attempts before the login: twenty times at once, then every six seconds; a right password costs
/// nothing. Pure.
/// </summary>
/// <param name="Left">Attempts, as of <paramref name="At"/>.</param>
/// <param name="At">On the clock that only goes forward.</param>
internal readonly record struct AddressBudget(double Left, TimeSpan At)
{
    internal const int AtOnce = 20;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(6);

    internal static AddressBudget Full(TimeSpan now) => new(AtOnce, now);

    internal AddressBudget Now(TimeSpan now) => new(Math.Min(AtOnce, Left + ((now - At) / Each)), now);

    /// <summary>Null: not before <see cref="Wait"/> is over.</summary>
    internal AddressBudget? Take(TimeSpan now) => Now(now) is { Left: >= 1 } held ? held with { Left = held.Left - 1 } : null;

    internal AddressBudget GiveBack(TimeSpan now) => Now(now) is var held ? held with { Left = Math.Min(AtOnce, held.Left + 1) } : this;

    internal TimeSpan Wait(TimeSpan now) => Each * Math.Max(0, 1 - Now(now).Left);
}
