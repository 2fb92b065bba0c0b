using Holdfast.Rules.StoreManager;

namespace Holdfast.StoreManager.State;

/// <summary>The decision about a subtopic, and when it changed. Key: id.</summary>
internal sealed record StoreDecisionRecord
{
    public required string Id { get; init; }
    public required string Subtopic { get; init; }

    /// <summary><c>act</c>, or the code of the reason why nothing was done.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence with the figures in it.</summary>
    public required string Sentence { get; init; }

    /// <summary>Earliest time at which waiting alone can change it.</summary>
    public DateTimeOffset? Earliest { get; init; }

    public string? Workaround { get; init; }

    /// <summary>The act that would follow if it were not held.</summary>
    public string? Plan { get; init; }

    /// <summary>Ticket on which a person approves that.</summary>
    public string? Ticket { get; init; }

    /// <summary>Stores that may go, each with the reason; those that HA may delete are on their way.</summary>
    public IReadOnlyList<RedundantStore>? Surplus { get; init; }

    public required DateTimeOffset At { get; init; }
}
