using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// The one writer of a process: callers queue, a thread of its own commits what has gathered in one transaction, and
/// their tasks complete after that commit. So the cost of one sync to disk is shared by all who wait for it.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int QueuedMax = 4096;
    private const int RowsPerCommitMax = 5000;
    private const int RepeatsMax = 3;
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly SqliteSession _session;
    private readonly Thread _thread;

    private long _commits;

    private readonly Channel<Write> _queue =
        Channel.CreateBounded<Write>(new BoundedChannelOptions(QueuedMax) { SingleReader = true });

    internal long Commits => Interlocked.Read(ref _commits);

    /// <summary>Whether somebody waits for a turn.</summary>
    internal bool IsBusy => _queue.Reader.Count > 0;

    internal SqliteWriter(string path, SqliteSession session)
    {
        _path = path;
        _session = session;
        _thread = new Thread(Loop) { IsBackground = true, Name = "holdfast-state-writer" };
        _thread.Start();
    }

    /// <summary>
    /// Queues work and completes when it is on disk. Cancelled before its turn, it does not happen; a caller that
    /// cancels later gets its cancellation at once while the work still takes effect: who must know reads again.
    /// </summary>
    /// <param name="work">Runs on the writer's thread.</param>
    /// <param name="rows">How many rows it touches, about; with more than one it is undone as a whole.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async Task<TResult> Run<TResult>(Func<SqliteSession, TResult> work, int rows, CancellationToken cancel)
    {
        var write = new Write<TResult>(work, rows, cancel);
        try
        {
            await _queue.Writer.WriteAsync(write, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw SqliteFaults.Closed(_path);
        }

        return await write.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Commits what is queued, then ends the thread.</summary>
    public void Dispose()
    {
        if (_queue.Writer.TryComplete() && _thread.Join(DrainMax))
        {
            _session.Dispose();
        }
    }

    private void Loop()
    {
        var batch = new List<Write>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var rows = 0;
            while (rows < RowsPerCommitMax && _queue.Reader.TryRead(out var write))
            {
                batch.Add(write);
                rows += write.Rows;
            }

            Commit(batch);
            batch.Clear();
        }
    }

    /// <summary>
    /// Some errors, a full disk among them, end the transaction and undo the writes before the one that met them. Those
    /// run again without it; after a few such repeats it is no one write's fault and all fail.
    /// </summary>
    private void Commit(List<Write> batch)
    {
        for (var repeats = 0; TryCommit(batch) is var (culprit, failure); repeats++)
        {
            RollBack();
            if (culprit is null || repeats == RepeatsMax)
            {
                batch.ForEach(write => write.Fail(failure));
                return;
            }

            culprit.Fail(failure);
            batch.Remove(culprit);
        }

        batch.ForEach(write => write.Complete());
    }

    /// <summary>Null when all is on disk; otherwise what failed, and whose work that was if it was anyone's.</summary>
    private (Write? Culprit, Exception Failure)? TryCommit(List<Write> batch)
    {
        Write? current = null;
        try
        {
            if (_session.HasMoved)
            {
                throw SqliteFaults.Gone(_path);
            }

            _session.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                current = write;
                RunOne(write);
            }

            current = null;
            _session.Execute("COMMIT");
            Interlocked.Increment(ref _commits);
            return null;
        }
        catch (Exception e)
        {
            return (current, Explain(e));
        }
    }

    /// <summary>One write's failure is its own, unless SQLite gave up the whole transaction.</summary>
    private void RunOne(Write write)
    {
        var undoable = write.Rows > 1;
        try
        {
            if (undoable)
            {
                _session.Execute("SAVEPOINT step");
            }

            write.Run(_session);
        }
        catch (Exception e) when (_session.InTransaction)
        {
            if (undoable)
            {
                _session.Execute("ROLLBACK TO step");
            }

            write.Fail(Explain(e));
        }

        if (undoable)
        {
            _session.Execute("RELEASE step");
        }
    }

    private void RollBack()
    {
        try
        {
            if (_session.InTransaction)
            {
                _session.Execute("ROLLBACK");
            }
        }
        catch (SqliteException)
        {
            // Nothing was committed; the next BEGIN tells its callers what is wrong.
        }
    }

    private Exception Explain(Exception e) => e is SqliteException sqlite ? SqliteFaults.Unavailable(_path, sqlite) : e;

    private abstract class Write(int rows)
    {
        internal int Rows { get; } = rows;

        internal abstract void Run(SqliteSession session);

        internal abstract void Complete();

        internal abstract void Fail(Exception e);
    }

    private sealed class Write<TResult>(Func<SqliteSession, TResult> work, int rows, CancellationToken cancel)
        : Write(rows)
    {
        private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TResult _result = default!;

        internal Task<TResult> Task => _done.Task;

        internal override void Run(SqliteSession session)
        {
            if (cancel.IsCancellationRequested)
            {
                _done.TrySetCanceled(cancel);
            }

            if (!_done.Task.IsCompleted)
            {
                _result = work(session);
            }
        }

        internal override void Complete() => _done.TrySetResult(_result);

        internal override void Fail(Exception e) => _done.TrySetException(e);
    }
}
