using System.Text.Json.Serialization;

namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A place where a component was before and may still run. It is dropped when that host's inventory no longer shows it.</summary>
internal sealed record FormerPlace(string Name, string Host, long Epoch);

/// <summary>
/// A move off a living host, in two phases so that two never run: stopped where it is and acknowledged, then placed
/// elsewhere under a higher epoch.
/// </summary>
internal sealed record Migration
{
    public required MoveCause Cause { get; init; }

    /// <summary>Asked for, or (in a drain) found to be needed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The ticket that it is a part of.</summary>
    public string? Ticket { get; init; }

    /// <summary>Host that it moves to; null until there is room somewhere.</summary>
    public string? Target { get; init; }

    /// <summary>An operator named the target: tags and quotas do not count.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Told to stop since then; null: not told yet, it runs on.</summary>
    public DateTimeOffset? StoppingSince { get; init; }

    /// <summary>It ran (or is to run) and so is started there.</summary>
    public bool Starts { get; init; }

    /// <summary>State that it had reached by itself, when it is not started there.</summary>
    public ComponentState? Carries { get; init; }
}

/// <summary>
/// The one registration of a component, whatever host it is on and whatever its name is there: a move is one
/// compare-and-set. Key: id, for an Incr-Sync <c>{task}-incr_trans-1-0</c>.
/// </summary>
internal sealed record Registration
{
    public required string Id { get; init; }
    public required ComponentKind Kind { get; init; }
    public required string Task { get; init; }
    public required string Region { get; init; }
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Of its configuration, which its task holds; null: it has none.</summary>
    public string? ConfigDigest { get; init; }

    /// <summary>The desired state in the end. While it moves, its host is given another one (<see cref="Told"/>).</summary>
    public required DesiredState Desired { get; init; }

    /// <summary>Name of the present placement, <c>{ip}-9000:connector_v2:{id}:{seq}</c>; null before the first one.</summary>
    public string? Name { get; init; }

    /// <summary>Null while no host has room.</summary>
    public string? Host { get; init; }

    /// <summary>Higher with every placement and every restart; 0 before the first one.</summary>
    public long Epoch { get; init; }

    /// <summary>Number in its name: one more with every placement, a restart in place keeps it.</summary>
    public long Seq { get; init; }

    /// <summary>The epoch under which its task's present command was placed; null: it has had no other one.</summary>
    public long? ChangedEpoch { get; init; }

    public IReadOnlyList<FormerPlace> Former { get; init; } = [];

    /// <summary>State before a move that did not start the component; shown until it runs.</summary>
    public ComponentState? CarriedState { get; init; }

    /// <summary>Its last position before such a move, unix seconds: its new host has none to report.</summary>
    public long? CarriedCheckpoint { get; init; }

    /// <summary>The last HA operation on it, for the cooldown; null when there was none.</summary>
    public DateTimeOffset? OperatedAt { get; init; }

    /// <summary>The failure that it was moved for.</summary>
    public string? Incident { get; init; }

    /// <summary>Abnormal under this epoch since then; null while it is not.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>Restarts in place, one failure after the other; 0 again after a quiet time.</summary>
    public int Restarts { get; init; }

    /// <summary>A move that is not over.</summary>
    public Migration? Migration { get; init; }

    /// <summary>
    /// Set by hand for this component alone; it goes before what its task wants, until the task is operated. Absent: deleted
    /// by hand, and kept so that its task does not bring it back.
    /// </summary>
    public DesiredState? ByHand { get; init; }

    /// <summary>Time at which it was last placed or started; null: that was before this was noted.</summary>
    public DateTimeOffset? CameAt { get; init; }

    /// <summary>Hosts that went Down soon after it had come; null: none.</summary>
    public Suspicion? Suspicion { get; init; }

    /// <summary>The desired state that its host is given. A suspect that waits is not started by a host that comes back.</summary>
    [JsonIgnore]
    internal DesiredState Told => Desired == DesiredState.Absent ? Desired
        : Migration?.StoppingSince is null && Suspicion is null or { MayRun: true } ? Desired : DesiredState.Stopped;

    /// <summary>
    /// An operator moves it off a host that is gone: HA need not be on for that, nor does it count as HA's. Where silence
    /// means nothing, or too many hosts are silent, it waits as any other.
    /// </summary>
    [JsonIgnore]
    internal bool IsMovedByHand => this is { Kind: ComponentKind.IncrSync, Migration.Cause: MoveCause.Operator };

    internal static string IncrSyncId(string task) => IdOf(task, ComponentKind.IncrSync);

    internal static string IdOf(string task, ComponentKind kind) => $"{task}-{Words(kind).Id}-1-0";

    internal static string NameOn(string ip, ComponentKind kind, string id, long seq) => $"{ip}-9000:{Words(kind).Name}:{id}:{seq}";

    /// <summary>The id of the registration that this name or id belongs to, whatever number the name has.</summary>
    internal static string IdIn(string nameOrId) => ComponentName.IdIn(nameOrId);

    /// <summary>As people name it: by any of its names, or <c>task:ID</c> for the task's Incr-Sync.</summary>
    internal static string IdMeantBy(string name) =>
        ComponentName.TaskIn(name) is { } task ? IdOf(task, ComponentKind.IncrSync) : IdIn(name);

    private static (string Id, string Name) Words(ComponentKind kind) => kind switch
    {
        ComponentKind.IncrSync => ("incr_trans", "connector_v2"),
        ComponentKind.FullImport => ("full_import", "full_import"),
        ComponentKind.FullVerification => ("full_verification", "full_verification"),
        ComponentKind.Store => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Stores are the store manager's"),
    };
}
