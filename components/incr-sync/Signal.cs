namespace Holdfast.IncrSync;

/// <summary>
/// Wakes the one who waits for it, or the next one who will. It may wake without need: who waits looks again at what it waits for.
/// </summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _set = new(0);
    private Task? _waiting;

    internal void Set()
    {
        if (_set.CurrentCount == 0)
        {
            _set.Release();
        }
    }

    /// <summary>Waits until it is set, or a time has passed; null: for as long as it takes.</summary>
    internal async Task Wait(TimeSpan? most, TimeProvider time, CancellationToken cancel)
    {
        _waiting ??= _set.WaitAsync(CancellationToken.None);
        if (most is { } limit)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(_waiting, Task.Delay(limit, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
        }
        else
        {
            await _waiting.WaitAsync(cancel).ConfigureAwait(false);
        }

        if (_waiting.IsCompleted)
        {
            _waiting = null;
        }
    }

    public void Dispose() => _set.Dispose();
}
