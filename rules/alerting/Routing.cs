namespace Holdfast.Rules.Alerting;

/// <summary>Whether an alert goes to a channel, and why, or why not: a sentence for people.</summary>
internal readonly record struct Route(bool Reaches, string Why);

/// <summary>A channel as far as routing looks at it: which alerts it hears of, and who stands in for it.</summary>
internal sealed record ChannelRoute : ChannelRouting
{
    public ChannelRoute()
    {
    }

    internal ChannelRoute(ChannelRouting routing)
        : base(routing)
    {
    }

    /// <summary>The receiver forgets what does not come again within this; null: it does not.</summary>
    public TimeSpan? RepeatWithin { get; init; }
}

/// <summary>Which channel gets which deliveries.</summary>
internal static class Routing
{
    /// <summary>A delivery that has not reached its channel for this long goes to the channel's fallback as well.</summary>
    internal static TimeSpan FallbackAfter { get; } = TimeSpan.FromSeconds(60);

    internal static bool Matches(ChannelRoute channel, Alert alert) => Match(channel, alert).Reaches;

    internal static Route Match(ChannelRoute channel, Alert alert)
    {
        var scope = alert.Scope == AlertScope.System ? "system" : "task";
        return !channel.Enabled ? new(false, "the channel is switched off")
            : alert.Event == AlertEvents.ChannelFailing && alert.Target == channel.Name
                ? new(false, "it is about this channel, which does not take alerts")
            : alert.Protection == ProtectionLevel.Ignore ? new(false, "the task's protection level is IGNORE: nothing is sent")
            : Without(channel.Scopes, scope) ? new(false, $"scopes has no {scope}")
            : Without(channel.Events, alert.Event) ? new(false, $"events has no {alert.Event}")
            : channel.Levels.Count > 0 && !channel.Levels.Contains(alert.Level) ? new(false, $"levels has no {alert.Level}")
            : Without(channel.Regions, alert.Region) ? new(false, $"regions has no '{alert.Region}'")
            : channel.TaskTags.Count > 0 && !channel.TaskTags.Intersect(alert.TaskTags, StringComparer.Ordinal).Any()
                ? new(false, $"the task has none of the tags {string.Join(", ", channel.TaskTags)}")
            : new(true, "every filter of the channel matches");
    }

    private static bool Without(IReadOnlyList<string> filter, string value) =>
        filter.Count > 0 && !filter.Contains(value, StringComparer.Ordinal);

    /// <summary>
    /// Deliveries that the alert's current generation needs and that do not exist. Derived from state alone: asking again,
    /// by a repeated message, another replica or the sweep, completes what a crash left out.
    /// </summary>
    /// <param name="quiet">Silenced, or delivered with its parent: a firing goes out only when a person asked for it.</param>
    internal static IReadOnlyList<Delivery> Missing(
        Alert alert, IReadOnlyCollection<Delivery> deliveries, IReadOnlyCollection<ChannelRoute> channels,
            DateTimeOffset now, bool quiet = false)
    {
        if (alert.Count == 0 || (quiet && alert.Condition == AlertCondition.Firing && !alert.Asked))
        {
            return [];
        }

        var byChannel = deliveries.ToLookup(d => d.Channel, StringComparer.Ordinal);
        var missing = channels.Where(channel => channel.CreatedAt <= alert.GenerationAt)
            .Select(channel => Due(alert, channel, [.. byChannel[channel.Name]], now)).OfType<Delivery>().ToList();
        foreach (var (channel, fallback) in Fallbacks(channels))
        {
            var known = byChannel[fallback.Name].Concat(missing.Where(d => d.Channel == fallback.Name));
            if (!IsCarried(alert, known) && byChannel[channel.Name].Any(d => HasNotArrived(alert, d, now)))
            {
                missing.Add(Delivery.Of(alert, fallback.Name, now) with { InsteadOf = channel.Name });
            }
        }

        return missing;
    }

    private static IEnumerable<(ChannelRoute Channel, ChannelRoute Fallback)> Fallbacks(
        IReadOnlyCollection<ChannelRoute> channels) =>
        from channel in channels
        where channel.Fallback is not null
        from fallback in channels
        where fallback.Name == channel.Fallback && fallback.Enabled
        select (channel, fallback);

    /// <summary>
    /// Given up, or still on its way so long after the alert's generation that another channel should have it. The delivery may be
    /// of an earlier generation, which the next one goes with: the fallback has heard of the earlier one only.
    /// </summary>
    private static bool HasNotArrived(Alert alert, Delivery delivery, DateTimeOffset now) => Carries(delivery, alert)
        && (delivery.DeadAt is not null
            || (!delivery.Settled && now - delivery.CreatedAt >= FallbackAfter && now - alert.GenerationAt >= FallbackAfter));

    private static Delivery? Due(Alert alert, ChannelRoute channel, List<Delivery> before, DateTimeOffset now)
    {
        if (IsCarried(alert, before))
        {
            return alert.Condition == AlertCondition.Firing ? Repeat(alert, channel, before, now) : null;
        }

        var isWanted = alert.Condition == AlertCondition.Firing || alert.Asked
            ? Matches(channel, alert)
            : before.Any(d => d.Condition == AlertCondition.Firing && (d.IsDelivered || !d.Settled));
        return isWanted ? Delivery.Of(alert, channel.Name, now) : null;
    }

    /// <summary>
    /// An unsettled delivery has the same content when it goes; a settled one of this generation, or after it was
    /// asked for, has had it. Settled in the same instant may have been before: rather twice than not at all.
    /// </summary>
    private static bool Carries(Delivery delivery, Alert alert) => delivery.Condition == alert.Condition
        && (!delivery.Settled || delivery.Generation >= alert.Generation
            || (delivery.SettledAt > alert.GenerationAt && !delivery.IsWithdrawn));

    private static bool IsCarried(Alert alert, IEnumerable<Delivery> before) => before.Any(d => Carries(d, alert));

    /// <summary>A receiver that forgets within its cycle gets it again within that, whatever the repeat interval is.</summary>
    private static Delivery? Repeat(Alert alert, ChannelRoute channel, List<Delivery> before, DateTimeOffset now)
    {
        if (channel.RepeatWithin is not { } cycle || before.Exists(d => !d.Settled) || !Matches(channel, alert))
        {
            return null;
        }

        var last = before.Where(d => d.IsDelivered && d.Condition == AlertCondition.Firing).MaxBy(d => d.SettledAt);
        var repeats = before.Where(d => d.Generation == alert.Generation).Select(d => d.Repeat).DefaultIfEmpty().Max();
        return last is { SettledAt: { } at } && now - at >= cycle && alert.HeardAt > at
            ? Delivery.Of(alert, channel.Name, now, 1 + repeats)
            : null;
    }

    /// <summary>
    /// Reason for which nobody will ever send it, or null: its channel is gone or was switched off until the news was history, or its
    /// deadline passed while nobody tried.
    /// </summary>
    internal static string? Orphaned(Delivery delivery, IReadOnlyCollection<ChannelRoute> channels,
        DateTimeOffset now)
    {
        if (delivery.Settled)
        {
            return null;
        }

        var channel = channels.FirstOrDefault(c => c.Name == delivery.Channel);
        var isLate = now > delivery.Deadline;
        return channel is null ? $"AL-310 the channel '{delivery.Channel}' was deleted"
            : !isLate ? null
            : !channel.Enabled ? $"AL-311 the channel '{channel.Name}' was switched off for {Retry.AgeMax.TotalHours:0} h"
            : delivery.ClaimedUntil > now ? null
            : $"AL-309 the channel '{channel.Name}' took nothing for {Retry.AgeMax.TotalHours:0} h";
    }
}
