namespace Holdfast.Contracts.Views;

/// <summary>A Store: where it stands, what it can serve (unix seconds), who needs it.</summary>
public sealed record StoreView
{
    public required string Name { get; init; }
    public required string Subtopic { get; init; }
    public required string Region { get; init; }
    public required string Host { get; init; }
    public string? Idc { get; init; }
    public required long Epoch { get; init; }
    public required long StartTimestamp { get; init; }

    /// <summary>The exact position from which it was told to collect at the latest, <c>position@systemId</c>.</summary>
    public string? StartPosition { get; init; }

    public required DesiredState Desired { get; init; }

    /// <summary>Starting, Running, Stopped or Abnormal.</summary>
    public required ComponentState State { get; init; }

    /// <summary>The same, as the rules see it: they also know Stores that were not heard yet, and those that leave.</summary>
    public required StoreHealth Standing { get; init; }

    public long? Begin { get; init; }
    public long? End { get; init; }

    /// <summary>Address to which consumers connect; null: it has not reported one.</summary>
    public string? Endpoint { get; init; }

    /// <summary>It serves everything after this position, as its source's engine writes it.</summary>
    public string? PositionBegin { get; init; }

    /// <summary>The last position that it has on its disk.</summary>
    public string? PositionEnd { get; init; }

    /// <summary>The size of its log on the disk.</summary>
    public long? Bytes { get; init; }

    /// <summary>Age of the newest commit when it read that commit.</summary>
    public long? SourceLagMs { get; init; }

    /// <summary>The highest barrier that it has on its disk, of those that it has read since it started.</summary>
    public long? Barrier { get; init; }

    /// <summary>The term in which its log is.</summary>
    public long? Term { get; init; }

    /// <summary>Reason why it is Abnormal, as its host reports, or the time for which it has been silent there.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? AbnormalSince { get; init; }

    /// <summary>Reason why it is being removed.</summary>
    public string? LeavesBecause { get; init; }

    /// <summary>The one who wanted it: a task, HA or an operator.</summary>
    public required StoreOrigin Origin { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Of one Store, not in lists: its configuration, secrets as "***". Null: it has none.</summary>
    public JsonObject? Config { get; init; }

    public required IReadOnlyList<string> Tasks { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
}
