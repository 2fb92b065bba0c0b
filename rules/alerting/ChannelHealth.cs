using System.Text.Json.Serialization;

namespace Holdfast.Rules.Alerting;

/// <summary>A channel's health as all replicas know it: whether it takes alerts, and when it was given the last ones.</summary>
internal sealed record ChannelHealth
{
    public required string Channel { get; init; }
    public Circuit Circuit { get; init; }
    public int FailuresInARow { get; init; }

    /// <summary>Reason of the last failure.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? FailedAt { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When it took an alert last, to within ten seconds; null: it has taken none yet.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>While Open: when the next probe may go; while HalfOpen: when the probe is taken for lost.</summary>
    public DateTimeOffset? ProbeAt { get; init; }

    /// <summary>Probes that failed since it opened.</summary>
    public int Probes { get; init; }

    /// <summary>The other channels were notified that this one fails, and not yet that it works again.</summary>
    [JsonPropertyName("told")]
    public bool IsAnnounced { get; init; }

    /// <summary>When the messages of the last minute went out; kept only where the channel has a limit.</summary>
    public IReadOnlyList<DateTimeOffset> LastMinute { get; init; } = [];

    internal bool IsSound => Circuit == Circuit.Closed && FailuresInARow == 0;
}
