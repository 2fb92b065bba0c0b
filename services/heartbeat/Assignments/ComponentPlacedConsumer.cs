using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Heartbeat.Assignments;

/// <summary>A component should be on a host, or not any more: the host's next reply says so.</summary>
internal sealed class ComponentPlacedConsumer(PlacementGate gate, DesiredComponents desired) : IConsumer<ComponentPlaced>
{
    public async Task Consume(ConsumeContext<ComponentPlaced> context) => await desired.Place(context.Message.Host,
        await gate.Let(context.Message.Host, [context.Message], context.CancellationToken), context.CancellationToken);
}

/// <summary>Takes as many at once as the broker hands out: those of one host are written together.</summary>
internal sealed class ComponentPlacedDefinition()
    : DurableEndpoint<ComponentPlacedConsumer>("heartbeat.component-placed", concurrent: 64);
