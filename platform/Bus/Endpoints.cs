using Holdfast.Platform.State;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>
/// An endpoint whose messages must not be lost to a store that is away. They are tried again for about a quarter of an hour, well within
/// the broker's patience with an unacknowledged message (30 min). Then they go to the end of their queue, and so on for any time
/// (<see cref="BackInLine{T}"/>). Any other failure is tried five times; then the message lies in the error queue and people are told.
/// </summary>
public abstract class DurableEndpoint<TConsumer> : ConsumerDefinition<TConsumer> where TConsumer : class, IConsumer
{
    private const int DefectAttemptsMax = 5;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(300);

    protected DurableEndpoint(string name, int concurrent = 1)
    {
        EndpointName = name;
        ConcurrentMessageLimit = concurrent;
    }

    /// <summary>Before a message goes to the end of its queue.</summary>
    protected virtual int AttemptsMax => 50;

    /// <summary>Between two attempts.</summary>
    protected virtual TimeSpan PauseMax => TimeSpan.FromSeconds(20);

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<TConsumer> consumerConfigurator, IRegistrationContext context)
    {
        _ = new BackInLineOfEach(
            endpointConfigurator, context.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(BackInLine<>)));
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<StateUnavailableException>();
            retry.Exponential(AttemptsMax, First, PauseMax, Step);
        });
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Ignore<StateUnavailableException>();
            retry.Exponential(DefectAttemptsMax, First, PauseMax, Step);
        });
    }
}

/// <summary>
/// An endpoint for which only the present matters. Each replica has a queue of its own, and takes the messages one at a time and in
/// order. An old message goes away by itself, and so does the queue of a replica that never comes back.
/// </summary>
public abstract class LiveEndpoint<TConsumer> : ConsumerDefinition<TConsumer> where TConsumer : class, IConsumer
{
    /// <summary>Older messages are worth nothing: a hole in the sequence says that some are missing.</summary>
    private static readonly TimeSpan MessageAgeMax = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan QueueIdleMax = TimeSpan.FromMinutes(10);

    private const int Prefetch = 16;

    protected LiveEndpoint(string name, Settings settings)
    {
        EndpointName = $"{name}.{settings.Instance}";
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<TConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = Prefetch;
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator queue)
        {
            queue.SetQueueArgument("x-message-ttl", (int)MessageAgeMax.TotalMilliseconds);
            queue.SetQueueArgument("x-expires", (int)QueueIdleMax.TotalMilliseconds);
        }
    }
}
