using System.Diagnostics;
using Holdfast.Contracts;
using Holdfast.Platform.State;
using MassTransit;

namespace Holdfast.Alerting;

/// <summary>
/// Hears that a condition holds or has ended. The message is acknowledged once alert and deliveries are durable.
/// </summary>
internal sealed class AlertRaisedConsumer(Ledger ledger, DeliveryLoop loop) : IConsumer<AlertRaised>
{
    public async Task Consume(ConsumeContext<AlertRaised> context)
    {
        await ledger.Accept(context.Message, Activity.Current?.Id, context.CancellationToken);
        loop.Hurry();
    }
}

internal sealed class AlertRaisedConsumerDefinition : ConsumerDefinition<AlertRaisedConsumer>
{
    public AlertRaisedConsumerDefinition()
    {
        EndpointName = "alerting.alert-raised";
        ConcurrentMessageLimit = 8;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<AlertRaisedConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 32;
        // A store that is away is waited for, well within the broker's patience with a message (30 min).
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<StateUnavailableException>();
            retry.Exponential(50, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20),
                TimeSpan.FromMilliseconds(300));
        });
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Ignore<StateUnavailableException>();
            retry.Exponential(5, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5),
                TimeSpan.FromMilliseconds(200));
        });
    }
}
