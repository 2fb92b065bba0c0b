using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler;

/// <summary>What the scheduler last judged of a host. Key: host.</summary>
internal sealed record HostVerdict
{
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }
    public required HostState State { get; init; }

    /// <summary>Since when it is in that state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Incarnation that the verdict was about.</summary>
    public required long Incarnation { get; init; }

    /// <summary>The failure that is not over yet; null while Online.</summary>
    public string? Incident { get; init; }

    /// <summary>What was said of the incident, so that a recovery can be told in the same words.</summary>
    public double SilenceSeconds { get; init; }

    internal static Collection<HostVerdict> Collection { get; } =
        new Collection<HostVerdict>("ha-scheduler.hosts", 1, v => v.Host);
}

/// <summary>Where a task's data comes from; its Stores run in that region.</summary>
internal sealed record TaskSource(string Name, string Region);

/// <summary>A component that a task brings: an argument vector.</summary>
internal sealed record TaskComponent(IReadOnlyList<string> Command);

/// <summary>States of a task (reference, section 2) that exist so far.</summary>
internal static class TaskStatus
{
    internal const string Running = "RUNNING";
    internal const string Suspended = "SUSPEND";
    internal const string Released = "RELEASED";
}

/// <summary>A data migration or synchronization task. Key: id.</summary>
internal sealed record TaskDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>migration or synchronization.</summary>
    public required string Type { get; init; }

    /// <summary>Where its Incr-Sync runs.</summary>
    public required string Region { get; init; }

    public required ProtectionLevel Protection { get; init; }
    public required TaskSource Source { get; init; }
    public required TaskComponent IncrSync { get; init; }
    public TaskComponent? Store { get; init; }
    public required string Status { get; init; }

    /// <summary>Position that its Store starts from, unix seconds.</summary>
    public required long StartTimestamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Synchronization tasks over one source share its Stores, a migration task never does.</summary>
    internal string Subtopic => Type == "migration" ? $"{Id}-{Source.Name}" : Source.Name;

    internal DesiredState Desired => Status switch
    {
        TaskStatus.Running => DesiredState.Running,
        TaskStatus.Released => DesiredState.Absent,
        _ => DesiredState.Stopped,
    };

    internal static Collection<TaskDocument> Collection { get; } =
        new Collection<TaskDocument>("ha-scheduler.tasks", 1, t => t.Id);
}

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

/// <summary>A Store as the store manager placed it: a copy for lists. Key: store.</summary>
internal sealed record StorePlace(StorePlaced Placed)
{
    internal static Collection<StorePlace> Collection { get; } =
        new Collection<StorePlace>("ha-scheduler.stores", 1, s => s.Placed.Store);
}
