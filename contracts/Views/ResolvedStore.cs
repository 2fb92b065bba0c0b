namespace Holdfast.Contracts.Views;

/// <summary>The Store that a consumer reads from. Begin and end: what it has, unix seconds.</summary>
public sealed record ResolvedStore
{
    public required string Store { get; init; }
    public required string Subtopic { get; init; }
    public required string Host { get; init; }

    /// <summary>Address of its host.</summary>
    public required string Address { get; init; }

    /// <summary>Address on which it listens for consumers; null: it does not serve over the network, or has not reported it yet.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Opens its connections for the task that was named, for 60 seconds; null: none was named.</summary>
    public string? Ticket { get; init; }

    public required long Epoch { get; init; }
    public required long Begin { get; init; }
    public long? End { get; init; }

    /// <summary>It serves everything after this exact position; null: it does not say.</summary>
    public string? PositionBegin { get; init; }

    /// <summary>The last exact position that it has.</summary>
    public string? PositionEnd { get; init; }

    /// <summary>It has the position already; otherwise it collects towards it.</summary>
    public required bool HasPosition { get; init; }
}
