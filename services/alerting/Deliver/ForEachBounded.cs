namespace Holdfast.Alerting.Deliver;

/// <summary>Many things of which some are under way at one time. Waits for stores and receivers, not for processors.</summary>
internal static class ForEachBounded
{
    /// <summary>
    /// One that fails keeps none of the others from being done, unless it is the store that is away; a failure is thrown when all
    /// that were begun have ended. After a cancellation no more are begun.
    /// </summary>
    internal static Task Run<T>(IReadOnlyList<T> items, int most, Func<T, CancellationToken, Task> act, CancellationToken cancel)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Math.Min(most, items.Count)).Select(_ => Work()));

        async Task Work()
        {
            // So that whoever begins them is not held up by the first ones.
            await Task.Yield();
            Exception? failed = null;
            while (Interlocked.Increment(ref next) is var at && at < items.Count)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    await act(items[at], cancel);
                }
#pragma warning disable CA1031 // thrown below
                catch (Exception error) when (error is not StateUnavailableException)
#pragma warning restore CA1031
                {
                    failed ??= error;
                }
            }

            if (failed is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed);
            }
        }
    }
}
