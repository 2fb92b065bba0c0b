using System.Text.Json.Serialization;

namespace Holdfast.Contracts;

/// <summary>
/// From one replica of the store manager to the others: these subtopics were changed here, read them again. A hint: who
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
/// From one replica of the HA scheduler to the others: these documents were changed here, read them again. A hint: who
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
