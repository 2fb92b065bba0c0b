using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>
/// A message whose store stays away goes to the end of its own queue and is acknowledged here, as often as it takes. So a database that
/// is away for an hour fills no error queue and tells nobody of poison. The broker keeps the messages; the process holds a few of them,
/// none for as long as the broker's patience with one that is not acknowledged (30 min). Returned to the broker it would count as one
/// more delivery, and RabbitMQ 4 drops a message after twenty of those.
/// </summary>
internal sealed partial class BackInLine<T>(ILogger logger) : IFilter<ConsumeContext<T>> where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (StateUnavailableException away)
        {
            // A failure here leaves the message where it is, and the broker hands it out again.
            await context.Forward(context.ReceiveContext.InputAddress);
            // Otherwise it counts as one that nobody knows, and lies in the skipped queue as well.
            await context.NotifyConsumed(context, context.ReceiveContext.ElapsedTime, nameof(BackInLine<>));
            BackInLineMeasures.Count(context.ReceiveContext.InputAddress);
            LogBack(typeof(T).Name, away.Message);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("backInLine");

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message} waits at the end of its queue until the store is back: {Why}")]
    private partial void LogBack(string message, string why);
}

/// <summary>Around all attempts of each type of message; what the bus calls a consume filter is within each of them.</summary>
internal sealed class BackInLineOfEach : ConfigurationObserver, IMessageConfigurationObserver
{
    private readonly ILogger _logger;

    internal BackInLineOfEach(IReceiveEndpointConfigurator endpoint, ILogger logger) : base(endpoint)
    {
        _logger = logger;
        Connect(this);
    }

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator) where TMessage : class =>
        configurator.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<TMessage>>(new BackInLine<TMessage>(_logger)));
}

/// <summary>One counter for all types of messages.</summary>
internal static class BackInLineMeasures
{
    private static readonly Counter<long> Back = HoldfastTelemetry.Meter.CreateCounter<long>("holdfast.bus.messages.deferred", "{message}",
        "Messages that went to the end of their queue because the store was away for a quarter of an hour, by that queue");

    internal static void Count(Uri queue) =>
        Back.Add(1, new TagList { { "queue", queue.AbsolutePath.Trim('/').Split('/')[^1] } });
}
