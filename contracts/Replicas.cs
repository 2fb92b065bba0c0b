namespace Holdfast.Contracts;

/// <summary>
/// Tells the other replicas of the store manager that these subtopics were changed here, so that they read them again. A hint: who
/// misses it reads all of them now and then. Key: none.
/// </summary>
public sealed record SubtopicsChanged
{
    /// <summary>The speaker: one life of one replica.</summary>
    public required string Replica { get; init; }

    /// <summary>Some hundreds at most; null: too many to name, read them all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Subtopics { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// Tells the other replicas of the HA scheduler that these documents were changed here, so that they read them again. A hint: who
/// misses it reads them a little later anyway. Key: none.
/// </summary>
public sealed record SchedulerStateChanged
{
    /// <summary>The speaker: one life of one replica.</summary>
    public required string Replica { get; init; }

    /// <summary>Null: nothing changed, the replica only says that it is there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Collection { get; init; }

    /// <summary>Ids of the documents, a few hundred at most; null: too many to name, read all of the collection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Ids { get; init; }

    public required DateTimeOffset At { get; init; }
}
