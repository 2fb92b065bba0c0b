namespace Holdfast.Contracts.Views;

/// <summary>State of a channel: whether it takes alerts, and what has not gone out.</summary>
/// <param name="Circuit">Closed: deliveries go out; Open: none does until the next probe; HalfOpen: one is out as a probe.</param>
/// <param name="Reason">Reason of the last failure.</param>
/// <param name="DeliveredAt">When it took an alert last, to within ten seconds.</param>
/// <param name="ProbeAt">While Open: when the next probe may go; while HalfOpen: when the probe is taken for lost.</param>
/// <param name="Probes">Probes that failed since it opened.</param>
/// <param name="Told">The other channels were notified that this one fails, and not yet that it works again.</param>
/// <param name="LastMinute">When the messages of the last minute went out; kept only where the channel has a limit.</param>
/// <param name="Waiting">Deliveries that are not settled.</param>
/// <param name="DeadLetters">Deliveries that were given up and can be sent again.</param>
public sealed record ChannelStanding(
    string Channel, Circuit Circuit, int FailuresInARow, string? Reason, DateTimeOffset? FailedAt, DateTimeOffset? OpenedAt,
    DateTimeOffset? ClosedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? ProbeAt, int Probes, bool Told,
    IReadOnlyList<DateTimeOffset> LastMinute, long Waiting, long DeadLetters);

/// <summary>Result of the test of a channel.</summary>
/// <param name="Why">Beginning with an AL- code; empty when it went well.</param>
/// <param name="Answer">The receiver's status.</param>
/// <param name="Excerpt">The beginning of its answer.</param>
public sealed record ChannelTest(bool Ok, string Why, int? Answer, string? Excerpt, double DurationMs);
