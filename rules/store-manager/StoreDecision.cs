namespace Holdfast.Rules.StoreManager;

/// <summary>What becomes of one subtopic in one pass: a new Store, or exactly one reason why not.</summary>
internal abstract record StoreDecision(SubtopicDocument Document);

/// <summary>A new Store is needed.</summary>
/// <param name="From">Where it starts, unix seconds.</param>
internal sealed record Create(SubtopicDocument Document, long From, StoreOrigin Origin, string Because) : StoreDecision(Document)
{
    /// <summary>It begins at this exact position or earlier; null: by time alone.</summary>
    public ExactPlace? Exact { get; init; }

    /// <summary>The position at which it begins.</summary>
    internal Start Start => new(From, Because) { Exact = Exact };

    /// <summary>Where it goes; null until a place was found.</summary>
    public string? Host { get; init; }

    public string? Idc { get; init; }

    /// <summary>Where a person has approved it.</summary>
    internal string? Ticket => Origin == StoreOrigin.Ha && Document.Proposal is { Approval: not null, Ticket: var ticket } ? ticket : null;
}

/// <summary>Nothing is done, for this reason.</summary>
/// <param name="Earliest">When time alone can change that.</param>
internal sealed record Hold(SubtopicDocument Document, StoreReason Reason, string Because, DateTimeOffset? Earliest = null)
    : StoreDecision(Document)
{
    /// <summary>What would be done if it were not held.</summary>
    public string? Plan { get; init; }

    /// <summary>Where a person approves it; null: nobody is asked, or not yet.</summary>
    internal string? Ticket => ReferenceEquals(Reason, StoreReason.AwaitsApproval) ? Document.Proposal?.Ticket : null;

    /// <summary>A person is to be asked, and has not been yet.</summary>
    internal bool IsToBeAsked => ReferenceEquals(Reason, StoreReason.AwaitsApproval) && Document.Proposal is null;

    /// <summary>Nothing is missing any more: what HA has asked for, or was allowed to, is not needed.</summary>
    internal bool EndsProposal => Document.Proposal is not null && Reason.IsFinal;
}
