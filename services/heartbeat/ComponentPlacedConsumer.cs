using Holdfast.Contracts;
using Holdfast.Platform.State;
using MassTransit;

namespace Holdfast.Heartbeat;

/// <summary>A component should be on a host, or not any more: the host's next reply says so.</summary>
internal sealed class ComponentPlacedConsumer(DesiredComponents desired) : IConsumer<ComponentPlaced>
{
    public Task Consume(ConsumeContext<ComponentPlaced> context) =>
        desired.Place(context.Message, context.CancellationToken);
}

internal sealed class ComponentPlacedDefinition : ConsumerDefinition<ComponentPlacedConsumer>
{
    public ComponentPlacedDefinition() => EndpointName = "heartbeat.component-placed";

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ComponentPlacedConsumer> consumerConfigurator,
        IRegistrationContext context) =>
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<StateUnavailableException>();
            retry.Intervals(100, 500, 2_000, 5_000, 10_000);
        });
}
