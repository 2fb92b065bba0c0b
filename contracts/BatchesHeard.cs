namespace Holdfast.Contracts;

/// <summary>
/// A scheduler's answer to <see cref="HeartbeatReported"/>: how far it has heard each collector. A broker's confirm does not say so.
/// Said at least every second. Key: replica; the next one serves.
/// </summary>
public sealed record BatchesHeard
{
    /// <summary>The scheduler that speaks.</summary>
    public required string Replica { get; init; }

    /// <summary>It judges the hosts of these; a standby judges none.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    public required IReadOnlyList<CollectorHeard> Collectors { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// Hosts that go on reporting below a report that this scheduler has heard of them, with the incarnation of that one, which is over.
    /// Null: none does.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HostNumber>? Outnumbered { get; init; }
}

/// <summary>The highest incarnation of a host that a scheduler has heard.</summary>
public sealed record HostNumber(string Host, long Incarnation);

/// <summary>The last batch of a collector that a scheduler has heard.</summary>
public sealed record CollectorHeard(string Collector, long Sequence);
