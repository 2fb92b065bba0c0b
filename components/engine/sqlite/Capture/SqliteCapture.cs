using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>Installs and removes what captures a file's changes: triggers, and tables whose names begin with <c>hf_</c>.</summary>
public static class SqliteCapture
{
    private static readonly TimeSpan BusyWait = TimeSpan.FromSeconds(5);

    private static readonly string[] Tables =
        ["hf_capture", "hf_table", "hf_log", "hf_candidate", "hf_commit", "hf_reader"];

    /// <summary>
    /// Captures the tables of a filter from now on; may be repeated. A new generation begins where rows may have been missed since it was
    /// installed: after a stop, in a copy of the file, where triggers are gone. Older positions then lead nowhere.
    /// </summary>
    /// <exception cref="SourceFaultException">A table cannot be captured, or the file cannot be used.</exception>
    public static Task Install(string path, StreamFilter filter, TimeProvider time, CancellationToken cancel = default) =>
        Install(path, filter, time, null, cancel);

    /// <summary>Captures a source that somebody has a log of.</summary>
    /// <param name="path">The file.</param>
    /// <param name="filter">The tables; those of earlier calls stay captured, for other Stores may read them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="known">
    /// Id of the source that the log is of: a file that is another one, or whose capture is not whole, is refused and stays
    /// untouched. Null: nobody has a log.
    /// </param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="SourceFaultException">A table cannot be captured, or the file cannot be used.</exception>
    public static Task Install(string path, StreamFilter filter, TimeProvider time, string? known, CancellationToken cancel) =>
        Task.Run(() => SourceFaults.Guard(path, () =>
        {
            using var database = Database.Open(path, BusyWait);
            return database.Write(() => InstallNow(database, filter, time.GetUtcNow(), known));
        }), cancel);

    /// <summary>Takes everything away again. The sink's tables stay.</summary>
    public static Task Remove(string path, CancellationToken cancel = default) => Task.Run(() => SourceFaults.Guard(path, () =>
    {
        using var database = Database.Open(path, BusyWait);
        return database.Write(() =>
        {
            foreach (var table in CaptureLog.Read(database) is null ? [] : CapturedTable.Live(database))
            {
                table.DropTriggers(database);
            }

            database.Run("DROP TRIGGER IF EXISTS hf_seal");
            foreach (var table in Tables)
            {
                database.Run($"DROP TABLE IF EXISTS {table}");
            }

            return true;
        });
    }), cancel);

    /// <summary>A reader that does not come back: the log is not kept for it any more.</summary>
    public static Task Forget(string path, string reader, CancellationToken cancel = default) =>
        Task.Run(() => SourceFaults.Guard(path, () =>
        {
            using var database = Database.Open(path, BusyWait);
            return database.Write(() =>
            {
                database.Execute("DELETE FROM hf_reader WHERE id = ?1", reader);
                return true;
            });
        }), cancel);

    private static bool InstallNow(Database database, StreamFilter filter, DateTimeOffset now, string? known)
    {
        var file = FileIdentity.Of(database.Path) ?? "";
        if (known is not null && CaptureLog.Read(database) is var there && (there?.SystemId != known || there.File != file))
        {
            throw new SourceFaultException(SourceFaults.Other(database.Path));
        }

        CaptureLog.Create(database);
        var old = CaptureLog.Read(database);
        var isWhole = old is not null && old.File == file && IsWhole(database);
        if (known is not null && !isWhole)
        {
            throw new SourceFaultException(SourceFaults.NotWhole(database.Path));
        }

        CaptureLog.Seal(database, now);
        var log = isWhole
            ? old! with { Tables = Both(old.Tables, filter.Tables) }
            : Anew(database, old, file, filter, now);
        log.Write(database);
        var live = CapturedTable.Live(database).Select(t => t.Schema.Name).ToHashSet(StringComparer.Ordinal);
        // A table that a Store waits for, and that has come since the last look, is for the next one: it logs the table and its rows.
        var awaited = isWhole ? new StreamFilter { Tables = old!.Tables } : null;
        foreach (var name in TableReader.Names(database).Where(n => !live.Contains(n) && filter.Wants(TableReader.Main, n)
            && awaited?.Wants(TableReader.Main, n) != true))
        {
            var shape = TableReader.Read(database, name)!;
            if (TableRules.WhyNot(shape) is { } fault)
            {
                throw new SourceFaultException(fault);
            }

            CapturedTable.Add(database, shape);
        }

        return true;
    }

    /// <summary>Patterns of which none means every table.</summary>
    private static IReadOnlyList<string> Both(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.Count == 0 || other.Count == 0 ? [] : [.. one.Union(other, StringComparer.Ordinal)];

    /// <summary>
    /// Nothing can have been missed: each table that is there has its triggers, no row was written in a shape that nobody had seen, and no
    /// reader was stopped. Tables that have changed, come or gone since the last look are told by the next one (<see cref="Examination"/>).
    /// </summary>
    private static bool IsWhole(Database database) =>
        database.Number("SELECT count(*) FROM hf_log WHERE op = ?1", (long)LogOp.Stop) == 0
        && database.Number("SELECT count(*) FROM hf_log WHERE known = 0 AND seq > (SELECT same_to FROM hf_table WHERE id = tbl)") == 0
        && CapturedTable.Live(database).All(
            t => TableReader.Read(database, t.Schema.Name) is not { } shape || t.IsWatched(database, shape));

    private static CaptureLog Anew(Database database, CaptureLog? old, string file, StreamFilter filter, DateTimeOffset now)
    {
        foreach (var table in CapturedTable.Live(database))
        {
            table.End(database);
        }

        // The last row stays: SQLite numbers from it on, and a number never comes twice.
        var last = CaptureLog.Last(database);
        database.Execute("DELETE FROM hf_log WHERE seq < ?1", last);
        database.Execute("UPDATE hf_log SET op = ?1, known = 1 WHERE seq = ?2", (long)LogOp.Beat, last);
        database.Run("DELETE FROM hf_commit");
        database.Run("DELETE FROM hf_reader");
        database.Execute("INSERT INTO hf_commit(seq, time) VALUES(?1, ?2)", last, CaptureLog.Microseconds(now));
        return new CaptureLog(Guid.NewGuid().ToString("N"), (old?.Generation ?? 0) + 1, file, filter.Tables, last);
    }
}
