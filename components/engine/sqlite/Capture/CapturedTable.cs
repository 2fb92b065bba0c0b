using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>A table whose rows are logged, as it was when its triggers were made.</summary>
/// <param name="Schema">With the id that the log's rows name.</param>
/// <param name="Sql">Text of its CREATE TABLE.</param>
/// <param name="SameTo">Rows up to here are whole although the text had changed: columns and keys were the same.</param>
internal sealed record CapturedTable(TableSchema Schema, string Sql, long SameTo)
{
    private const string Select = "SELECT id, sql, schema, same_to FROM hf_table";

    /// <summary>Names of the triggers begin so.</summary>
    internal string TriggerPrefix => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"hf_{Schema.Id}_");

    internal static IReadOnlyList<CapturedTable> Live(Database database) => Rows(database.Prepared($"{Select} WHERE live"));

    internal static CapturedTable? Read(Database database, uint id) =>
        Rows(database.Bound($"{Select} WHERE id = ?1", [(long)id])).FirstOrDefault();

    /// <summary>Notes a table and makes its triggers.</summary>
    internal static CapturedTable Add(Database database, TableShape shape)
    {
        var id = (uint)(database.Number("SELECT max(id) FROM hf_table") ?? 0) + 1;
        var table = new CapturedTable(shape.Schema with { Id = id }, shape.Sql, 0);
        database.Execute("INSERT INTO hf_table(id, name, sql, schema, live) VALUES(?1, ?2, ?3, ?4, 1)",
            (long)id, shape.Name, shape.Sql, SchemaCodec.Write(table.Schema));
        CaptureLog.Widen(database, shape.Columns.Count);
        table.MakeTriggers(database, shape);
        return table;
    }

    /// <summary>The triggers that the table is to have.</summary>
    internal IReadOnlyList<(string Name, string Sql)> Triggers(Database database, TableShape shape)
    {
        var row = database.Number("SELECT rowid FROM sqlite_master WHERE type = 'table' AND name = ?1", shape.Name) ?? -1;
        return CaptureTriggers.Of(Schema.Id, shape, row, Indexes(database, shape.Name));
    }

    /// <summary>The text of each CREATE INDEX of a table, by name.</summary>
    internal static IReadOnlyDictionary<string, string> Indexes(Database database, string table)
    {
        var indexes = new Dictionary<string, string>(StringComparer.Ordinal);
        var statement = database.Bound(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?1 COLLATE NOCASE", [table]);
        while (statement.Step())
        {
            indexes[statement.Text(0)] = statement.Text(1);
        }

        statement.Reset();
        return indexes;
    }

    /// <summary>The newest triggers of a table are the first ones that SQLite runs: what others do then is logged after.</summary>
    internal void MakeTriggers(Database database, TableShape shape)
    {
        DropTriggers(database);
        foreach (var (_, sql) in Triggers(database, shape))
        {
            database.Run(sql);
        }
    }

    internal void DropTriggers(Database database)
    {
        foreach (var (name, _) in Found(database))
        {
            database.Run($"DROP TRIGGER {Db.Sql.Name(name)}");
        }
    }

    /// <summary>The table's triggers that there are, whatever the table is called now.</summary>
    internal IReadOnlyList<(string Name, string Sql)> Found(Database database)
    {
        var found = new List<(string, string)>();
        var statement = database.Bound("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, ?2) = ?1",
            [TriggerPrefix, TriggerPrefix.Length]);
        while (statement.Step())
        {
            found.Add((statement.Text(0), statement.Text(1)));
        }

        statement.Reset();
        return found;
    }

    /// <summary>
    /// Each trigger is there, and is on the table of this name. Triggers of a table that was renamed go with it. They say nothing of the
    /// table that has its name now.
    /// </summary>
    internal bool IsWatched(Database database, TableShape shape)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        var statement = database.Bound(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE", [shape.Name]);
        while (statement.Step())
        {
            there.Add(statement.Text(0));
        }

        statement.Reset();
        return Triggers(database, shape).All(t => there.Contains(t.Name));
    }

    internal void End(Database database)
    {
        DropTriggers(database);
        database.Execute("UPDATE hf_table SET live = 0 WHERE id = ?1", (long)Schema.Id);
    }

    private static List<CapturedTable> Rows(Statement statement)
    {
        var tables = new List<CapturedTable>();
        while (statement.Step())
        {
            tables.Add(new CapturedTable(
                SchemaCodec.Read(statement.Bytes(2)) with { Id = (uint)statement.Int64(0) }, statement.Text(1), statement.Int64(3)));
        }

        statement.Reset();
        return tables;
    }
}
