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

    /// <summary>
    /// Digest of the configuration of Stores that collect it: who makes Stores takes <see cref="ConfiguredStoreRequested"/> instead, which
    /// is said beside this. Null: there is none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConfigDigest { get; init; }

    /// <summary>Position to collect from, unix seconds.</summary>
    public required long StartTimestamp { get; init; }

    /// <summary>False: this task's alone, whoever else asks for the same subtopic. Null: as senders before it meant, shared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Shared { get; init; }

    /// <summary>The source's log, as far as it is known; null: nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SourceLog? Source { get; init; }

    /// <summary>The task's tags, by which alerts are routed; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? TaskTags { get; init; }

    /// <summary>Absent when the task no longer needs one.</summary>
    public DesiredState Desired { get; init; } = DesiredState.Running;

    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// A task needs a Store over a source, with this configuration. Outside systems may listen to <see cref="StoreRequested"/>, and a
/// configuration may hold secrets, so it is a message of its own. Key: (subtopic, task).
/// </summary>
/// <param name="Request">The request, as everybody may hear it.</param>
/// <param name="Config">JSON text of its Stores' configuration.</param>
public sealed record ConfiguredStoreRequested(StoreRequested Request, string Config);

/// <summary>The part of a data source that a subtopic is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SourceLevel>))]
public enum SourceLevel
{
    [JsonStringEnumMemberName("cluster")]
    Cluster,
    [JsonStringEnumMemberName("tenant")]
    Tenant,
    [JsonStringEnumMemberName("database")]
    Database,
}

/// <summary>A source's log, as far as the start of a Store depends on it. Durations are seconds.</summary>
public sealed record SourceLog
{
    public SourceLevel Level { get; init; } = SourceLevel.Database;

    /// <summary>Seconds for which the source keeps its log; null: not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RetentionSec { get; init; }

    /// <summary>The most seconds by which the clocks that stamp the log may differ, 0 to 30.</summary>
    public int ClockSkewSec { get; init; } = 5;

    /// <summary>The most seconds after its timestamp at which an entry may come into the log, 0 to 30.</summary>
    public int FlushLagSec { get; init; } = 5;
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

/// <summary>States of a subtopic whose Stores may have felled hosts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SuspectStanding>))]
public enum SuspectStanding
{
    /// <summary>It waits for its window, or for its turn: no new Store is made.</summary>
    [JsonStringEnumMemberName("waits")]
    Waits,

    /// <summary>It has its turn: one Store may be made, and is watched.</summary>
    [JsonStringEnumMemberName("watched")]
    Watched,

    /// <summary>It is held until it is released: no new Store is made.</summary>
    [JsonStringEnumMemberName("held")]
    Held,

    /// <summary>Nothing is held against it any more.</summary>
    [JsonStringEnumMemberName("cleared")]
    Cleared,
}

/// <summary>
/// Two hosts in a row went Down, each soon after a Store of this subtopic had come. Key: subtopic; the one heard last holds. Said
/// again every few seconds; one that is not said any more for a minute is forgotten.
/// </summary>
public sealed record StoreSuspected
{
    public required string Subtopic { get; init; }
    public required string Region { get; init; }
    public required SuspectStanding Standing { get; init; }

    /// <summary>Hosts on which its Stores are not to run now.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>The reason for the suspicion, in one sentence.</summary>
    public required string Because { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A Store as the store manager sees it now.</summary>
public sealed record StoreStands
{
    public required string Store { get; init; }
    public required string Host { get; init; }
    public required ComponentState State { get; init; }

    /// <summary>The reason why it is so, or why it goes, in one sentence; null: nothing is to be said of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Because { get; init; }
}

/// <summary>The last decision about a subtopic: an act, or the one reason why not. Key: subtopic.</summary>
public sealed record SubtopicDecision
{
    public required string Subtopic { get; init; }
    public required string Region { get; init; }

    /// <summary><c>act</c>, or the code of the reason (ST-2xx).</summary>
    public required string Code { get; init; }

    public required string Sentence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Workaround { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Plan { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ticket { get; init; }

    /// <summary>The earliest time at which time alone can change it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>A task needs a position that no Store serves; null: who says it is of a release that does not look.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? HasGap { get; init; }

    /// <summary>Time since which it has been decided so.</summary>
    public required DateTimeOffset Since { get; init; }

    public required IReadOnlyList<StoreStands> Stores { get; init; }
}

/// <summary>
/// Some decisions of one replica of the store manager, for those who are asked why a Store is as it is. Said when one changes, and
/// all of them now and then.
/// </summary>
public sealed record SubtopicsDecided
{
    public required IReadOnlyList<SubtopicDecision> Decisions { get; init; }
    public required DateTimeOffset At { get; init; }
}
