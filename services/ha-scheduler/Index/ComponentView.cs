using Holdfast.Contracts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.HaScheduler.Index;

/// <summary>A component: where it should be, and what its host says of it.</summary>
internal sealed record ComponentView
{
    /// <summary>Name on its present host; the registration's id while it has none.</summary>
    public required string Name { get; init; }

    public required ComponentKind Kind { get; init; }
    public string? Task { get; init; }
    public string? Subtopic { get; init; }
    public required string Region { get; init; }
    public string? Host { get; init; }
    public long? Epoch { get; init; }
    public required DesiredState Desired { get; init; }
    public required ComponentState State { get; init; }
    public long? Checkpoint { get; init; }

    /// <summary>By its own word while it runs; counted from its last checkpoint while it does not, though it is to.</summary>
    public double? DelaySeconds { get; init; }
    public int? Pid { get; init; }
    public string? Error { get; init; }

    /// <summary>With which it ended by itself, 128 + the number of a signal; null: it lives, or was ended on purpose.</summary>
    public int? ExitCode { get; init; }

    /// <summary>A move that is not over.</summary>
    public MigrationView? Migration { get; init; }

    /// <summary>Restarts in place, one failure after the other.</summary>
    public int? Restarts { get; init; }

    /// <summary>Abnormal under its epoch since then.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>It is suspect of felling hosts.</summary>
    public SuspectView? Suspect { get; init; }
}

/// <summary>A move to another host.</summary>
/// <param name="Phase">waiting: it runs on until there is room elsewhere; stopping: its host has been told to stop it.</param>
/// <param name="Target">Null while there is room nowhere.</param>
/// <param name="Ticket">The operator's; null: HA's own.</param>
internal sealed record MigrationView(string Phase, string? Target, MoveCause Cause, string? Ticket);

/// <summary>One of the scheduler's own, or a Store of the store manager's.</summary>
internal readonly record struct ListedComponent(Registration? Registration, StorePlaced? Store)
{
    internal string Name => Registration is { } own ? own.Name ?? own.Id : Store!.Store;

    internal ComponentKind Kind => Registration?.Kind ?? ComponentKind.Store;

    internal string? Host => Registration is { } own ? own.Host : Store!.Host;

    internal string? Subtopic => Store?.Subtopic;

    internal string? Task => Registration is { } own ? own.Task : Store!.Tasks is [var only] ? only : null;
}
