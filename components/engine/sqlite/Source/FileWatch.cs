namespace Holdfast.Engine.Sqlite.Source;

/// <summary>
/// Tells when a file of a database was written to, so that nobody has to ask all the time. The system's notice comes when the log is
/// written, a moment before other connections can see it; and there may be none at all, where the system has no watch left or the
/// file is on a network.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private readonly SemaphoreSlim _written = new(0, 1);
    private readonly FileSystemWatcher? _watcher;

    internal FileWatch(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(full)!, Path.GetFileName(full) + "*")
            {
                NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.FileName,
            };
            _watcher.Changed += Wake;
            _watcher.Created += Wake;
            _watcher.Error += Wake;
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    /// <summary>The system tells us.</summary>
    internal bool IsTold => _watcher is not null;

    /// <summary>Until something is written, or a time has passed; true: something was.</summary>
    internal async Task<bool> Wait(TimeSpan most, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await _written.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _written.Dispose();
    }

    private void Wake(object sender, EventArgs written)
    {
        try
        {
            if (_written.CurrentCount == 0)
            {
                _written.Release();
            }
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else has woken it, or nobody waits any more.
        }
    }
}
