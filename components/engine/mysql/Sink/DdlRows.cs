using System.Text.Json.Serialization;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.Statements;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>
/// Each statement of a source that a task has passed, and the one that is under way: what is to be run, and how its tables looked before.
/// </summary>
internal static class DdlRows
{
    internal static readonly string Create = $"""
        CREATE TABLE IF NOT EXISTS {Sql.Own}.hf_ddl(task VARCHAR(255) NOT NULL, ticket VARCHAR(64) NOT NULL, position VARCHAR(64) NOT NULL,
            statement LONGTEXT NOT NULL, outcome VARCHAR(16) NOT NULL, run LONGTEXT NOT NULL, looks LONGTEXT NOT NULL,
            epoch BIGINT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY(task, ticket)) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
        """;

    /// <summary>The outcome of a statement that is under way.</summary>
    internal const string Begun = "Begun";

    /// <summary>The statement that was begun and not ended; null: none of this ticket.</summary>
    internal static async Task<(string Run, Dictionary<TableName, TableLook> Looks)?> Open(
        MySqlConnection connection, string task, string ticket, CancellationToken cancel)
    {
        var row = await connection.First(
            $"SELECT run, looks FROM {Sql.Own}.hf_ddl WHERE task = @p0 AND ticket = @p1 AND outcome = @p2", cancel, task, ticket, Begun);
        return row is [string run, string looks]
            ? (run, JsonSerializer.Deserialize(looks, DdlRowsJson.Default.ListNamedLook)!.ToDictionary(
                l => new TableName(l.Schema, l.Name), l => new TableLook(l.Text, l.Columns)))
            : null;
    }

    internal static string Text(SinkDdl ddl) => string.Join(";\n", ddl.Run.Select(r => r.Sql));

    internal static Task WriteBegun(MySqlConnection connection, LaneName name, SinkDdl ddl,
        IReadOnlyDictionary<TableName, TableLook> looks, long microseconds, CancellationToken cancel) => Write(
        connection, name, ddl, Begun, JsonSerializer.Serialize(
            [.. looks.Select(l => new NamedLook(l.Key.Schema, l.Key.Name, l.Value.Text, l.Value.Columns))],
            DdlRowsJson.Default.ListNamedLook), microseconds, cancel);

    internal static Task WriteEnded(
        MySqlConnection connection, LaneName name, SinkDdl ddl, long microseconds, CancellationToken cancel) =>
        Write(connection, name, ddl, ddl.Outcome.ToString(), "", microseconds, cancel);

    private static Task<int> Write(MySqlConnection connection, LaneName name, SinkDdl ddl, string outcome, string looks, long microseconds,
        CancellationToken cancel) => connection.Run($"""
        INSERT INTO {Sql.Own}.hf_ddl(task, ticket, position, statement, outcome, run, looks, epoch, time)
        VALUES(@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8) ON DUPLICATE KEY UPDATE outcome = VALUES(outcome), run = VALUES(run),
            looks = VALUES(looks), epoch = VALUES(epoch), time = VALUES(time)
        """, cancel, name.Task, ddl.Ticket, ddl.Position.ToString(), ddl.Statement, outcome, Text(ddl), looks, name.Epoch, microseconds);
}

/// <summary>A table's look with its name.</summary>
internal sealed record NamedLook(string Schema, string Name, string? Text, IReadOnlyList<string> Columns);

/// <summary>The JSON of looks.</summary>
[JsonSerializable(typeof(List<NamedLook>))]
internal sealed partial class DdlRowsJson : JsonSerializerContext;
