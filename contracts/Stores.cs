using System.Text.Json.Serialization;

namespace Holdfast.Contracts;

/// <summary>A task needs a Store over a source. Key: (subtopic, task).</summary>
public sealed record StoreRequested
{
    public required string Subtopic { get; init; }
    public required string Task { get; init; }

    /// <summary>The source's region: the Store runs there.</summary>
    public required string Region { get; init; }

    /// <summary>Argument vector that collects this source's log.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Position to collect from, unix seconds.</summary>
    public required long StartTimestamp { get; init; }

    /// <summary>Absent when the task no longer needs one.</summary>
    public DesiredState Desired { get; init; } = DesiredState.Running;

    public required DateTimeOffset At { get; init; }
}

/// <summary>A Store has a host (or has none any more). Key: store; the higher revision holds.</summary>
public sealed record StorePlaced
{
    /// <summary><c>{ip}-{port}:{subtopic}:{10-digit seq}</c></summary>
    public required string Store { get; init; }

    public required string Subtopic { get; init; }
    public required string Region { get; init; }
    public required string Host { get; init; }
    public required long Revision { get; init; }
    public required DesiredState Desired { get; init; }

    /// <summary>Position it collects from, unix seconds.</summary>
    public required long StartTimestamp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tasks { get; init; }

    public required DateTimeOffset At { get; init; }
}
