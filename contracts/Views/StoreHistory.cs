namespace Holdfast.Contracts.Views;

/// <summary>The record of a Store's life, newest first.</summary>
public sealed record StoreHistory
{
    public required string Store { get; init; }
    public required string Host { get; init; }

    /// <summary>The Store's last word about a fault.</summary>
    public string? Error { get; init; }

    public required IReadOnlyList<StoreTicket> Tickets { get; init; }
    public required IReadOnlyList<StoreDecisionRecord> Decisions { get; init; }
}
