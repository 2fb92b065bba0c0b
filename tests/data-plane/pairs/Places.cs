using System.Data.Common;
using Holdfast.DataPlane.Tests.Fleet;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>A SQLite file.</summary>
internal sealed class SqlitePlace(string file) : BankPlace
{
    static SqlitePlace() => SQLitePCL.Batteries_V2.Init();

    internal override IReadOnlyList<string> Beginning => ["PRAGMA journal_mode=WAL"];

    internal override string Blob => "blob";

    internal override string TwoBytes => "x'00FF'";

    internal override string Waiting => throw new NotSupportedException("nobody waits for a lock of a file and says so");

    protected override IReadOnlyList<int> ProcessIds => [];

    internal override JsonObject Config(Plant plant) => Plant.Sqlite(file);

    internal override async Task<DbConnection> Open(CancellationToken cancel)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=30");
        await connection.OpenAsync(cancel);
        return connection;
    }

    internal override Task Kill() => throw new NotSupportedException("a file cannot be killed");

    internal override Task Launch() => throw new NotSupportedException("a file cannot be started");

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A PostgreSQL server.</summary>
/// <param name="server">The server.</param>
/// <param name="via">A port that leads to it, or to another one later; null: its own.</param>
internal sealed class PostgresPlace(PrivatePostgres server, int? via = null) : BankPlace
{
    private int Port => via ?? server.Port;

    internal static async Task<PostgresPlace> Start(params string[] settings)
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        return new PostgresPlace(await PrivatePostgres.Start(["fsync=off", "wal_level=logical", "max_connections=50", .. settings]));
    }

    internal override IReadOnlyList<string> Beginning => ["CREATE SCHEMA main"];

    /// <summary>Statements after which what a change found is told, too.</summary>
    internal override IReadOnlyList<string> Finish => ["ALTER TABLE main.account REPLICA IDENTITY FULL"];

    internal override string Blob => "bytea";

    internal override string TwoBytes => @"'\x00ff'";

    internal override string Waiting => "SELECT count(*) FROM pg_locks WHERE NOT granted";

    protected override IReadOnlyList<int> ProcessIds => Processes.Family(server.Pid);

    internal override JsonObject Config(Plant plant) => new()
    {
        ["kind"] = Postgres, ["host"] = "127.0.0.1", ["port"] = Port, ["database"] = "postgres", ["user"] = "holdfast",
        ["password"] = PairScene.Secret, ["sslMode"] = "disable",
    };

    internal override async Task<DbConnection> Open(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = Port, Username = "holdfast", Database = "postgres", Pooling = false,
            SslMode = SslMode.Disable, Timeout = AnswerSeconds, CommandTimeout = AnswerSeconds,
        }.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    internal override async Task Kill()
    {
        // Its first process starts others: it is stopped before they are counted.
        var first = server.Pid;
        Processes.Send([first], Processes.Stop);
        var all = Processes.Family(first);
        Processes.Send(all, Processes.Kill);
        await Eventually.Holds(() => all.Any(Processes.Lives) ? "it lives" : null, TimeSpan.FromSeconds(60));
        server.WasKilled();
    }

    internal override Task Launch() => server.Start();

    public override ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>A MariaDB server.</summary>
/// <param name="server">The server.</param>
/// <param name="via">A port that leads to it, or to another one later; null: its own.</param>
internal sealed class MySqlPlace(MariaDb server, int? via = null) : BankPlace
{
    private int Port => via ?? server.Port;

    internal static async Task<MySqlPlace> Start(params string[] settings) => new(await MariaDb.Start(settings));

    internal override IReadOnlyList<string> Beginning => ["CREATE DATABASE main"];

    internal override string Blob => "blob";

    internal override string TwoBytes => "x'00FF'";

    /// <summary>Not INNODB_TRX: whoever asks that more often than ten times a second has the same old answer each time.</summary>
    internal override string Waiting =>
        "SELECT VARIABLE_VALUE + 0 FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'INNODB_ROW_LOCK_CURRENT_WAITS'";

    protected override IReadOnlyList<int> ProcessIds => [server.ProcessId];

    /// <summary>The password stands in a file of its own, as a person would have it.</summary>
    internal override JsonObject Config(Plant plant)
    {
        var file = plant.Folder("password");
        File.WriteAllText(file, server.Server.Password + "\n");
        return new JsonObject
        {
            ["kind"] = MySql, ["host"] = server.Host, ["port"] = Port, ["user"] = server.Server.User, ["passwordFile"] = file,
            ["sslMode"] = "disable",
        };
    }

    internal override async Task<DbConnection> Open(CancellationToken cancel)
    {
        var connection = new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = server.Host, Port = (uint)Port, UserID = server.Server.User, Password = server.Server.Password,
            Pooling = false, SslMode = MySqlSslMode.None, ConnectionTimeout = AnswerSeconds, DefaultCommandTimeout = AnswerSeconds,
        }.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    internal override Task Kill() => server.Kill();

    internal override Task Launch() => server.Launch();

    public override ValueTask DisposeAsync() => server.DisposeAsync();
}
