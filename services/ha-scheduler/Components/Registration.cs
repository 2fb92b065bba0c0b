using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler;

/// <summary>Where a component stood before and may still run; dropped when that host's inventory shows it gone.</summary>
internal sealed record FormerPlace(string Name, string Host, long Epoch);

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
    public required DesiredState Desired { get; init; }

    /// <summary>Name of the present placement, <c>{ip}-9000:connector_v2:{id}:{seq}</c>; null before the first one.</summary>
    public string? Name { get; init; }

    /// <summary>Null while no host has room.</summary>
    public string? Host { get; init; }

    /// <summary>Higher with every placement; 0 before the first one.</summary>
    public long Epoch { get; init; }

    public IReadOnlyList<FormerPlace> Former { get; init; } = [];

    /// <summary>What the component was before a move that did not start it; shown until it runs.</summary>
    public ComponentState? CarriedState { get; init; }

    /// <summary>The last HA operation on it, for the cooldown; null when there was none.</summary>
    public DateTimeOffset? OperatedAt { get; init; }

    /// <summary>The failure that it was moved for.</summary>
    public string? Incident { get; init; }

    internal static string IncrSyncId(string task) => $"{task}-incr_trans-1-0";

    internal static string NameOn(string ip, string id, long seq) => $"{ip}-9000:connector_v2:{id}:{seq}";

    internal static Collection<Registration> Collection { get; } =
        new Collection<Registration>("ha-scheduler.components", 1, r => r.Id);
}
