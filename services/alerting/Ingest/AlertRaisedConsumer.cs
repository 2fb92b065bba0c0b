using System.Diagnostics;
using Holdfast.Alerting.Deliver;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Alerting.Ingest;

/// <summary>
/// Hears that a condition holds or has ended. The message is acknowledged once alert and deliveries are durable.
/// </summary>
internal sealed class AlertRaisedConsumer(AlertIntake intake, DeliveryLoop loop) : IConsumer<AlertRaised>
{
    public async Task Consume(ConsumeContext<AlertRaised> context)
    {
        await intake.Accept(context.Message, Activity.Current?.Id, context.CancellationToken);
        loop.Hurry();
    }
}

/// <summary>Those that come at the same time share the store's commits.</summary>
internal sealed class AlertRaisedConsumerDefinition()
    : DurableEndpoint<AlertRaisedConsumer>("alerting.alert-raised", concurrent: 64);
