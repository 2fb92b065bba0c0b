using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Db;

namespace Holdfast.Engine.MySql.Capture;

/// <summary>The server's identity, and how often its log was begun anew.</summary>
internal sealed record ServerMark(string SystemId, uint Generation);

/// <summary>
/// A server holds this of ours as a source: its identity, the ids of tables, and signs of life. A copy of the database on another
/// server has files of its own, so its identity is another one.
/// </summary>
internal static class Installation
{
    /// <summary>The table of signs of life.</summary>
    internal const string BeatTable = "hf_beat";

    private static readonly string[] Statements =
    [
        $"CREATE DATABASE IF NOT EXISTS {Sql.Own} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_source(server VARCHAR(255) PRIMARY KEY, system_id VARCHAR(36) NOT NULL,
            generation INT UNSIGNED NOT NULL, file BIGINT UNSIGNED NOT NULL) ENGINE=InnoDB
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_table(id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, shape VARBINARY(32) NOT NULL UNIQUE,
            name VARCHAR(255) NOT NULL) ENGINE=InnoDB
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.{BeatTable}(reader VARBINARY(255) PRIMARY KEY, beat BIGINT UNSIGNED NOT NULL,
            barrier BIGINT UNSIGNED NULL, time DATETIME(6) NOT NULL) ENGINE=InnoDB
        """,
    ];

    /// <summary>Makes the tables, and notes which server it is.</summary>
    internal static async Task Make(MySqlConnection connection, CancellationToken cancel)
    {
        if (await Mark(connection, cancel) is null)
        {
            foreach (var statement in Statements)
            {
                await connection.Run(statement, cancel);
            }
        }

        await Note(connection, cancel);
    }

    /// <summary>Null: nothing was made here, or of another server.</summary>
    internal static async Task<ServerMark?> Mark(MySqlConnection connection, CancellationToken cancel)
    {
        try
        {
            return await connection.First($"SELECT system_id, generation FROM {Sql.Own}.hf_source WHERE server = @p0", cancel,
                await Server(connection, cancel)) is [string id, var generation]
                ? new ServerMark(id, Convert.ToUInt32(generation, CultureInfo.InvariantCulture)) : null;
        }
        catch (MySqlException error) when (error.ErrorCode is MySqlErrorCode.NoSuchTable or MySqlErrorCode.UnknownDatabase)
        {
            return null;
        }
    }

    /// <summary>It has the rows of a source that was read at another server.</summary>
    internal static async Task<bool> IsCopy(MySqlConnection connection, string systemId, CancellationToken cancel) =>
        await Newest(connection, systemId, cancel) > 0;

    /// <summary>The newest generation of a source, at whatever server; 0: nobody has heard of it here.</summary>
    internal static async Task<uint> Newest(MySqlConnection connection, string systemId, CancellationToken cancel)
    {
        try
        {
            return await connection.First($"SELECT COALESCE(MAX(generation), 0) FROM {Sql.Own}.hf_source WHERE system_id = @p0", cancel,
                systemId) is [var newest] ? Convert.ToUInt32(newest, CultureInfo.InvariantCulture) : 0;
        }
        catch (MySqlException error) when (error.ErrorCode is MySqlErrorCode.NoSuchTable or MySqlErrorCode.UnknownDatabase)
        {
            return 0;
        }
    }

    /// <summary>Makes this server the source from now on.</summary>
    internal static async Task Become(MySqlConnection connection, string systemId, uint generation, CancellationToken cancel)
    {
        var newest = (await BinlogFiles.Newest(connection, cancel))?.File.Number ?? 0;
        await connection.Run($"""
            INSERT INTO {Sql.Own}.hf_source(server, system_id, generation, file) VALUES(@p0, @p1, @p2, @p3)
            ON DUPLICATE KEY UPDATE system_id = VALUES(system_id), generation = VALUES(generation), file = VALUES(file)
            """, cancel, await Server(connection, cancel), systemId, generation, newest);
    }

    /// <summary>A sign of life of a reader, or a barrier.</summary>
    internal static Task Beat(MySqlConnection connection, string reader, ulong? barrier, CancellationToken cancel) => connection.Run(
        $"""
        INSERT INTO {Sql.Own}.{BeatTable}(reader, beat, barrier, time) VALUES(@p0, 1, @p1, UTC_TIMESTAMP(6))
        ON DUPLICATE KEY UPDATE beat = beat + 1, barrier = VALUES(barrier), time = VALUES(time)
        """, cancel, reader, barrier);

    /// <summary>An id for a table's shape, the same for all readers and for ever.</summary>
    internal static async Task<uint> TableId(MySqlConnection connection, byte[] shape, string name, CancellationToken cancel)
    {
        const string Find = $"SELECT id FROM {Sql.Own}.hf_table WHERE shape = @p0";
        if (await connection.First(Find, cancel, shape) is [var known])
        {
            return Convert.ToUInt32(known, CultureInfo.InvariantCulture);
        }

        await connection.Run($"INSERT IGNORE INTO {Sql.Own}.hf_table(shape, name) VALUES(@p0, @p1)", cancel, shape, name);
        return await connection.First(Find, cancel, shape) is [var made] ? Convert.ToUInt32(made, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"no id was made for {name}");
    }

    /// <summary>A newest file before the one that was noted says that the log was begun anew.</summary>
    private static async Task Note(MySqlConnection connection, CancellationToken cancel)
    {
        var server = await Server(connection, cancel);
        var newest = (await BinlogFiles.Newest(connection, cancel))?.File.Number ?? 0;
        await connection.Run($"""
            INSERT INTO {Sql.Own}.hf_source(server, system_id, generation, file) SELECT @p0, UUID(), 1, @p1 FROM DUAL
            WHERE NOT EXISTS(SELECT 1 FROM {Sql.Own}.hf_source WHERE server = @p0)
            """, cancel, server, newest);
        await connection.Run($"""
            UPDATE {Sql.Own}.hf_source SET generation = generation + IF(@p1 < file, 1, 0), file = @p1 WHERE server = @p0 AND file <> @p1
            """, cancel, server, newest);
    }

    private static async Task<string> Server(MySqlConnection connection, CancellationToken cancel) =>
        await connection.Variable("server_uuid", cancel) ?? string.Join('/', await connection.Variable("server_id", cancel),
            await connection.Variable("hostname", cancel), await connection.Variable("datadir", cancel));
}
