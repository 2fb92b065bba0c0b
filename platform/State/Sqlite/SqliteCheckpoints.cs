using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// Moves what is in the log into the file, over a connection of its own and beside the writer. SQLite by itself lets the writer do so:
/// all who wait for a commit then wait for these writes and their sync too. Only the writer can begin the log anew, when the log is long
/// and all of it is moved. So this loop is close behind the writer by then, and leaves it little to move. Nothing depends on this loop:
/// what is in the log is durable.
/// </summary>
internal sealed partial class SqliteCheckpoints(SqliteDatabase database, SqliteSession session, TimeProvider time, ILogger logger)
    : IDisposable
{
    /// <summary>4 KiB each: the writer itself moves the log into the file from here on.</summary>
    internal const int PagesMax = 16_000;

    /// <summary>The writer's turn is near.</summary>
    private const int PagesMany = PagesMax / 2;

    /// <summary>Moved by the writer in its turn without anyone noticing.</summary>
    private const int PagesFew = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CloseBehind = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    /// <summary>Opened together with the others: later there might be another file at the path.</summary>
    internal static SqliteSession Open(string path)
    {
        var session = SqliteSession.Open(path, SqliteOpenMode.ReadWrite);
        session.Run("PRAGMA synchronous=FULL; PRAGMA busy_timeout=0;");
        return session;
    }

    internal async Task Run(CancellationToken cancel)
    {
        await Task.Yield();
        var (done, pages) = (0L, 0L);
        while (!cancel.IsCancellationRequested)
        {
            var (rest, commits) = (Interval, database.Commits);
            try
            {
                if (commits != done)
                {
                    var before = pages;
                    (done, pages) = (commits, MoveOn());
                    rest = pages > PagesMany && pages - before > PagesFew ? CloseBehind : Interval;
                }
            }
            catch (SqliteException e)
            {
                // The writer's own turn comes, and tells its callers what is wrong.
                LogFailed(e);
                rest = AfterFailure;
            }

            await Task.Delay(rest, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Moves what it can without waiting for anyone; how many pages the log has, moved or not.</summary>
    private long MoveOn()
    {
        using var row = session.Read("PRAGMA wal_checkpoint(PASSIVE)"); // busy, pages in the log, of them moved
        return row.Read() ? row.GetInt64(1) : 0;
    }

    public void Dispose() => session.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state file's log could not be moved into the file; the writer will do it")]
    private partial void LogFailed(Exception error);
}
