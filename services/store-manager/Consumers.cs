using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using MassTransit;

namespace Holdfast.StoreManager;

internal sealed class StoreRequestedConsumer(Subtopics subtopics, StoreLoop loop) : IConsumer<StoreRequested>
{
    public async Task Consume(ConsumeContext<StoreRequested> context)
    {
        if (!subtopics.Loaded)
        {
            throw new StateUnavailableException("the store manager has not read its state yet");
        }

        await subtopics.Take(context.Message, context.CancellationToken);
        loop.Hurry();
    }
}

internal sealed class StoreRequestedDefinition() : DurableEndpoint<StoreRequestedConsumer>("store-manager.store-requested");

internal sealed class HeartbeatReportedConsumer(HostsHeard hosts) : IConsumer<HeartbeatReported>
{
    public Task Consume(ConsumeContext<HeartbeatReported> context)
    {
        hosts.Hear(context.Message);
        return Task.CompletedTask;
    }
}

internal sealed class HeartbeatReportedDefinition(Settings settings)
    : LiveEndpoint<HeartbeatReportedConsumer>("store-manager.heartbeats", settings);

internal sealed class HostDownConsumer(HostsHeard hosts) : IConsumer<HostDown>
{
    public Task Consume(ConsumeContext<HostDown> context)
    {
        hosts.Forget(context.Message.Host);
        return Task.CompletedTask;
    }
}

internal sealed class HostDownDefinition() : DurableEndpoint<HostDownConsumer>("store-manager.host-down");
