using System.Text.Json.Serialization;

namespace Holdfast.Contracts;

/// <summary>
/// From one replica of the HA scheduler to the others: these documents were changed here, read them again. A hint: who
/// misses it reads them a little later anyway. Key: none.
/// </summary>
public sealed record SchedulerStateChanged
{
    /// <summary>Who says so: one life of one replica.</summary>
    public required string Replica { get; init; }

    /// <summary>Null: nothing changed, the replica only says that it is there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Collection { get; init; }

    /// <summary>Ids of the documents, a few hundred at most; null: too many to name, read all of the collection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Ids { get; init; }

    public required DateTimeOffset At { get; init; }
}
