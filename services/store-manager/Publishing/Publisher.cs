using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.StoreManager.Publishing;

/// <summary>
/// Publishes with a time limit, some at a time: a broker that is away delays a pass and never stops the loop, and neither does a
/// message that no queue takes.
/// </summary>
internal sealed class Publisher(IBus bus, TimeProvider time, Republisher? republisher = null)
{
    private const int AtOnce = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    internal Task Publish<T>(T message, CancellationToken cancel) where T : class =>
        bus.PublishOrKeep(republisher, message, Limit, time, cancel);

    /// <summary>A question that is asked again until it is answered.</summary>
    internal Task Ask<T>(T question, CancellationToken cancel) where T : class => bus.SayWithin(question, Limit, time, cancel);

    internal async Task PublishAll<T>(IEnumerable<T> messages, CancellationToken cancel) where T : class
    {
        foreach (var some in messages.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(m => Publish(m, cancel)));
        }
    }
}
