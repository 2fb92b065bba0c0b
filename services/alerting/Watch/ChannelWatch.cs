using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Alerting.State;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Watch;

/// <summary>
/// A channel that does not take alerts is itself an alert, on the other channels. Said from the channels' health as it
/// is stored, at the times that stand there: every replica raises the same, and what was raised before is passed over.
/// </summary>
internal sealed class ChannelWatch(
    ChannelHealthStore healths, IDocuments<ChannelDefinition> channels, AlertIntake intake, DeliveryLoop loop, TimeProvider time,
        ILogger<ChannelWatch> logger) : TickLoop(time, logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override async Task Tick(CancellationToken cancel)
    {
        foreach (var health in await healths.All(cancel))
        {
            if (await channels.Find(health.Channel, cancel) is null)
            {
                await Say(ChannelAlerts.Gone(health, AlertNormalizer.Micros(Time.GetUtcNow())), health, cancel);
                await healths.Forget(health.Channel, cancel);
            }
            else if (health.Circuit != Circuit.Closed || health.IsAnnounced)
            {
                await Say(ChannelAlerts.Words(health), health, cancel);
            }
        }
    }

    private async Task Say(AlertRaised raised, ChannelHealth health, CancellationToken cancel)
    {
        var isFiring = raised.Condition == AlertCondition.Firing;
        if (!isFiring && !health.IsAnnounced)
        {
            return;
        }

        await intake.Accept(raised, null, cancel);
        await healths.SetAnnounced(health.Channel, isFiring, cancel);
        loop.Hurry();
    }
}
