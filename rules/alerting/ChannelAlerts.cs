namespace Holdfast.Rules.Alerting;

/// <summary>The alert about a channel that does not take alerts, for the other channels. Pure.</summary>
internal static class ChannelAlerts
{
    /// <summary>By the times in the health alone: every replica says the same.</summary>
    internal static AlertRaised Words(ChannelHealth health)
    {
        var isFailing = health.Circuit != Circuit.Closed;
        return new AlertRaised
        {
            Id = $"{AlertEvents.ChannelFailing}:{health.Channel}:{health.OpenedAt:yyyyMMdd'T'HHmmssfff}",
            Event = AlertEvents.ChannelFailing,
            Scope = AlertScope.System,
            Target = health.Channel,
            Level = (int)AlertLevel.Critical,
            Condition = isFailing ? AlertCondition.Firing : AlertCondition.Resolved,
            Summary = isFailing ? $"Channel {health.Channel} does not take alerts" : $"Channel {health.Channel} takes alerts again",
            Description = isFailing
                ? $"{health.FailuresInARow} attempts in a row failed, the last at {health.FailedAt:O}: {health.Reason}. What waits for it "
                    + $"is kept and goes out when it works again; it is probed, next at {health.ProbeAt:O}."
                : "What waited for it goes out now.",
            Region = "",
            At = (isFailing ? health.FailedAt : health.ClosedAt) ?? DateTimeOffset.UnixEpoch,
        };
    }

    internal static AlertRaised Gone(ChannelHealth health, DateTimeOffset now) => Words(health) with
    {
        Condition = AlertCondition.Resolved,
        Summary = $"Channel {health.Channel} was deleted",
        Description = "There is nothing left to fail.",
        At = now,
    };
}
