using Holdfast.Alerting.Channels;
using Holdfast.Contracts;

namespace Holdfast.Alerting;

/// <summary>Whether a claimed delivery may go out now.</summary>
internal enum Turn
{
    Go,

    /// <summary>An earlier round for the same channel is not settled.</summary>
    Wait,

    /// <summary>Overtaken: the channel was told something later, or never heard of what has ended.</summary>
    Drop,
}

/// <summary>Which channel is told what, and in which order.</summary>
internal static class Routing
{
    internal static bool Matches(ChannelDefinition channel, Alert alert) =>
        channel.Enabled
        && (channel.Scopes.Count == 0
            || channel.Scopes.Contains(alert.Scope == AlertScope.System ? "system" : "task", StringComparer.Ordinal))
        && (channel.Events.Count == 0 || channel.Events.Contains(alert.Event, StringComparer.Ordinal))
        && (channel.Levels.Count == 0 || channel.Levels.Contains(alert.Level));

    /// <summary>
    /// Deliveries that the alert's current round needs and that do not exist. Derived from state alone: asking again,
    /// by a repeated message, another replica or the sweep, completes what a crash left out.
    /// </summary>
    internal static IReadOnlyList<Delivery> Missing(
        Alert alert, IReadOnlyCollection<Delivery> deliveries, IReadOnlyCollection<ChannelDefinition> channels,
            DateTimeOffset now)
    {
        if (alert.Count == 0)
        {
            return [];
        }

        var byChannel = deliveries.ToLookup(d => d.Channel, StringComparer.Ordinal);
        return
        [
            .. channels
                .Where(channel =>
                    channel.CreatedAt <= alert.RoundAt && Due(alert, channel, [.. byChannel[channel.Name]]))
                .Select(channel => Delivery.Of(alert, channel.Name, now)),
        ];
    }

    private static bool Due(Alert alert, ChannelDefinition channel, List<Delivery> before)
    {
        // An unsettled delivery carries the same news when it goes; a settled one of this round, or after it was asked
        // for, has carried it. Settled in the same instant may have been before: rather twice than not at all.
        var carried = before.Any(d => d.Condition == alert.Condition
            && (!d.Settled || d.Round >= alert.Round || d.SettledAt > alert.RoundAt));
        if (carried)
        {
            return false;
        }

        return alert.Condition == AlertCondition.Firing || alert.Asked
            ? Matches(channel, alert)
            : before.Any(d => d.Condition == AlertCondition.Firing && (d.Told || !d.Settled));
    }

    /// <summary>
    /// Why nobody will ever send it, or null: its channel is gone, or was switched off until the news was history.
    /// </summary>
    internal static string? Orphaned(Delivery delivery, IReadOnlyCollection<ChannelDefinition> channels,
        DateTimeOffset now)
    {
        if (delivery.Settled)
        {
            return null;
        }

        var channel = channels.FirstOrDefault(c => c.Name == delivery.Channel);
        return channel is null ? $"AL-310 the channel '{delivery.Channel}' was deleted"
            : !channel.Enabled && now - delivery.CreatedAt > Retry.AgeMax
                ? $"AL-311 the channel '{channel.Name}' was switched off for {Retry.AgeMax.TotalHours:0} h"
            : null;
    }

    /// <param name="siblings">The other deliveries of the same alert to the same channel.</param>
    internal static Turn Order(Alert alert, Delivery delivery, IReadOnlyCollection<Delivery> siblings)
    {
        if (siblings.Any(s => s.Round < delivery.Round && !s.Settled))
        {
            return Turn.Wait;
        }

        var asked = alert.Asked && alert.Round == delivery.Round;
        var pointless = delivery.Condition switch
        {
            AlertCondition.Firing => siblings.Any(s => s.Round > delivery.Round && s.Told),
            AlertCondition.Resolved => !asked && !siblings.Any(s => s.Condition == AlertCondition.Firing && s.Told),
        };
        return pointless ? Turn.Drop : Turn.Go;
    }
}
