using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Sink;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>The log that the triggers write, and the row that says whose it is.</summary>
/// <param name="SystemId">Of this file and its history.</param>
/// <param name="Generation">Grows when rows may have been missed: positions of an older one lead nowhere.</param>
/// <param name="File">The file for which it was installed (<see cref="FileIdentity"/>).</param>
/// <param name="Tables">Patterns of tables that are captured.</param>
/// <param name="Pruned">Rows up to here are gone.</param>
internal sealed record CaptureLog(string SystemId, ulong Generation, string File, IReadOnlyList<string> Tables, long Pruned)
{
    /// <summary>The microsecond of a statement, in SQL; understood by SQLite since 3.8.</summary>
    private const string NowInSql = "CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000";

    private static readonly string[] Definitions =
    [
        """
        CREATE TABLE IF NOT EXISTS hf_capture(id INTEGER PRIMARY KEY CHECK(id = 1), system_id TEXT NOT NULL, generation INTEGER NOT NULL,
            file TEXT NOT NULL, tables TEXT NOT NULL, pruned INTEGER NOT NULL)
        """,
        "CREATE TABLE IF NOT EXISTS hf_table(id INTEGER PRIMARY KEY, name TEXT NOT NULL, sql TEXT NOT NULL, schema BLOB NOT NULL,"
            + " live INTEGER NOT NULL, same_to INTEGER NOT NULL DEFAULT 0)",
        "CREATE TABLE IF NOT EXISTS hf_log(seq INTEGER PRIMARY KEY, tbl INTEGER, op INTEGER, known INTEGER, v0, v1, v2)",
        "CREATE TABLE IF NOT EXISTS hf_candidate(tbl INTEGER, rid, v0)",
        "CREATE INDEX IF NOT EXISTS hf_candidate_place ON hf_candidate(tbl, rid)",
        "CREATE TABLE IF NOT EXISTS hf_commit(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, origin TEXT)",
        "CREATE TABLE IF NOT EXISTS hf_reader(id TEXT PRIMARY KEY, seq INTEGER NOT NULL, time INTEGER NOT NULL)",
        Mark.Create,
        Mark.Fill,
        // The marker of a transaction has the file's write lock: all rows of before are of transactions that are committed, and all since
        // the last mark are of one.
        "CREATE TRIGGER IF NOT EXISTS hf_seal AFTER UPDATE ON hf_now BEGIN INSERT INTO hf_commit(seq, time, origin)"
            + $" SELECT last, {NowInSql}, OLD.origin FROM (SELECT max(seq) AS last FROM hf_log)"
            + " WHERE last > (SELECT max(seq) FROM hf_commit); END",
    ];

    /// <summary>Makes the tables; inside a transaction.</summary>
    internal static void Create(Database database)
    {
        foreach (var definition in Definitions)
        {
            database.Run(definition);
        }
    }

    /// <summary>Makes room for the widest table.</summary>
    internal static void Widen(Database database, int columns)
    {
        Widen(database, "hf_log", "seq, tbl, op, known".Split(',').Length, columns * 2);
        Widen(database, "hf_candidate", "tbl, rid".Split(',').Length, columns);
    }

    /// <summary>The row; null: no capture is installed.</summary>
    internal static CaptureLog? Read(Database database)
    {
        if (database.Number("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'hf_capture'") == 0)
        {
            return null;
        }

        var statement = database.Prepared("SELECT system_id, generation, file, tables, pruned FROM hf_capture");
        var log = statement.Step()
            ? new CaptureLog(statement.Text(0), (ulong)statement.Int64(1), statement.Text(2),
                statement.Text(3).Split('\n', StringSplitOptions.RemoveEmptyEntries), statement.Int64(4))
            : null;
        statement.Reset();
        return log;
    }

    internal void Write(Database database) => database.Execute("""
        INSERT INTO hf_capture(id, system_id, generation, file, tables, pruned) VALUES(1, ?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET system_id = excluded.system_id, generation = excluded.generation, file = excluded.file,
            tables = excluded.tables, pruned = excluded.pruned
        """, SystemId, (long)Generation, File, string.Join('\n', Tables), Pruned);

    /// <summary>The file at the path is the one that was installed, or why not.</summary>
    internal SourceFault? Moved(string path) => FileIdentity.Of(path) == File ? null : SourceFaults.Other(path);

    /// <summary>The last row.</summary>
    internal static long Last(Database database) => database.Number("SELECT max(seq) FROM hf_log") ?? 0;

    /// <summary>The last row that is known to end a transaction.</summary>
    internal static long Sealed(Database database) => database.Number("SELECT max(seq) FROM hf_commit") ?? 0;

    /// <summary>
    /// Says that all rows up to now are of transactions that are committed; under the write lock, where no transaction of others is
    /// open. All readers find the same ends, since the first one to look has written them down.
    /// </summary>
    internal static bool Seal(Database database, DateTimeOffset now)
    {
        var last = Last(database);
        if (last <= Sealed(database))
        {
            return false;
        }

        database.Execute("INSERT INTO hf_commit(seq, time) VALUES(?1, ?2)", last, Microseconds(now));
        database.Prepared("DELETE FROM hf_candidate").Run();
        return true;
    }

    /// <summary>A row of our own, which is a transaction of its own.</summary>
    internal static void Add(Database database, LogOp op, DateTimeOffset now, params ReadOnlySpan<object> values)
    {
        Seal(database, now);
        var statement = database.Prepared("INSERT INTO hf_log(tbl, op, known, v0, v1, v2) VALUES(NULL, ?1, 1, ?2, ?3, ?4)");
        statement.Bind(1, (long)op);
        for (var i = 0; i < 3; i++)
        {
            switch (i < values.Length ? values[i] : null)
            {
                case long number: statement.Bind(i + 2, number); break;
                case string text: statement.Bind(i + 2, text); break;
                default: statement.BindNull(i + 2); break;
            }
        }

        statement.Run();
        Seal(database, now);
    }

    internal static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10;

    private static void Widen(Database database, string table, int own, int columns)
    {
        var there = (int)database.Number("SELECT count(*) FROM pragma_table_info(?1)", table)! - own;
        for (; there < columns; there++)
        {
            database.Run($"ALTER TABLE {table} ADD COLUMN v{there.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        }
    }
}
