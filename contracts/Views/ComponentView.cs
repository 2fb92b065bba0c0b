namespace Holdfast.Contracts.Views;

/// <summary>A component: where it should be, and what its host says of it.</summary>
public sealed record ComponentView
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
public sealed record MigrationView(string Phase, string? Target, MoveCause Cause, string? Ticket);

/// <summary>A component that is suspect of felling hosts.</summary>
public sealed record SuspectView
{
    /// <summary>The registration's id; <c>subtopic:NAME</c> for the Stores of one.</summary>
    public required string Id { get; init; }

    /// <summary>Empty for Stores.</summary>
    public required string Task { get; init; }

    public required string Region { get; init; }

    /// <summary>Host on which it is placed; it may not run there.</summary>
    public string? Host { get; init; }

    /// <summary>waits: for its window or its turn; watched: it has its turn; held: until it is released.</summary>
    public required string Standing { get; init; }

    /// <summary>Hosts that went Down soon after it had come, the first one first.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Suspect, or waiting for its next turn, since then.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Time at which its turn began.</summary>
    public DateTimeOffset? TriedAt { get; init; }

    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Sentence about the suspicion against it.</summary>
    public required string Because { get; init; }
}
