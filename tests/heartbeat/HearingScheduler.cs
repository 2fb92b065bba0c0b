using MassTransit;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Heartbeat.Tests;

/// <summary>The scheduler, as far as collectors know it: says of each batch that it has heard it.</summary>
internal sealed class HearingScheduler : IServiceModule
{
    public string Name => "hearing-scheduler";

    public bool IsService => false;

    public void AddServices(IServiceCollection services, Settings settings)
    {
    }

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings) =>
        bus.AddConsumer<Hearer>().Endpoint(e => e.Name = "hearing-scheduler");

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }

    /// <summary>Its word on one batch.</summary>
    internal static BatchesHeard Of(string collector, long sequence, params string[] regions) => new()
    {
        Replica = "scheduler",
        Regions = regions,
        Collectors = [new CollectorHeard(collector, sequence)],
        At = DateTimeOffset.UnixEpoch,
    };

    private sealed class Hearer : IConsumer<HeartbeatReported>
    {
        public Task Consume(ConsumeContext<HeartbeatReported> context) =>
            context.Publish(Of(context.Message.Collector, context.Message.Sequence));
    }
}
