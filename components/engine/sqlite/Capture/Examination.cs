using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>
/// Compares the tables that there are with those that are captured, under the write lock, whenever the file's schema has changed. What
/// it finds becomes rows of the log, so that every reader meets it at the same place.
/// </summary>
internal sealed class Examination(Database database, CaptureLog log, DateTimeOffset now)
{
    /// <summary>The rows of a new table are logged as inserts, up to so many: they are written under the lock.</summary>
    internal const int RowsMax = 20_000;

    private readonly StreamFilter _filter = new() { Tables = log.Tables };

    /// <summary>Brings the capture up to date, or logs why the stream cannot go on.</summary>
    internal void Run()
    {
        CaptureLog.Seal(database, now);
        var live = CapturedTable.Live(database);
        foreach (var table in live)
        {
            Examine(table, TableReader.Read(database, table.Schema.Name));
        }

        var names = CapturedTable.Live(database).Select(t => t.Schema.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in TableReader.Names(database).Where(n => !names.Contains(n) && _filter.Wants(TableReader.Main, n)))
        {
            Begin(TableReader.Read(database, name)!);
        }
    }

    private void Examine(CapturedTable table, TableShape? shape)
    {
        if (shape is null || shape.Name != table.Schema.Name)
        {
            table.End(database);
            Changed($"DROP TABLE {Sql.Name(table.Schema.Name)}", table.Schema.FullName);
            return;
        }

        if (!table.IsWatched(database, shape))
        {
            Stop("DP-125", $"the triggers of {table.Schema.FullName} are gone: it was made anew, or somebody dropped them",
                "Install the capture again, and copy the table anew");
            table.End(database);
        }
        else if (!table.Schema.HasShapeOf(shape.Schema with { Id = table.Schema.Id }))
        {
            // Rows that the old triggers have logged since the change say so themselves.
            table.End(database);
            var statements = ChangeText.Of(table.Schema, table.Sql, shape.Schema, shape.Sql, CapturedTable.Indexes(database, shape.Name));
            foreach (var statement in statements.DefaultIfEmpty(""))
            {
                Changed(statement, table.Schema.FullName);
            }

            CapturedTable.Add(database, shape);
        }
        else if (FirstLater(table, shape) is { } later && WereRowsLogged(table, later))
        {
            Stop("DP-133", $"a trigger was made on {table.Schema.FullName} and rows were written before anybody noticed: SQLite runs it"
                + " before the capture's own, so that its changes are logged before their cause",
                "Install the capture again, and copy the table anew; make triggers while nobody writes to the table");
            table.End(database);
        }
        else if (table.Triggers(database, shape).Except(table.Found(database)).Any() || FirstLater(table, shape) is not null)
        {
            database.Execute("UPDATE hf_table SET sql = ?2, same_to = ?3 WHERE id = ?1",
                (long)table.Schema.Id, shape.Sql, CaptureLog.Last(database));
            table.MakeTriggers(database, shape);
        }
    }

    private void Begin(TableShape shape)
    {
        if (TableRules.WhyNot(shape) is { } fault)
        {
            Stop(fault.Code, fault.Message, fault.Workaround);
            return;
        }

        if (database.Number($"SELECT count(*) FROM (SELECT 1 FROM {Sql.Name(shape.Name)} LIMIT {RowsMax + 1})") > RowsMax)
        {
            Stop("DP-126", $"{shape.Schema.FullName} is new and has more than {RowsMax} rows already",
                "Install the capture again, and copy the table anew");
            return;
        }

        Changed(shape.Sql, shape.Schema.FullName);
        var table = CapturedTable.Add(database, shape);
        database.Run($"INSERT INTO hf_log(tbl, op, known, {CaptureTriggers.Values(shape.Columns.Count)})"
            + $" SELECT {table.Schema.Id}, {(int)LogOp.Insert}, 1, {CaptureTriggers.Image(shape, "x")} FROM {Sql.Name(shape.Name)} AS x");
        CaptureLog.Seal(database, now);
    }

    /// <summary>The first trigger of somebody else that is newer than ours, by its row in the catalog; null: ours are the newest.</summary>
    private long? FirstLater(CapturedTable table, TableShape shape) => database.Number("""
        SELECT min(rowid) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE AND substr(name, 1, ?3) <> ?2
            AND rowid > (SELECT min(rowid) FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, ?3) = ?2)
        """, shape.Name, table.TriggerPrefix, table.TriggerPrefix.Length);

    private bool WereRowsLogged(CapturedTable table, long later) => database.Number(
        "SELECT count(*) FROM hf_log WHERE tbl = ?1 AND op IN (1, 2, 3) AND known >= ?2", (long)table.Schema.Id, later) > 0;

    private void Changed(string statement, string table) => CaptureLog.Add(database, LogOp.Ddl, now, statement, table);

    private void Stop(string code, string message, string workaround) =>
        CaptureLog.Add(database, LogOp.Stop, now, code, message, workaround);
}
