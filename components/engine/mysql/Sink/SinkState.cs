using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>Our tables in a sink: fences, lanes' rows, marks, the sources of tasks, and rows that were left out.</summary>
internal static class SinkState
{
    private const string Charset = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    private const string Read = $"SELECT epoch, count, low_major, low_minor, source_time, done FROM {Sql.Own}.hf_lane WHERE task = @p0";

    internal static readonly IReadOnlyList<string> Statements =
    [
        $"CREATE DATABASE IF NOT EXISTS {Sql.Own} {Charset}",
        $"CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_fence(task VARCHAR(255) PRIMARY KEY, epoch BIGINT NOT NULL) ENGINE=InnoDB {Charset}",
        $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_lane(task VARCHAR(255) NOT NULL, lane INT NOT NULL, epoch BIGINT NOT NULL,
            count BIGINT NOT NULL, low_major BIGINT UNSIGNED NOT NULL, low_minor BIGINT UNSIGNED NOT NULL, source_time BIGINT NOT NULL,
            done LONGBLOB NOT NULL, PRIMARY KEY(task, lane)) ENGINE=InnoDB {Charset}
        """,
        // The reader of marks knows its columns by their places.
        $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_mark(task VARBINARY(255) NOT NULL, lane INT NOT NULL, tx BIGINT UNSIGNED NOT NULL,
            mark VARBINARY(512) NOT NULL, PRIMARY KEY(task, lane)) ENGINE=InnoDB
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_task_source(task VARCHAR(255) PRIMARY KEY, kind VARCHAR(64) NOT NULL,
            system_id VARCHAR(255) NOT NULL) ENGINE=InnoDB {Charset}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_skipped(task VARCHAR(255) NOT NULL, ticket VARCHAR(64) NOT NULL,
            position VARCHAR(64) NOT NULL, table_name TEXT NOT NULL, row_key LONGTEXT NOT NULL, code VARCHAR(16) NOT NULL,
            why LONGTEXT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY(task, ticket)) ENGINE=InnoDB {Charset}
        """,
        DdlRows.Create,
    ];

    internal static async Task<long?> Epoch(MySqlConnection connection, string task, CancellationToken cancel) =>
        await connection.First($"SELECT epoch FROM {Sql.Own}.hf_fence WHERE task = @p0", cancel, task) is [var epoch]
            ? Convert.ToInt64(epoch, CultureInfo.InvariantCulture) : null;

    internal static async Task<IReadOnlyList<CountedRow>> Lanes(MySqlConnection connection, string task, CancellationToken cancel) =>
        (await connection.All(Read, cancel, task)).ConvertAll(Row);

    internal static async Task<CountedRow?> Lane(MySqlConnection connection, string task, int lane, CancellationToken cancel) =>
        await connection.First($"{Read} AND lane = @p1", cancel, task, lane) is { } row ? Row(row) : null;

    /// <summary>Writes a lane's row and commits, in one message: what comes after a statement that fails is not run.</summary>
    internal static Task Commit(MySqlConnection connection, LaneName name, CountedRow counted, CancellationToken cancel) => connection.Run(
        $"""
        INSERT INTO {Sql.Own}.hf_lane(task, lane, epoch, count, low_major, low_minor, source_time, done)
        VALUES(@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7) ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), count = VALUES(count),
            low_major = VALUES(low_major), low_minor = VALUES(low_minor), source_time = VALUES(source_time), done = VALUES(done);
        COMMIT
        """, cancel, name.Task, name.Lane, counted.Row.Epoch, counted.Count, counted.Row.Low.Major, counted.Row.Low.Minor,
        counted.Row.SourceTime, counted.DoneBytes());

    /// <summary>
    /// The mark says who writes, before anything else. Its row stays locked until the transaction ends: a lane has one at a
    /// time. The lane's row is read behind it: whoever held the mark before has ended, and this is what it has left.
    /// </summary>
    internal static async Task<CountedRow?> Mark(MySqlConnection connection, LaneName name, CancellationToken cancel) =>
        await connection.Last($"""
        INSERT INTO {Sql.Own}.hf_mark(task, lane, tx, mark) VALUES(@p0, @p1, 1, @p2)
        ON DUPLICATE KEY UPDATE tx = tx + 1, mark = VALUES(mark);
        {Read} AND lane = @p1
        """, cancel, name.Task, name.Lane, name.Mark) is [var row, ..] ? Row(row) : null;

    /// <summary>Begins a transaction; the epoch in the fence, which is held until it ends.</summary>
    internal static async Task<long?> Begin(MySqlConnection connection, string task, CancellationToken cancel) =>
        await connection.Last($"START TRANSACTION; SELECT epoch FROM {Sql.Own}.hf_fence WHERE task = @p0 LOCK IN SHARE MODE", cancel, task)
            is [[var epoch], ..] ? Convert.ToInt64(epoch, CultureInfo.InvariantCulture) : null;

    internal static async Task<SourceName?> Source(MySqlConnection connection, string task, CancellationToken cancel) =>
        await connection.First($"SELECT kind, system_id FROM {Sql.Own}.hf_task_source WHERE task = @p0", cancel, task)
            is [string kind, string id] ? new SourceName(kind, id) : null;

    internal static Task Write(MySqlConnection connection, string task, SourceName source, CancellationToken cancel) => connection.Run(
        $"""
        INSERT INTO {Sql.Own}.hf_task_source(task, kind, system_id) VALUES(@p0, @p1, @p2)
        ON DUPLICATE KEY UPDATE kind = VALUES(kind), system_id = VALUES(system_id)
        """, cancel, task, source.Kind, source.SystemId);

    internal static async Task<IReadOnlyList<SkippedRow>> Skipped(MySqlConnection connection, string task, CancellationToken cancel) =>
    [
        .. (await connection.All(
            $"SELECT ticket, position, table_name, row_key, code, why FROM {Sql.Own}.hf_skipped WHERE task = @p0", cancel, task))
            .Select(r => new SkippedRow((string)r[0]!, Position.TryParse((string)r[1]!, out var at) ? at : default, (string)r[2]!,
                (string)r[3]!, (string)r[4]!, (string)r[5]!)).OrderBy(r => r.Position).ThenBy(r => r.Ticket, StringComparer.Ordinal),
    ];

    internal static async Task Write(
        MySqlConnection connection, string task, IReadOnlyList<SkippedRow> rows, long microseconds, CancellationToken cancel)
    {
        foreach (var row in rows)
        {
            await connection.Run($"""
                INSERT INTO {Sql.Own}.hf_skipped(task, ticket, position, table_name, row_key, code, why, time)
                VALUES(@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
                ON DUPLICATE KEY UPDATE code = VALUES(code), why = VALUES(why), time = VALUES(time)
                """, cancel, task, row.Ticket, row.Position.ToString(), row.Table, row.Key, row.Code, row.Why, microseconds);
        }
    }

    private static CountedRow Row(object?[] row) => new(Convert.ToInt64(row[1], CultureInfo.InvariantCulture), new LaneRow(
        new Position(Convert.ToUInt64(row[2], CultureInfo.InvariantCulture), Convert.ToUInt64(row[3], CultureInfo.InvariantCulture)),
        CountedRow.ReadDone((byte[])row[5]!), Convert.ToInt64(row[4], CultureInfo.InvariantCulture),
        Convert.ToInt64(row[0], CultureInfo.InvariantCulture)));
}
