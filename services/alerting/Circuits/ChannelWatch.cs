using Holdfast.Alerting.Channels;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Circuits;

/// <summary>
/// A channel that does not take alerts is itself an alert, on the other channels. Said from the channels' health as it
/// is stored, at the times that stand there: every replica says the same, and what was said before is passed over.
/// </summary>
internal sealed class ChannelWatch(
    ChannelPulse pulse, IDocuments<ChannelDefinition> channels, Ledger ledger, DeliveryLoop loop, TimeProvider time,
        ILogger<ChannelWatch> logger) : TickLoop(time, logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override async Task Tick(CancellationToken cancel)
    {
        foreach (var health in await pulse.All(cancel))
        {
            if (await channels.Find(health.Channel, cancel) is null)
            {
                await Say(Gone(health, Saying.Micros(Time.GetUtcNow())), health, cancel);
                await pulse.Forget(health.Channel, cancel);
            }
            else if (health.Circuit != Circuit.Closed || health.Told)
            {
                await Say(Words(health), health, cancel);
            }
        }
    }

    private async Task Say(AlertRaised raised, ChannelHealth health, CancellationToken cancel)
    {
        var isFiring = raised.Condition == AlertCondition.Firing;
        if (!isFiring && !health.Told)
        {
            return;
        }

        await ledger.Accept(raised, null, cancel);
        await pulse.SetTold(health.Channel, isFiring, cancel);
        loop.Hurry();
    }

    /// <summary>By the times in the health alone.</summary>
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

    private static AlertRaised Gone(ChannelHealth health, DateTimeOffset now) => Words(health) with
    {
        Condition = AlertCondition.Resolved,
        Summary = $"Channel {health.Channel} was deleted",
        Description = "There is nothing left to fail.",
        At = now,
    };
}
