using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Source;

/// <summary>
/// The place that a reader has reached, as the source knows it. It is written from time to time, not for each confirmation: the log is only
/// kept a little longer by that.
/// </summary>
internal sealed class ReaderPlace(string path, string reader, TimeProvider time, SqliteSourceOptions options) : IAsyncDisposable
{
    /// <summary>Rows that one transaction deletes: applications wait for it.</summary>
    private const int DeletedMax = 5_000;

    /// <summary>One writes at a time.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Lock of the two below: who reads begins, and who has read confirms, beside each other.</summary>
    private readonly Lock _state = new();

    private Position? _unwritten;
    private long? _written;

    /// <summary>Keeps the log for this reader from now on.</summary>
    internal Task Take(Position after, CancellationToken cancel) => Write(after, cancel);

    internal Task Confirm(Position durable, CancellationToken cancel)
    {
        Position last;
        bool isDue;
        lock (_state)
        {
            last = _unwritten is { } before ? Position.Later(before, durable) : durable;
            _unwritten = last;
            isDue = _written is not { } written || time.GetElapsedTime(written) >= options.ConfirmEvery;
        }

        return isDue ? Write(last, cancel) : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_unwritten is { } last)
            {
                await Write(last, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Seams.SourceFaultException)
        {
            // The log is kept a little longer.
        }

        _gate.Dispose();
    }

    private async Task Write(Position at, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await Task.Run(() => SourceFaults.Guard(path, () => WriteNow(at)), cancel).ConfigureAwait(false);
            lock (_state)
            {
                // The position that was confirmed meanwhile is still to be written.
                _unwritten = _unwritten > at ? _unwritten : null;
                _written = time.GetTimestamp();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool WriteNow(Position at)
    {
        using var database = Database.Open(path, TimeSpan.FromSeconds(10));
        // Lost by a crash of the machine, it only keeps the log longer.
        database.Run("PRAGMA synchronous = NORMAL");
        var isMore = true;
        while (isMore)
        {
            isMore = database.Write(() =>
            {
                var log = SourceLook.Log(database);
                if (log.Generation != at.Major)
                {
                    return false;
                }

                var now = CaptureLog.Microseconds(time.GetUtcNow());
                database.Execute("""
                    INSERT INTO hf_reader(id, seq, time) VALUES(?1, ?2, ?3)
                    ON CONFLICT(id) DO UPDATE SET seq = excluded.seq, time = excluded.time
                    """, reader, (long)at.Minor, now);
                database.Execute("DELETE FROM hf_reader WHERE time < ?1", now - options.KeepReaders.Ticks / 10);
                return Prune(database, log, now - options.Keep.Ticks / 10);
            });
        }

        return true;
    }

    /// <returns>More is to be deleted.</returns>
    private static bool Prune(Database database, CaptureLog log, long keptSince)
    {
        var slowest = database.Number("SELECT min(seq) FROM hf_reader") ?? 0;
        var (pruned, isMore) = (log.Pruned, false);
        var ends = database.Bound("SELECT seq, time FROM hf_commit WHERE seq > ?1 AND seq <= ?2 ORDER BY seq", [log.Pruned, slowest]);
        while (!isMore && ends.Step() && ends.Int64(1) < keptSince)
        {
            // At least one transaction, however large it is.
            isMore = pruned > log.Pruned && ends.Int64(0) > log.Pruned + DeletedMax;
            pruned = isMore ? pruned : ends.Int64(0);
        }

        ends.Reset();
        if (pruned > log.Pruned)
        {
            // The log's last row stays: SQLite numbers on from it.
            database.Execute("DELETE FROM hf_log WHERE seq <= ?1 AND seq < (SELECT max(seq) FROM hf_log)", pruned);
            database.Execute("DELETE FROM hf_commit WHERE seq < ?1", pruned);
            database.Execute("UPDATE hf_capture SET pruned = ?1", pruned);
        }

        return isMore;
    }
}
