using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.RabbitMqTransport.Topology;
using RabbitMQ.Client;

namespace Holdfast.Platform.Bus;

/// <summary>An exchange, a queue or a binding. To declare one that is there changes nothing.</summary>
/// <param name="Name">For people: <c>exchange X</c>, <c>queue Q</c>, <c>binding of X to Q</c>.</param>
internal sealed record BrokerPart(string Name, Func<IChannel, CancellationToken, Task> Declare);

/// <summary>
/// Everything that this process needs on the broker, as MassTransit declares it when it connects. These are each endpoint's queue and
/// exchange, the exchanges of the messages that come to the process and go out, and the bindings between them.
/// </summary>
internal sealed class BrokerParts
{
    private readonly List<IRabbitMqReceiveEndpointConfiguration> _endpoints = [];
    private IReadOnlyList<BrokerPart>? _ofEndpoints;

    /// <summary>While the bus is being configured; one of another transport has no parts.</summary>
    internal void Add(IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfiguration known)
        {
            _endpoints.Add(known);
        }
    }

    /// <summary>In the order in which each finds what it refers to. Asked of a bus that has been built.</summary>
    internal IReadOnlyList<BrokerPart> All(IBusTopology bus) =>
    [
        // A message that was published for the first time since has an exchange since.
        .. bus.PublishTopology is IRabbitMqPublishTopology published ? Of(published.GetPublishBrokerTopology()) : [],
        .. _ofEndpoints ??= [.. _endpoints.SelectMany(e => Of(TopologyOf(e)))],
    ];

    /// <summary>The topology that MassTransit makes of an endpoint's settings (RabbitMqReceiveEndpointBuilder); it tells nobody.</summary>
    private static BrokerTopology TopologyOf(IRabbitMqReceiveEndpointConfiguration endpoint)
    {
        var settings = endpoint.Settings;
        var builder = new ReceiveEndpointBrokerTopologyBuilder();
        builder.Exchange = builder.ExchangeDeclare(
            settings.ExchangeName ?? settings.QueueName, settings.ExchangeType, settings.Durable, settings.AutoDelete,
            settings.ExchangeArguments);
        builder.Queue = builder.QueueDeclare(
            settings.QueueName, settings.Durable, settings.AutoDelete, settings.Exclusive, settings.QueueArguments);
        builder.QueueBind(builder.Exchange, builder.Queue, settings.RoutingKey, settings.BindingArguments);
        ((IRabbitMqEndpointConfiguration)endpoint).Topology.Consume.Apply(builder);
        return builder.BuildBrokerTopology();
    }

    private static IEnumerable<BrokerPart> Of(BrokerTopology topology) =>
    [
        .. topology.Exchanges.Select(e => new BrokerPart($"exchange {e.ExchangeName}", (channel, cancel) => channel.ExchangeDeclareAsync(
            e.ExchangeName, e.ExchangeType, e.Durable, e.AutoDelete, e.ExchangeArguments!, cancellationToken: cancel))),
        .. topology.Queues.Select(q => new BrokerPart($"queue {q.QueueName}", (channel, cancel) => channel.QueueDeclareAsync(
            q.QueueName, q.Durable, q.Exclusive, q.AutoDelete, q.QueueArguments!, cancellationToken: cancel))),
        .. topology.QueueBindings.Select(b => new BrokerPart(
            $"binding of {b.Source.ExchangeName} to {b.Destination.QueueName}", (channel, cancel) => channel.QueueBindAsync(
                b.Destination.QueueName, b.Source.ExchangeName, b.RoutingKey, b.Arguments!, cancellationToken: cancel))),
        .. topology.ExchangeBindings.Select(b => new BrokerPart(
            $"binding of {b.Source.ExchangeName} to {b.Destination.ExchangeName}", (channel, cancel) => channel.ExchangeBindAsync(
                b.Destination.ExchangeName, b.Source.ExchangeName, b.RoutingKey, b.Arguments!, cancellationToken: cancel))),
    ];
}
