namespace Holdfast.Rules.StoreManager;

/// <summary>Decision of a pass about one subtopic: a new Store, or exactly one reason for not making one.</summary>
internal abstract record StoreDecision(SubtopicDocument Document);

/// <summary>A new Store is needed.</summary>
/// <param name="From">Position at which it starts, unix seconds.</param>
internal sealed record Create(SubtopicDocument Document, long From, StoreOrigin Origin, string Because) : StoreDecision(Document)
{
    /// <summary>It begins at this exact position or earlier; null: by time alone.</summary>
    public ExactPlace? Exact { get; init; }

    /// <summary>The position at which it begins.</summary>
    internal Start Start => new(From, Because) { Exact = Exact };

    /// <summary>Host that it goes to; null until a place was found.</summary>
    public string? Host { get; init; }

    public string? Idc { get; init; }

    /// <summary>Ticket on which a person has approved it; null: none was needed.</summary>
    internal string? Ticket => Origin == StoreOrigin.Ha && Document.Proposal is { Approval: not null, Ticket: var ticket } ? ticket : null;
}

/// <summary>Nothing is done, for this reason.</summary>
/// <param name="Earliest">Earliest time at which waiting alone can change that.</param>
internal sealed record Hold(SubtopicDocument Document, StoreReason Reason, string Because, DateTimeOffset? Earliest = null)
    : StoreDecision(Document)
{
    /// <summary>The act that would follow if it were not held.</summary>
    public string? Plan { get; init; }

    /// <summary>Ticket on which a person approves it; null: nobody is asked, or not yet.</summary>
    internal string? Ticket => ReferenceEquals(Reason, StoreReason.AwaitsApproval) ? Document.Proposal?.Ticket : null;

    /// <summary>A person is to be asked, and has not been yet.</summary>
    internal bool IsToBeAsked => ReferenceEquals(Reason, StoreReason.AwaitsApproval) && Document.Proposal is null;

    /// <summary>Nothing is missing any more: what HA has asked for, or was allowed to, is not needed.</summary>
    internal bool EndsProposal => Document.Proposal is not null && Reason.IsFinal;
}
