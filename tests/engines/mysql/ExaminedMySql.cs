using System.Collections.Concurrent;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Catalog;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Sink;
using Holdfast.Engine.MySql.Source;
using Holdfast.Engine.MySql.Tables;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>A database <c>main</c> on a MariaDB server. Servers are used again: whoever is done drops what was made.</summary>
internal sealed class ExaminedMySql : IExamined
{
    private static readonly ConcurrentBag<MariaDb> Idle = [];
    private readonly Lazy<Task<MariaDb>> _server = new(Taken);

    static ExaminedMySql() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        while (Idle.TryTake(out var server))
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    };

    internal async Task<MariaDb> Server() => await _server.Value;

    /// <summary>One with these tables, whose changes are captured.</summary>
    internal static async Task<ExaminedMySql> Captured(params string[] tables)
    {
        var database = new ExaminedMySql();
        await database.Run(tables);
        await database.Install();
        return database;
    }

    public async Task Run(params string[] statements)
    {
        await using var connection = await Connections.Open((await Server()).Server, Exam.Rows.Cancel, isPooled: false);
        await connection.Run("USE main", Exam.Rows.Cancel);
        await connection.Run("SET SESSION foreign_key_checks = 1", Exam.Rows.Cancel);
        foreach (var statement in statements)
        {
            await connection.Run(statement, Exam.Rows.Cancel);
        }
    }

    public Task Trigger(string name, string table, string other) =>
        Run($"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW INSERT INTO {other} VALUES(1)");

    public async Task<TableSchema> Table(string name)
    {
        await using var connection = await Connections.Open((await Server()).Server, Exam.Rows.Cancel);
        return (await TableReader.Read(connection, "main", name, Exam.Rows.Cancel))!.Schema;
    }

    public async Task<IReadOnlyList<string>> Rows(string table)
    {
        await using var chunks = await Chunks();
        var rows = new List<string>();
        await foreach (var row in chunks.All(await Table(table), Exam.Rows.Cancel))
        {
            rows.Add(Exam.Rows.Text(row));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public async Task<ISink> Sink(Action<string>? passing = null) => await MySqlSink.Open(
        (await Server()).Server, TimeProvider.System, new MySqlSinkOptions { Passing = passing }, Exam.Rows.Cancel);

    public async Task Install(params string[] tables) => await MySqlCapture.Install((await Server()).Server, null, Exam.Rows.Cancel);

    public ISource Source(string reader) => new MySqlSource(
        _server.Value.GetAwaiter().GetResult().Server, reader, TimeProvider.System, new MySqlSourceOptions { PartBytes = 4096 });

    public ICatalog Catalog() => new MySqlCatalog(_server.Value.GetAwaiter().GetResult().Server);

    public async Task<IChunks> Chunks() => await MySqlChunks.Open((await Server()).Server, Exam.Rows.Cancel);

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            var server = await _server.Value;
            try
            {
                await server.Run("DROP DATABASE IF EXISTS main", "DROP DATABASE IF EXISTS holdfast", "RESET MASTER");
                Idle.Add(server);
            }
            catch (MySqlConnector.MySqlException)
            {
                // A test that has failed holds locks there still: nobody uses that server again.
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<MariaDb> Taken()
    {
        var server = Idle.TryTake(out var idle) ? idle : await MariaDb.Start();
        await server.Run("CREATE DATABASE main");
        return server;
    }
}
