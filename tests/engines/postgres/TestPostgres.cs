using Holdfast.Engine.Postgres.Db;
using Holdfast.Engines.Tests.Postgres;

[assembly: AssemblyFixture(typeof(TestPostgres))]

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>
/// One server of each version for all tests of this assembly, started by the first one that needs it; each test has a database of its own.
/// </summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private static readonly string[] Settings = ["fsync=off", "max_connections=200",
        "wal_level=logical", "max_replication_slots=200", "max_wal_senders=100", "wal_sender_timeout=20s"];

    private static readonly Lazy<Task<PrivatePostgres>> Started = new(() => PrivatePostgres.Start(Settings));
    private static readonly Lazy<Task<PrivatePostgres>> Newest = new(() =>
        NewestPostgres.Start([.. Settings, "max_active_replication_origins=200"]));

    private static int _databases;

    /// <summary>A new database, whose only schema is the one that exams name.</summary>
    /// <param name="isNewest">Of the newest version that is tried, and not of the distribution's.</param>
    internal static async Task<PostgresDatabase> Database(bool isNewest = false)
    {
        var missing = isNewest ? NewestPostgres.Missing : PrivatePostgres.Missing;
        Assert.SkipWhen(missing is not null, missing ?? "");
        var server = await (isNewest ? Newest : Started).Value;
        var name = $"d{Interlocked.Increment(ref _databases)}";
        await using (var admin = await Session.Open(Of(server.Port, "postgres"), "test", Rows.Cancel))
        {
            await admin.Run($"CREATE DATABASE {name} STRATEGY file_copy", Rows.Cancel);
            await admin.Run($"ALTER DATABASE {name} SET search_path = main", Rows.Cancel);
        }

        var database = Of(server.Port, name);
        await using var session = await Session.Open(database, "test", Rows.Cancel);
        await session.Run("CREATE SCHEMA main", Rows.Cancel);
        return database;
    }

    /// <summary>Takes a database away again, with its slots.</summary>
    internal static async Task Drop(PostgresDatabase database)
    {
        await using var admin = await Session.Open(database with { Database = "postgres" }, "test", CancellationToken.None);
        await admin.Run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", CancellationToken.None,
            database.Database);
        await Eventually.Holds(() => Gone(admin, database.Database).GetAwaiter().GetResult(), TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in new[] { Started, Newest }.Where(s => s.IsValueCreated))
        {
            await (await started.Value).DisposeAsync();
        }

        await NewestPostgres.Remove();
    }

    private static async Task<string?> Gone(Session admin, string name)
    {
        try
        {
            await admin.Run($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);
            return null;
        }
        catch (Npgsql.PostgresException error)
        {
            return error.MessageText;
        }
    }

    private static PostgresDatabase Of(int port, string name) =>
        new() { Host = "127.0.0.1", Port = port, Database = name, User = "holdfast", SslMode = "disable" };
}
