using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.ConsoleUi.Feed;

// The message itself is not shown: it says that there is something to look at now instead of with the next beat.

internal sealed class HostDownConsumer(LiveFeed feed) : IConsumer<HostDown>
{
    public Task Consume(ConsumeContext<HostDown> context) => feed.Heard();
}

internal sealed class HostDownDefinition(Settings settings) : LiveEndpoint<HostDownConsumer>("console.host-down", settings);

internal sealed class HostRecoveredConsumer(LiveFeed feed) : IConsumer<HostRecovered>
{
    public Task Consume(ConsumeContext<HostRecovered> context) => feed.Heard();
}

internal sealed class HostRecoveredDefinition(Settings settings) : LiveEndpoint<HostRecoveredConsumer>("console.host-recovered", settings);

internal sealed class AlertRaisedConsumer(LiveFeed feed) : IConsumer<AlertRaised>
{
    public Task Consume(ConsumeContext<AlertRaised> context) => feed.Heard();
}

internal sealed class AlertRaisedDefinition(Settings settings) : LiveEndpoint<AlertRaisedConsumer>("console.alert-raised", settings);
