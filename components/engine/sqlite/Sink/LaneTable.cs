using Holdfast.Engine.Progress;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>Lanes' rows, as the sink's file has them.</summary>
internal static class LaneTable
{
    internal const string Create = """
        CREATE TABLE IF NOT EXISTS hf_lane(task TEXT NOT NULL, lane INTEGER NOT NULL, epoch INTEGER NOT NULL, count INTEGER NOT NULL,
            low_major INTEGER NOT NULL, low_minor INTEGER NOT NULL, source_time INTEGER NOT NULL, done BLOB NOT NULL,
            PRIMARY KEY(task, lane)) WITHOUT ROWID
        """;

    private const string Select = "SELECT epoch, count, low_major, low_minor, source_time, done FROM hf_lane";

    /// <summary>A lane's row.</summary>
    internal static CountedRow? Read(Database database, string task, int lane) =>
        Rows(database, $"{Select} WHERE task = ?1 AND lane = ?2", task, lane).FirstOrDefault();

    /// <summary>The rows of all lanes of a task.</summary>
    internal static IReadOnlyList<CountedRow> ReadAll(Database database, string task) =>
        Rows(database, $"{Select} WHERE task = ?1", task);

    internal static void Write(Database database, string task, int lane, CountedRow counted)
    {
        var row = counted.Row;
        // SQLite's whole numbers are signed: the bits are kept, and compared only here.
        database.Execute("""
            INSERT INTO hf_lane(task, lane, epoch, count, low_major, low_minor, source_time, done) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET epoch = excluded.epoch, count = excluded.count, low_major = excluded.low_major,
                low_minor = excluded.low_minor, source_time = excluded.source_time, done = excluded.done
            """, task, lane, row.Epoch, counted.Count, (long)row.Low.Major, (long)row.Low.Minor, row.SourceTime, counted.DoneBytes());
    }

    private static List<CountedRow> Rows(Database database, string sql, params ReadOnlySpan<object> values)
    {
        var rows = new List<CountedRow>();
        var statement = database.Bound(sql, values);
        while (statement.Step())
        {
            var low = new Position((ulong)statement.Int64(2), (ulong)statement.Int64(3));
            rows.Add(new CountedRow(statement.Int64(1),
                new LaneRow(low, CountedRow.ReadDone(statement.Bytes(5)), statement.Int64(4), statement.Int64(0))));
        }

        statement.Reset();
        return rows;
    }
}
