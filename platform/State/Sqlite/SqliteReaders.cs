using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// A few read-only connections, all opened at start: one opened later could meet another file at the path.
/// </summary>
internal sealed class SqliteReaders : IDisposable
{
    /// <summary>Of all calls that are under way at the end, each.</summary>
    private static readonly TimeSpan CloseMax = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly int _count = Math.Clamp(Environment.ProcessorCount, 2, 8);
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _free;
    private volatile bool _closed;

    internal SqliteReaders(string path)
    {
        _path = path;
        _free = new SemaphoreSlim(_count);
        for (var i = 0; i < _count; i++)
        {
            _idle.Add(SqliteSession.Open(path, SqliteOpenMode.ReadOnly));
        }
    }

    /// <summary>Runs on a thread of the pool, since SQLite blocks; waits while all connections are taken.</summary>
    internal async Task<TResult> Run<TResult>(Func<SqliteSession, TResult> work, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => RunNow(work), cancel).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            throw SqliteFaults.Unavailable(_path, e);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the calls under way, then closes.</summary>
    public void Dispose()
    {
        _closed = true;
        var taken = 0;
        for (; taken < _count && _free.Wait(CloseMax); taken++)
        {
            if (_idle.TryTake(out var session))
            {
                session.Dispose();
            }
        }

        if (taken > 0)
        {
            _free.Release(taken); // Whoever still waits gets its turn to hear that this is closed.
        }
    }

    private TResult RunNow<TResult>(Func<SqliteSession, TResult> work)
    {
        if (_closed || !_idle.TryTake(out var session))
        {
            throw SqliteFaults.Closed(_path);
        }

        try
        {
            return work(session);
        }
        finally
        {
            _idle.Add(session);
        }
    }
}
