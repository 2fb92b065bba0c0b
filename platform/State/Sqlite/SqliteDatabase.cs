using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// One SQLite file, open for as long as the process runs: one writer, a few readers. Other processes may have the same
/// file open; SQLite's locks are between them, and a wait for one has a limit.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>Shorter than a writer waits for a lock: who asks whether a process is ready does not wait that long.</summary>
    private static readonly TimeSpan HealthMax = TimeSpan.FromSeconds(3);

    /// <summary>Of the work beside the writer, at the end: it looks at its token between two steps.</summary>
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteIndexing _indexing;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _underway = [];

    private SqliteDatabase(string path, TimeProvider time, ILogger logger, SqliteSession session)
    {
        Path = path;
        _time = time;
        _indexing = new SqliteIndexing(this, time, logger);
        _checkpoints = new SqliteCheckpoints(this, SqliteCheckpoints.Open(path), time, logger);
        _readers = new SqliteReaders(path);
        _writer = new SqliteWriter(path, session);
        _underway.Add(_checkpoints.Run(_closing.Token));
    }

    internal string Path { get; }

    /// <summary>
    /// Opens or creates the file. Throws <see cref="StateRefusedException"/> with PF-302 (not writable), PF-303
    /// (corrupted) or PF-304 (newer schema), and <see cref="StateUnavailableException"/> when it is locked for too
    /// long.
    /// </summary>
    internal static SqliteDatabase Open(string path, TimeProvider time, ILogger? logger = null)
    {
        var full = System.IO.Path.GetFullPath(path);
        var session = SqliteOpening.Open(full);
        try
        {
            return new SqliteDatabase(full, time, logger ?? NullLogger.Instance, session);
        }
        catch (SqliteException e)
        {
            session.Dispose();
            throw SqliteFaults.AtOpen(full, e);
        }
    }

    /// <summary>
    /// Table and indexes of a collection, over a connection of its own: a new index may take a while.
    /// </summary>
    internal void Prepare(SqliteTable table)
    {
        try
        {
            using var session = SqliteSession.Open(Path, SqliteOpenMode.ReadWrite);
            SqliteSchema.Prepare(session, Path, table);
            if (table.Text is { } text)
            {
                lock (_underway)
                {
                    _underway.Add(_indexing.Run(text, _closing.Token));
                }
            }
        }
        catch (SqliteException e)
        {
            throw SqliteFaults.AtOpen(Path, e);
        }
    }

    /// <summary>Number of commits that this process has made.</summary>
    internal long Commits => _writer.Commits;

    /// <inheritdoc cref="SqliteWriter.Writes"/>
    internal long Writes => _writer.Writes;

    /// <inheritdoc cref="SqliteWriter.Run{TResult}"/>
    internal Task<TResult> Write<TResult>(Func<SqliteSession, TResult> work, int rows, CancellationToken cancel) =>
        _writer.Run(work, rows, cancel);

    /// <inheritdoc cref="SqliteReaders.Run{TResult}"/>
    internal Task<TResult> Read<TResult>(Func<SqliteSession, TResult> work, CancellationToken cancel) =>
        _readers.Run(work, cancel);

    /// <summary>Writes and reads a row; null when that went well.</summary>
    internal async Task<string?> CheckHealth(CancellationToken cancel)
    {
        const string touch = "INSERT OR REPLACE INTO holdfast_health VALUES (1, @0)";
        // Pages beyond those that there are: a full disk is noticed where something must grow.
        const string grow = "INSERT OR REPLACE INTO holdfast_health VALUES (3, hex(randomblob(32768)))";
        const string shrink = "DELETE FROM holdfast_health WHERE id = 3";
        var now = _time.GetUtcNow().ToString("O");
        // A write that nobody waits for any more need not be made either: questions must not pile up behind a lock.
        using var late = new CancellationTokenSource(HealthMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            await WriteAndRead(either.Token).WaitAsync(HealthMax, _time, cancel).ConfigureAwait(false);
            return null;
        }
        catch (StateUnavailableException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is TimeoutException || e is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            var locked = await Task.Run(IsLocked, cancel).ConfigureAwait(false);
            return $"{Path}: no answer within {HealthMax.TotalSeconds} s: "
                + (locked ? "another process keeps the database locked" : "the disk is slow, or much is being written");
        }

        async Task WriteAndRead(CancellationToken limited)
        {
            await Write(session => session.Execute(touch, now) + session.Execute(grow), 2, limited).ConfigureAwait(false);
            await Read(session => session.Scalar("SELECT asked_at FROM holdfast_health"), limited).ConfigureAwait(false);
            await Write(session => session.Execute(shrink), 1, limited).ConfigureAwait(false);
        }
    }

    /// <summary>Over a connection of its own, which waits for no longer than the library's least.</summary>
    private bool IsLocked()
    {
        try
        {
            using var session = SqliteSession.Open(Path, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(1));
            session.Run("BEGIN IMMEDIATE;");
            session.Run("ROLLBACK;");
            return false;
        }
        catch (SqliteException e)
        {
            return e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        lock (_underway)
        {
            Task.WaitAll([.. _underway], EndMax);
        }

        _writer.Dispose();
        _readers.Dispose();
        _checkpoints.Dispose(); // The last one, since it may write: SQLite then moves what is left of the log into the file.
    }
}
