namespace Holdfast.StoreWire.Server;

/// <summary>
/// Bytes that a consumer will take. A block is sent while there is any credit, so a consumer holds no more than its credit and one
/// block; without credit the server waits and reads nothing.
/// </summary>
internal sealed class CreditGate(long first, long max)
{
    private readonly Lock _lock = new();
    private long _credit = Math.Min(first, max);
    private TaskCompletionSource _more = Fresh();

    internal void Add(long bytes)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _credit = Math.Min(max, _credit + Math.Min(bytes, max));
            if (_credit <= 0)
            {
                return;
            }

            (more, _more) = (_more, Fresh());
        }

        more.SetResult();
    }

    internal void Take(int bytes)
    {
        lock (_lock)
        {
            _credit -= bytes;
        }
    }

    /// <summary>Ends when there is credit.</summary>
    internal async ValueTask Wait(CancellationToken cancel)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_credit > 0)
                {
                    return;
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancel);
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
