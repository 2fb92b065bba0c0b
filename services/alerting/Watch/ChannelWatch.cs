using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Alerting.State;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Watch;

/// <summary>
/// A channel that does not take alerts is itself an alert, on the other channels. Said from the channels' health as it
/// is stored, at the times that stand there: every replica says the same, and what was said before is passed over.
/// </summary>
internal sealed class ChannelWatch(
    ChannelPulse pulse, IDocuments<ChannelDefinition> channels, AlertIntake intake, DeliveryLoop loop, TimeProvider time,
        ILogger<ChannelWatch> logger) : TickLoop(time, logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override async Task Tick(CancellationToken cancel)
    {
        foreach (var health in await pulse.All(cancel))
        {
            if (await channels.Find(health.Channel, cancel) is null)
            {
                await Say(ChannelAlerts.Gone(health, Saying.Micros(Time.GetUtcNow())), health, cancel);
                await pulse.Forget(health.Channel, cancel);
            }
            else if (health.Circuit != Circuit.Closed || health.Told)
            {
                await Say(ChannelAlerts.Words(health), health, cancel);
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

        await intake.Accept(raised, null, cancel);
        await pulse.SetTold(health.Channel, isFiring, cancel);
        loop.Hurry();
    }
}
