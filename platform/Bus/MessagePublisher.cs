using MassTransit;

namespace Holdfast.Platform.Bus;

/// <summary>
/// The step through which all messages of a service leave. Each has a time limit: a broker that is away delays a pass and never stops
/// the loop. A message that no queue takes does not stop it either: it is kept and published again.
/// </summary>
public sealed class MessagePublisher(IBus bus, TimeProvider time, Republisher? republisher = null)
{
    private const int AtOnce = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public Task Publish<T>(T message, CancellationToken cancel) where T : class =>
        bus.PublishOrKeep(republisher, message, Limit, time, cancel);

    /// <summary>Sends a message that is soon sent again, such as a question or a sign of life. It may reach no queue.</summary>
    public Task Signal<T>(T message, CancellationToken cancel) where T : class => bus.SayWithin(message, Limit, time, cancel);

    public Task PublishAll<T>(IEnumerable<T> messages, CancellationToken cancel) where T : class =>
        messages.ForEachInGroups(AtOnce, message => Publish(message, cancel));
}
