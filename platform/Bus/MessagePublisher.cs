using MassTransit;

namespace Holdfast.Platform.Bus;

/// <summary>
/// The step through which all messages of a service leave. Each has a time limit: a broker that is away delays a pass and never stops
/// the loop. The methods differ in what becomes of a message that no queue takes.
/// </summary>
public sealed class MessagePublisher(IBus bus, TimeProvider time, Republisher? republisher = null)
{
    private const int AtOnce = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Publishes a message of a pass. One that no queue takes stops no pass: it is kept and published again.</summary>
    public Task Publish<T>(T message, CancellationToken cancel) where T : class =>
        republisher?.Publish(message, Limit, cancel) ?? PublishToBeHeard(message, Limit, cancel);

    /// <summary>
    /// Publishes a message that its caller repeats until a queue takes it. Nothing is kept for it, so that of messages in a sequence
    /// none overtakes another: <see cref="MessageReturnedException"/> says that no queue took it, <see cref="TimeoutException"/> that
    /// the broker did not answer within the limit.
    /// </summary>
    public Task PublishToBeHeard<T>(T message, TimeSpan limit, CancellationToken cancel) where T : class =>
        bus.PublishWithin(message, limit, time, cancel);

    /// <summary>
    /// Publishes a question that is repeated until it is answered, or a sign of life whose absence is to be noticed. It may reach no
    /// queue, and that is no lost route: the listener may not have started, or not be part of this installation.
    /// </summary>
    public Task Signal<T>(T message, CancellationToken cancel) where T : class =>
        LimitedPublish.Within(token => bus.Publish(message, token), message, Limit, time, cancel);

    /// <summary>
    /// As <see cref="Signal{T}(T, CancellationToken)"/>, under the id by which listeners know a message that comes twice.
    /// </summary>
    public Task Signal<T>(T message, Guid id, TimeSpan limit, CancellationToken cancel) where T : class => LimitedPublish.Within(
        token => bus.Publish(message, context => context.MessageId = id, token), message, limit, time, cancel);

    public Task PublishAll<T>(IEnumerable<T> messages, CancellationToken cancel) where T : class =>
        messages.ForEachInGroups(AtOnce, message => Publish(message, cancel));
}
