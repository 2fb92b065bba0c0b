using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Processes;

/// <summary>A reported state, and why when it is Abnormal.</summary>
internal readonly record struct Verdict(ComponentState State, string? Error = null);

/// <summary>The signs that a component's state is judged by.</summary>
internal sealed record Signs(
    ComponentView View, ComponentStatus? Status, string? StatusError,
    TimeSpan Age, TimeSpan StatusAge, TimeSpan Interval)
{
    /// <summary>The time for which its directory has not answered; null: it does.</summary>
    public TimeSpan? Unread { get; init; }

    /// <summary>Reason for which it waits for its configuration, for longer than it should; null: it does not.</summary>
    public string? Unconfigured { get; init; }
}

/// <summary>Judges process and status file: the state that is reported.</summary>
internal static class ComponentStates
{
    /// <summary>A status file that did not change for so many report intervals is stale.</summary>
    public const int StaleIntervals = 3;

    public static Verdict Judge(Signs signs) => signs.View.Phase == Phase.Idle ? Ended(signs) : Living(signs);

    private static Verdict Living(Signs s) => s switch
    {
        { View.Phase: Phase.Starting, Unconfigured: { } why } => new(ComponentState.Abnormal, why),
        { View.Phase: Phase.Starting, Unread: null } => new(ComponentState.Starting),
        { Unread: { } unread } when unread > StaleIntervals * s.Interval => new(ComponentState.Abnormal,
            $"{Codes.DiskHangs} its directory has not answered for {unread.TotalSeconds:0} s: look at its disk."),
        { View.Phase: Phase.Starting } => new(ComponentState.Starting),
        { StatusError: { } error } => new(ComponentState.Abnormal, error),
        { Status: { } status } => IsStale(s) && !IsStore(s)
            ? new(ComponentState.Abnormal, $"status.json has not changed for {s.StatusAge.TotalSeconds:0} s.")
            : Said(status),
        _ when s.Age >= s.Interval => new(ComponentState.Running),
        _ => new(ComponentState.Starting),
    };

    /// <summary>
    /// Seconds since a living Store wrote its status, once it is stale. For how long it may be silent is ha.config's
    /// checkModuleExceptionIntervalSec, which the store manager judges by: a source that is slow for a minute costs no new Store.
    /// </summary>
    public static long? Silence(Signs s) => s is { View.Phase: not Phase.Idle, Status: not null } && IsStale(s) && IsStore(s)
        ? (long)s.StatusAge.TotalSeconds
        : null;

    private static bool IsStale(Signs s) => s.StatusAge > StaleIntervals * s.Interval;

    private static bool IsStore(Signs s) => s.View.Ran?.Kind == ComponentKind.Store;

    private static Verdict Said(ComponentStatus status) => status.State switch
    {
        ComponentState.Abnormal =>
            new(ComponentState.Abnormal, status.Error ?? "The component says that it is Abnormal."),
        ComponentState.Starting => new(ComponentState.Starting),
        // Completed counts when the process has exited with 0: until then it runs.
        ComponentState.Running or ComponentState.Completed or ComponentState.Stopped or ComponentState.Migrating =>
            new(ComponentState.Running),
        // No file says another one, see StatusFile: whoever says it all the same is ill, and nobody else.
        _ => new(ComponentState.Abnormal, $"{Codes.StatusBroken} state is {(int)status.State} and {ComponentRules.StateRule}."),
    };

    private static Verdict Ended(Signs s) => s.View.Ending switch
    {
        null => new(ComponentState.Stopped),
        { Kind: EndKind.Exited, Number: 0 } => s.Status?.State == ComponentState.Completed
            ? new(ComponentState.Completed)
            : new(ComponentState.Stopped),
        { Kind: EndKind.Exited } end => new(ComponentState.Abnormal, Because(s, $"It exited with code {end.Number}")),
        { Kind: EndKind.Signalled } end => new(ComponentState.Abnormal, Because(s, $"Signal {end.Number} ended it")),
        { Kind: EndKind.NotStarted } end => new(ComponentState.Abnormal, NotStarted(end.Number)),
        { Kind: EndKind.OnPurpose or EndKind.Fenced or EndKind.GuardLost } => new(ComponentState.Stopped),
        _ => throw new ArgumentOutOfRangeException(nameof(s)),
    };

    private static string Because(Signs s, string what) =>
        s.StatusError is { } broken ? $"{what}; {broken}" : s.Status?.Error is { } error ? $"{what}: {error}" : $"{what}.";

    private static string NotStarted(int errno) => errno switch
    {
        TooLong => $"It cannot be started: command and environment exceed {GuardLine.BytesMax} bytes.",
        NoFolder => "It cannot be started: its directory cannot be prepared.",
        NotAllowed => $"{Codes.NotAllowed} It is not started: its command is not on this host's allow-list (--allow of the supervisor).",
        2 => "It cannot be started: no such program (errno 2).",
        13 => "It cannot be started: not permitted (errno 13).",
        _ => $"It cannot be started (errno {errno}).",
    };

    /// <summary>Not an errno of the system: the start line would be too long.</summary>
    public const int TooLong = -1;

    /// <summary>Not an errno of the system: the component's directory could not be made or cleaned.</summary>
    public const int NoFolder = -2;

    /// <summary>Not an errno of the system: <see cref="AllowList"/> has no line for it.</summary>
    public const int NotAllowed = -3;
}
