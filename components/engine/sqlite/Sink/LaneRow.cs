using System.Buffers.Binary;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>A lane's progress, as its row in the sink has it.</summary>
/// <param name="Count">Transactions that the lane has committed: tells whether the last one was.</param>
/// <param name="Epoch">Of the last one.</param>
/// <param name="Low">Everything up to here is committed.</param>
/// <param name="Done">What this lane has committed beyond it, in order.</param>
/// <param name="SourceTime">Commit time at <paramref name="Low"/>.</param>
internal sealed record LaneRow(long Count, long Epoch, Position Low, IReadOnlyList<Position> Done, long SourceTime)
{
    internal const string Create = """
        CREATE TABLE IF NOT EXISTS hf_lane(task TEXT NOT NULL, lane INTEGER NOT NULL, epoch INTEGER NOT NULL, count INTEGER NOT NULL,
            low_major INTEGER NOT NULL, low_minor INTEGER NOT NULL, source_time INTEGER NOT NULL, done BLOB NOT NULL,
            PRIMARY KEY(task, lane)) WITHOUT ROWID
        """;

    private const string Select = "SELECT epoch, count, low_major, low_minor, source_time, done FROM hf_lane";
    private const int PositionBytes = 16;

    /// <summary>A lane that has committed nothing.</summary>
    internal static readonly LaneRow None = new(0, 0, Position.Zero, [], 0);

    /// <summary>The row after one more transaction.</summary>
    internal LaneRow After(long epoch, Position low, IReadOnlyList<Position> done, long sourceTime)
    {
        var isForward = low >= Low;
        var newest = isForward ? low : Low;
        return new LaneRow(Count + 1, epoch, newest, [.. Done.Concat(done).Where(p => p > newest).Distinct().Order()],
            isForward ? sourceTime : SourceTime);
    }

    internal static LaneRow? Read(Database database, string task, int lane) =>
        Rows(database, $"{Select} WHERE task = ?1 AND lane = ?2", task, lane).FirstOrDefault();

    internal static IReadOnlyList<LaneRow> ReadAll(Database database, string task) =>
        Rows(database, $"{Select} WHERE task = ?1", task);

    internal void Write(Database database, string task, int lane)
    {
        var done = new byte[Done.Count * PositionBytes];
        for (var i = 0; i < Done.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(done.AsSpan(i * PositionBytes), Done[i].Major);
            BinaryPrimitives.WriteUInt64LittleEndian(done.AsSpan(i * PositionBytes + 8), Done[i].Minor);
        }

        // SQLite's whole numbers are signed: the bits are kept, and compared only here.
        database.Execute("""
            INSERT INTO hf_lane(task, lane, epoch, count, low_major, low_minor, source_time, done) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET epoch = excluded.epoch, count = excluded.count, low_major = excluded.low_major,
                low_minor = excluded.low_minor, source_time = excluded.source_time, done = excluded.done
            """, task, lane, Epoch, Count, (long)Low.Major, (long)Low.Minor, SourceTime, done);
    }

    private static List<LaneRow> Rows(Database database, string sql, params ReadOnlySpan<object> values)
    {
        var rows = new List<LaneRow>();
        var statement = database.Bound(sql, values);
        while (statement.Step())
        {
            rows.Add(new LaneRow(statement.Int64(1), statement.Int64(0),
                new Position((ulong)statement.Int64(2), (ulong)statement.Int64(3)), Positions(statement.Bytes(5)), statement.Int64(4)));
        }

        statement.Reset();
        return rows;
    }

    private static Position[] Positions(ReadOnlySpan<byte> done)
    {
        var positions = new Position[done.Length / PositionBytes];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = new Position(BinaryPrimitives.ReadUInt64LittleEndian(done[(i * PositionBytes)..]),
                BinaryPrimitives.ReadUInt64LittleEndian(done[(i * PositionBytes + 8)..]));
        }

        return positions;
    }
}
