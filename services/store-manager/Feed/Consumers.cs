using Holdfast.StoreManager.State;
using MassTransit;

namespace Holdfast.StoreManager.Feed;

internal sealed class StoreRequestedConsumer(Subtopics subtopics, PassTrigger passes)
    : IConsumer<StoreRequested>, IConsumer<ConfiguredStoreRequested>
{
    /// <summary>One that has a configuration is said apart, with it.</summary>
    public Task Consume(ConsumeContext<StoreRequested> context) => context.Message.ConfigDigest is null
        ? Take(context.Message, null, context.CancellationToken)
        : Task.CompletedTask;

    public Task Consume(ConsumeContext<ConfiguredStoreRequested> context) =>
        Take(context.Message.Request, context.Message.Config, context.CancellationToken);

    private async Task Take(StoreRequested request, string? config, CancellationToken cancel)
    {
        if (!subtopics.Loaded)
        {
            throw new StateUnavailableException("the store manager has not read its state yet");
        }

        await subtopics.Take(request, config, cancel);
        passes.Hurry();
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

internal sealed class HostDownConsumer(HostsHeard hosts, PassTrigger passes) : IConsumer<HostDown>
{
    public Task Consume(ConsumeContext<HostDown> context)
    {
        hosts.Fall(context.Message.Host);
        passes.Hurry();
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears it; one that missed it hears it again while the host is Down.</summary>
internal sealed class HostDownDefinition(Settings settings) : LiveEndpoint<HostDownConsumer>("store-manager.hosts-down", settings);

internal sealed class HostForgottenConsumer(Subtopics subtopics, PassTrigger passes) : IConsumer<HostForgotten>
{
    public async Task Consume(ConsumeContext<HostForgotten> context)
    {
        if (!subtopics.Loaded)
        {
            throw new StateUnavailableException("the store manager has not read its state yet");
        }

        await subtopics.Lose(context.Message.Stores, context.CancellationToken);
        passes.Hurry();
    }
}

/// <summary>One replica takes the Stores off; the scheduler says it again while any is there.</summary>
internal sealed class HostForgottenDefinition() : DurableEndpoint<HostForgottenConsumer>("store-manager.host-forgotten");

internal sealed class HostRecoveredConsumer(HostsHeard hosts) : IConsumer<HostRecovered>
{
    public Task Consume(ConsumeContext<HostRecovered> context)
    {
        hosts.Rise(context.Message.Host);
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears it; a host that holds its list again is seen to be up without it.</summary>
internal sealed class HostRecoveredDefinition(Settings settings)
    : LiveEndpoint<HostRecoveredConsumer>("store-manager.hosts-recovered", settings);
