namespace Holdfast.Contracts;

/// <summary>A consumer's position in a Store: unix seconds.</summary>
public sealed record ConsumerCheckpoint(string Task, long Checkpoint)
{
    /// <summary>The exact position that it has applied, as the source's engine writes it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Position { get; init; }
}

/// <summary>One component as it really is on its host. Positions (checkpoint, begin, end) are unix seconds.</summary>
public sealed record ComponentReport
{
    public required string Name { get; init; }
    public required ComponentKind Kind { get; init; }
    public required long Epoch { get; init; }
    public required ComponentState State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Task { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Pid { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Checkpoint { get; init; }

    /// <summary>First position that a Store can serve.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Begin { get; init; }

    /// <summary>Last position that a Store can serve.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? End { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DelaySeconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ConsumerCheckpoint>? Consumers { get; init; }

    /// <summary>
    /// Count of a Store's consumers that are not listed, all of them further ahead than those that are: the report would be too large.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ConsumersLeftOut { get; init; }

    /// <summary>Address at which a Store listens for consumers: an address and a port.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Endpoint { get; init; }

    /// <summary>A Store serves everything after this position of its source, as the source's engine writes it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PositionBegin { get; init; }

    /// <summary>The last position that a Store has on its disk, or that an Incr-Sync has applied.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PositionEnd { get; init; }

    /// <summary>The source whose positions these are: those of another one mean nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SystemId { get; init; }

    /// <summary>Bytes of its log on the disk.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    /// <summary>Milliseconds from the source's newest commit that a Store has read to its clock then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SourceLagMs { get; init; }

    /// <summary>
    /// The highest barrier that a Store has on its disk, as far as it has read one since it started, or that an Incr-Sync has passed.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Barrier { get; init; }

    /// <summary>The term in which a Store's log is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Term { get; init; }

    /// <summary>
    /// The reason why the component is Abnormal, or for what it waits while it runs. One sentence, which begins with a code where there is
    /// one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>
    /// Exit code with which it ended by itself, as a shell counts: 128 + the number of a signal that nobody here sent, 127 when it could
    /// not be started. Null: it lives, was ended on purpose, or an older supervisor does not say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExitCode { get; init; }

    /// <summary>
    /// Seconds since a Store that lives last wrote its status, once these are more than three report intervals. Whether it is
    /// silent for too long is the store manager's to say (checkModuleExceptionIntervalSec); <see cref="State"/> is what it said last.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SilentSeconds { get; init; }
}
