using System.Diagnostics;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.HaScheduler;

internal sealed class HeartbeatReportedConsumer(LivenessFeed feed) : IConsumer<HeartbeatReported>
{
    public Task Consume(ConsumeContext<HeartbeatReported> context)
    {
        feed.Hear(context.Message, Activity.Current?.Context ?? default);
        return Task.CompletedTask;
    }
}

/// <summary>Batches are taken one at a time, in order; each replica has a queue of its own and hears the whole stream.</summary>
internal sealed class HeartbeatReportedDefinition : ConsumerDefinition<HeartbeatReportedConsumer>
{
    public HeartbeatReportedDefinition(Settings settings)
    {
        EndpointName = $"ha-scheduler.heartbeats.{settings.Instance}";
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<HeartbeatReportedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.AsLiveStream();
}

internal sealed class StorePlacedConsumer(Cluster cluster) : IConsumer<StorePlaced>
{
    public Task Consume(ConsumeContext<StorePlaced> context) => cluster.Loaded
        ? cluster.Take(context.Message, context.CancellationToken)
        : throw new InvalidOperationException("the scheduler has not read its state yet");
}

internal sealed class StorePlacedDefinition : ConsumerDefinition<StorePlacedConsumer>
{
    public StorePlacedDefinition() => EndpointName = "ha-scheduler.store-placed";

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<StorePlacedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseMessageRetry(r =>
            r.Exponential(8, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)));
}
