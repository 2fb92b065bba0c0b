using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.StoreManager;

/// <summary>Publishes with a time limit, some at a time: a broker that is away delays a pass and never stops the loop.</summary>
internal sealed class Publisher(IBus bus, TimeProvider time)
{
    private const int AtOnce = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    internal Task Publish<T>(T message, CancellationToken cancel) where T : class =>
        bus.PublishWithin(message, Limit, time, cancel);

    internal async Task PublishAll<T>(IEnumerable<T> messages, CancellationToken cancel) where T : class
    {
        foreach (var some in messages.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(m => Publish(m, cancel)));
        }
    }
}
