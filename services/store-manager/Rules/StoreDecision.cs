namespace Holdfast.StoreManager;

/// <summary>What becomes of one subtopic in one pass: a new Store, or exactly one reason why not.</summary>
internal abstract record StoreDecision(SubtopicDocument Document);

/// <summary>A new Store is needed.</summary>
/// <param name="From">Where it starts, unix seconds.</param>
internal sealed record Create(SubtopicDocument Document, long From, StoreOrigin Origin, string Because) : StoreDecision(Document)
{
    /// <summary>Where it goes; null until a place was found.</summary>
    public string? Host { get; init; }

    public string? Idc { get; init; }
}

/// <summary>Nothing is done, for this reason.</summary>
/// <param name="Earliest">When time alone can change that.</param>
internal sealed record Hold(SubtopicDocument Document, StoreReason Reason, string Because, DateTimeOffset? Earliest = null)
    : StoreDecision(Document)
{
    /// <summary>What would be done if it were not held.</summary>
    public string? Plan { get; init; }
}
