using MassTransit;

namespace Holdfast.Platform.Bus;

/// <summary>How an endpoint takes a stream in which only the present matters.</summary>
public static class LiveStream
{
    /// <summary>Older messages are worth nothing: a hole in the sequence says that some are missing.</summary>
    private static readonly TimeSpan MessageAgeMax = TimeSpan.FromSeconds(60);

    /// <summary>The queue of a replica that never comes back goes away by itself.</summary>
    private static readonly TimeSpan QueueIdleMax = TimeSpan.FromMinutes(10);

    private const int Prefetch = 16;

    public static void AsLiveStream(this IReceiveEndpointConfigurator endpoint)
    {
        endpoint.PrefetchCount = Prefetch;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
        {
            queue.SetQueueArgument("x-message-ttl", (int)MessageAgeMax.TotalMilliseconds);
            queue.SetQueueArgument("x-expires", (int)QueueIdleMax.TotalMilliseconds);
        }
    }
}
