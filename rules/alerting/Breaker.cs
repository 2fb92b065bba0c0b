namespace Holdfast.Rules.Alerting;

/// <summary>Number of deliveries that may go out now.</summary>
/// <param name="Next">The health to write first, compare-and-set, if any are to go; null: nothing to write.</param>
internal sealed record Permit(int Count, ChannelHealth? Next);

/// <summary>
/// A circuit breaker and a rate limit over one document that all replicas share. Pure: a channel that takes nothing is
/// asked once in a while instead of by every delivery, and nothing that waits for it uses up its attempts.
/// </summary>
internal static class Breaker
{
    /// <summary>This many failures in a row open the circuit; one success begins the count again.</summary>
    internal const int FailuresMax = 5;

    internal static TimeSpan FirstProbe { get; } = TimeSpan.FromSeconds(15);
    internal static TimeSpan ProbeMax { get; } = TimeSpan.FromMinutes(5);
    internal static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two writes that a channel takes alerts.</summary>
    internal static TimeSpan DeliveredApart { get; } = TimeSpan.FromSeconds(10);

    /// <param name="wanted">Number that are due and have a slot, at least 1.</param>
    /// <param name="perMinute">The channel's limit; 0: none.</param>
    /// <param name="probeLimit">Time after which a probe is taken for lost.</param>
    internal static Permit Ask(ChannelHealth health, int wanted, int perMinute, TimeSpan probeLimit, DateTimeOffset now)
    {
        var isProbe = health.Circuit != Circuit.Closed;
        if (isProbe && health.ProbeAt > now)
        {
            return new(0, null);
        }

        var recent = health.LastMinute.Where(at => now - at < Minute && at <= now).ToList();
        var room = perMinute == 0 ? wanted : Math.Max(0, perMinute - recent.Count);
        var count = Math.Min(isProbe ? 1 : wanted, room);
        if (count == 0)
        {
            return new(0, null);
        }

        var next = health;
        if (perMinute > 0)
        {
            next = next with { LastMinute = [.. recent, .. Enumerable.Repeat(now, count)] };
        }

        if (isProbe)
        {
            next = next with { Circuit = Circuit.HalfOpen, ProbeAt = now + probeLimit };
        }

        return new(count, ReferenceEquals(next, health) ? null : next);
    }

    /// <summary>After an attempt; the same when there is nothing to write.</summary>
    /// <param name="reason">Null: it went well.</param>
    internal static ChannelHealth After(ChannelHealth health, string? reason, DateTimeOffset now)
    {
        if (reason is null)
        {
            return health.IsSound ? health : health with
            {
                Circuit = Circuit.Closed,
                FailuresInARow = 0,
                Probes = 0,
                ProbeAt = null,
                ClosedAt = health.Circuit == Circuit.Closed ? health.ClosedAt : now,
            };
        }

        var failed = health with { FailuresInARow = health.FailuresInARow + 1, Reason = reason, FailedAt = now };
        return health.Circuit switch
        {
            Circuit.Closed when failed.FailuresInARow < FailuresMax => failed,
            Circuit.Closed => failed with { Circuit = Circuit.Open, OpenedAt = now, Probes = 0, ProbeAt = now + FirstProbe },
            // Attempts that were under way when it opened say nothing new; only the probe does.
            Circuit.Open => failed,
            Circuit.HalfOpen =>
                failed with { Circuit = Circuit.Open, Probes = health.Probes + 1, ProbeAt = now + ProbeAfter(health.Probes + 1) },
        };
    }

    /// <summary>After an alert that was taken; the same when what is written is new enough: not each success is worth a write.</summary>
    internal static ChannelHealth Delivered(ChannelHealth health, DateTimeOffset now) =>
        health.DeliveredAt is { } at && now - at < DeliveredApart ? health : health with { DeliveredAt = now };

    /// <summary>15 s, doubling up to 5 min.</summary>
    internal static TimeSpan ProbeAfter(int probes) => FirstProbe * Math.Min(Math.Pow(2, probes), ProbeMax / FirstProbe);
}
