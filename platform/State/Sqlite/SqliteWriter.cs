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

    /// <summary>At the end; who asked for what is still queued then has not heard that it is written.</summary>
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly SqliteSession _session;
    private readonly Thread _thread;

    private long _commits;
    private long _writes;

    private readonly Channel<Write> _queue =
        Channel.CreateBounded<Write>(new BoundedChannelOptions(QueuedMax) { SingleReader = true });

    internal long Commits => Interlocked.Read(ref _commits);

    /// <summary>Number of writes that were asked for.</summary>
    internal long Writes => Interlocked.Read(ref _writes);

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
    /// <param name="rows">Approximate number of rows that it touches; with more than one it is undone as a whole.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async Task<TResult> Run<TResult>(Func<SqliteSession, TResult> work, int rows, CancellationToken cancel)
    {
        var write = new Write<TResult>(work, rows, cancel);
        Interlocked.Increment(ref _writes);
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
    /// Commits a batch. A write that fails is undone with all that came with it; the others run again without it. A savepoint for each
    /// would spare that, and cost every write a copy of the pages that it touches. Some errors, such as a full disk, end the
    /// transaction by themselves: after a few such repeats no single write is at fault, and all fail.
    /// </summary>
    private void Commit(List<Write> batch)
    {
        var ended = 0;
        while (TryCommit(batch) is { } undone)
        {
            ended += undone.IsItsOwn ? 0 : 1;
            RollBack();
            if (undone.Culprit is not { } culprit || ended > RepeatsMax)
            {
                batch.ForEach(write => write.Fail(undone.Failure));
                return;
            }

            culprit.Fail(undone.Failure);
            batch.Remove(culprit);
        }

        batch.ForEach(write => write.Complete());
    }

    /// <param name="Culprit">The write that failed, if it was a single one.</param>
    /// <param name="Failure">For those who wait.</param>
    /// <param name="IsItsOwn">The transaction would have gone on without it.</param>
    private sealed record Undone(Write? Culprit, Exception Failure, bool IsItsOwn);

    /// <summary>Null when all is on disk.</summary>
    private Undone? TryCommit(List<Write> batch)
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
            return new(current, Explain(e), _session.InTransaction);
        }
    }

    /// <summary>A statement that fails alone leaves nothing to undo.</summary>
    private void RunOne(Write write)
    {
        try
        {
            write.Run(_session);
        }
        catch (Exception e) when (write.Rows == 1 && _session.InTransaction)
        {
            write.Fail(Explain(e));
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
