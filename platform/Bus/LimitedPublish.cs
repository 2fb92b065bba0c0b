using MassTransit;

namespace Holdfast.Platform.Bus;

/// <summary>
/// Every publish has a limit. A token alone is none: a publish into a connection that does not drain may never look at it, and
/// whoever awaits that hangs with it.
/// </summary>
public static class LimitedPublish
{
    /// <summary>
    /// Throws <see cref="TimeoutException"/> when the broker has not taken the message within the limit, and
    /// <see cref="MessageReturnedException"/> when it has no queue for it: a message that nobody can hear is not said.
    /// </summary>
    public static Task PublishWithin<T>(this IBus bus, T message, TimeSpan limit, TimeProvider time, CancellationToken cancel)
        where T : class => Within(token => bus.PublishToBeHeard(message, token), message, limit, time, cancel);

    /// <summary>
    /// Publishes a question that is repeated until it is answered, or a sign of life whose absence is to be noticed. It may reach no
    /// queue, and that is no lost route: the listener may not have started, or not be part of this installation.
    /// </summary>
    public static Task SayWithin<T>(this IBus bus, T message, TimeSpan limit, TimeProvider time, CancellationToken cancel)
        where T : class => Within(token => bus.Publish(message, token), message, limit, time, cancel);

    /// <summary>
    /// As <see cref="PublishWithin"/>, but what no queue takes is kept and published again; without anybody who keeps it, it fails.
    /// </summary>
    public static Task PublishOrKeep<T>(
        this IBus bus, Republisher? republisher, T message, TimeSpan limit, TimeProvider time, CancellationToken cancel) where T : class =>
        republisher?.Publish(message, limit, cancel) ?? bus.PublishWithin(message, limit, time, cancel);

    /// <summary>The broker is to return a message that reaches no queue; it would confirm it otherwise.</summary>
    public static Task PublishToBeHeard<T>(this IBus bus, T message, CancellationToken cancel) where T : class =>
        bus.Publish(message, static context => context.Mandatory = true, cancel);

    /// <param name="publish">Begins to publish; given a token that ends with the limit.</param>
    /// <param name="message">For the words of the fault.</param>
    /// <param name="limit">No longer than this, whatever becomes of it.</param>
    /// <param name="time">Of the limit.</param>
    /// <param name="cancel">Ends it before.</param>
    public static async Task Within<T>(
        Func<CancellationToken, Task> publish, T message, TimeSpan limit, TimeProvider time, CancellationToken cancel) where T : class
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            await publish(either.Token).WaitAsync(limit, time, cancel);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not take {typeof(T).Name} within {limit.TotalSeconds:0.#} s.", error);
        }
    }
}
