using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.StoreManager;

internal sealed class StoreRequestedConsumer(Subtopics subtopics, StoreLoop loop) : IConsumer<StoreRequested>
{
    public async Task Consume(ConsumeContext<StoreRequested> context)
    {
        if (!subtopics.Loaded)
        {
            throw new InvalidOperationException("the store manager has not read its state yet");
        }

        await subtopics.Take(context.Message, context.CancellationToken);
        loop.Hurry();
    }
}

internal sealed class StoreRequestedDefinition : ConsumerDefinition<StoreRequestedConsumer>
{
    public StoreRequestedDefinition() => EndpointName = "store-manager.store-requested";

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<StoreRequestedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseMessageRetry(r =>
            r.Exponential(8, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)));
}

internal sealed class HeartbeatReportedConsumer(HostsHeard hosts) : IConsumer<HeartbeatReported>
{
    public Task Consume(ConsumeContext<HeartbeatReported> context)
    {
        hosts.Hear(context.Message);
        return Task.CompletedTask;
    }
}

internal sealed class HeartbeatReportedDefinition : ConsumerDefinition<HeartbeatReportedConsumer>
{
    public HeartbeatReportedDefinition(Settings settings)
    {
        EndpointName = $"store-manager.heartbeats.{settings.Instance}";
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<HeartbeatReportedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.AsLiveStream();
}

internal sealed class HostDownConsumer(HostsHeard hosts) : IConsumer<HostDown>
{
    public Task Consume(ConsumeContext<HostDown> context)
    {
        hosts.Forget(context.Message.Host);
        return Task.CompletedTask;
    }
}

internal sealed class HostDownDefinition : ConsumerDefinition<HostDownConsumer>
{
    public HostDownDefinition() => EndpointName = "store-manager.host-down";
}
