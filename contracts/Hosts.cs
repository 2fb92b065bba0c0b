namespace Holdfast.Contracts;

/// <summary>A host was silent for longer than it may be. Key: (host, incident).</summary>
public sealed record HostDown
{
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }

    /// <summary>Incarnation that fell silent.</summary>
    public required long Incarnation { get; init; }

    /// <summary>One id for all that follows from this verdict.</summary>
    public required string Incident { get; init; }

    public required double SilenceSeconds { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A host that was Down is Online again, its inventory clean. Key: (host, incident).</summary>
public sealed record HostRecovered
{
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required long Incarnation { get; init; }
    public required string Incident { get; init; }
    public required DateTimeOffset At { get; init; }
}
