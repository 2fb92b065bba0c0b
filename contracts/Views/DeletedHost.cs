namespace Holdfast.Contracts.Views;

/// <summary>A host that is no more.</summary>
public sealed record DeletedHost
{
    public required string Host { get; init; }

    /// <summary>Its state when it was deleted.</summary>
    public required HostState Was { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Work that is still to be done, if there is any.</summary>
    public string? Note { get; init; }
}
