using System.Diagnostics;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using MassTransit;

namespace Holdfast.HaScheduler.Feed;

internal sealed class HeartbeatReportedConsumer(LivenessFeed feed) : IConsumer<HeartbeatReported>
{
    public Task Consume(ConsumeContext<HeartbeatReported> context)
    {
        feed.Hear(context.Message, Activity.Current?.Context ?? default);
        return Task.CompletedTask;
    }
}

/// <summary>The whole stream, in order: a hole in it is a finding.</summary>
internal sealed class HeartbeatReportedDefinition(Settings settings)
    : LiveEndpoint<HeartbeatReportedConsumer>("ha-scheduler.heartbeats", settings);

internal sealed class StorePlacedConsumer(Cluster cluster) : IConsumer<StorePlaced>
{
    public Task Consume(ConsumeContext<StorePlaced> context) => cluster.Loaded
        ? cluster.Take(context.Message, context.CancellationToken)
        : throw new StateUnavailableException("the scheduler has not read its state yet");
}

internal sealed class StorePlacedDefinition() : DurableEndpoint<StorePlacedConsumer>("ha-scheduler.store-placed");
