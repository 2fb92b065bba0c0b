namespace Holdfast.Engine.Sqlite.Source;

/// <summary>
/// Tells when a file of a database was written to, so that nobody has to ask all the time. The system's notice comes when the log is
/// written, a moment before other connections can see it. There may be none at all: the system has no watch left, or the file is on a
/// network. The system is asked only while somebody waits: notices of a writer who is at work pile up to one meanwhile.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private readonly SemaphoreSlim _written = new(0, 1);
    private readonly AutoResetEvent _asked = new(false);
    private readonly Inotify? _notices;
    private readonly Thread? _thread;
    private volatile bool _isAsked;
    private volatile bool _isOver;

    internal FileWatch(string path)
    {
        var full = Path.GetFullPath(path);
        _notices = Inotify.Watch(Path.GetDirectoryName(full)!);
        if (_notices is not null)
        {
            _thread = new Thread(() => Listen(_notices, Path.GetFileName(full)), 64 << 10) { IsBackground = true, Name = "file watch" };
            _thread.Start();
        }
    }

    /// <summary>The system tells us.</summary>
    internal bool IsTold => _notices is not null;

    /// <summary>Waits until something is written, or a time has passed; true: something was.</summary>
    internal async Task<bool> Wait(TimeSpan most, TimeProvider time, CancellationToken cancel)
    {
        if (!_isAsked)
        {
            _isAsked = true;
            _asked.Set();
        }

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
        _isOver = true;
        _notices?.Stop();
        _asked.Set();
        _thread?.Join();
        _notices?.Dispose();
        _written.Dispose();
        _asked.Dispose();
    }

    private void Listen(Inotify notices, string name)
    {
        while (true)
        {
            _asked.WaitOne();
            if (_isOver || !notices.Wait(name))
            {
                return;
            }

            // The next wait asks again, and may find this notice too: it looks once more than it must.
            _isAsked = false;
            if (_written.CurrentCount == 0)
            {
                _written.Release();
            }
        }
    }
}
