namespace Holdfast.Platform;

/// <summary>Set by anyone, awaited by one, with a limit; a set that nobody awaits yet is kept.</summary>
public class LoopTrigger
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>There is work: the loop's next tick comes at once.</summary>
    public void Hurry()
    {
        lock (_lock)
        {
            _next.TrySetResult();
        }
    }

    internal async Task Wait(TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        Task signalled;
        lock (_lock)
        {
            signalled = _next.Task;
        }

        if (limit > TimeSpan.Zero && !signalled.IsCompleted)
        {
            try
            {
                await signalled.WaitAsync(limit, time, cancel);
            }
            catch (TimeoutException)
            {
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        lock (_lock)
        {
            if (_next.Task.IsCompleted)
            {
                _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
