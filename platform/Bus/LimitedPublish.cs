using MassTransit;

namespace Holdfast.Platform.Bus;

/// <summary>
/// Every publish has a limit. A token alone is none: a publish into a connection that does not drain may never look at it, and
/// whoever awaits that hangs with it. Only <see cref="MessagePublisher"/> and <see cref="Republisher"/> stand on it.
/// </summary>
internal static class LimitedPublish
{
    /// <summary>
    /// Throws <see cref="TimeoutException"/> when the broker has not taken the message within the limit. Throws
    /// <see cref="MessageReturnedException"/> when the broker has no queue for it: a message that nobody can hear is not said. The broker
    /// is asked to return such a message; it would confirm it otherwise.
    /// </summary>
    internal static Task PublishWithin<T>(this IBus bus, T message, TimeSpan limit, TimeProvider time, CancellationToken cancel)
        where T : class =>
        Within(token => bus.Publish(message, static context => context.Mandatory = true, token), message, limit, time, cancel);

    /// <param name="publish">Begins to publish; given a token that ends with the limit.</param>
    /// <param name="message">For the words of the fault.</param>
    /// <param name="limit">No longer than this, whatever becomes of it.</param>
    /// <param name="time">Of the limit.</param>
    /// <param name="cancel">Ends it before.</param>
    internal static async Task Within<T>(
        Func<CancellationToken, Task> publish, T message, TimeSpan limit, TimeProvider time, CancellationToken cancel) where T : class
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            await publish(either.Token).WaitAsync(limit, time, cancel);
        }
        catch (Exception error) when (error is TimeoutException || error is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not take {typeof(T).Name} within {limit.TotalSeconds:0.#} s.", error);
        }
    }
}
