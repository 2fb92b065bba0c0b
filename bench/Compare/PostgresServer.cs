using Npgsql;

namespace Holdfast.Bench.Compare;

/// <summary>A private PostgreSQL. It waits for its disk at commits as an installation does; its loads do not.</summary>
internal sealed class PostgresServer : BenchServer
{
    private const string Table = "id bigint PRIMARY KEY{0}, k int NOT NULL, c varchar(120) NOT NULL, pad varchar(60) NOT NULL,"
        + " d numeric(12,2) NOT NULL, ts timestamp(6) NOT NULL";
    private const string Single = """
        \set r random(1, 1000000)
        INSERT INTO bench.sb(k, c, pad, d, ts) VALUES(:r, md5(:r::text) || md5((:r + 1)::text) || md5((:r + 2)::text), 'p' || :r,
            :r * 1.25, clock_timestamp() AT TIME ZONE 'UTC')
        """;
    private const string Subscription = "native";

    private readonly PrivatePostgres _server;
    private readonly TempDirectory _folder = new();
    private readonly Dictionary<string, NpgsqlDataSource> _databases = new(StringComparer.Ordinal);

    private PostgresServer(PrivatePostgres server) => _server = server;

    internal override string Origin => "origin";

    internal override string Name => "PostgreSQL";

    internal override int Pid => _server.Pid;

    internal int Port => _server.Port;

    internal static async Task<PostgresServer> Start()
    {
        var server = new PostgresServer(await PrivatePostgres.Start("wal_level=logical", "max_wal_senders=20", "max_replication_slots=20",
            "wal_sender_timeout=0", "shared_buffers=256MB", "max_wal_size=4GB", "checkpoint_timeout=30min", "autovacuum=off",
            // A subscription that is switched on begins at once, not at the next look of five seconds.
            "wal_retrieve_retry_interval=10ms"));
        await File.WriteAllTextAsync(server._folder.File("single.sql"), Single);
        return server;
    }

    internal override JsonObject Config(string database) => new()
    {
        ["kind"] = "postgres", ["host"] = "127.0.0.1", ["port"] = Port, ["database"] = database, ["user"] = "holdfast",
    };

    internal override async Task Create(string database)
    {
        await Run("postgres", $"CREATE DATABASE {database}");
        await Run(database, "CREATE SCHEMA bench");
        await Run(database, "CREATE SEQUENCE bench.ids");
        var ids = database == Origin ? " DEFAULT nextval('bench.ids')" : "";
        await Run(database, $"CREATE TABLE bench.sb({Table.Replace("{0}", ids, StringComparison.Ordinal)})");
    }

    internal override async Task Write(int transactions, int rows)
    {
        await using var connection = await Of(Origin).OpenConnectionAsync();
        await Run(connection, "SET synchronous_commit = off");
        for (var i = 0; i < transactions; i++)
        {
            await Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO bench.sb(k, c, pad, d, ts) SELECT i::bigint * {SeedPrime} % 1000003,
                    md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text), md5((i + 3)::text) || 'ab', i % 100000 * 1.25,
                    timestamp '2026-01-01' + i * interval '1.000007 s' FROM generate_series(1, {rows}) i
                """));
        }
    }

    /// <summary>Writes by pgbench.</summary>
    internal override Task WriteSingle(int transactions) => Pgbench(waits: false, "-c", "4", "-t", Text(transactions / 4));

    /// <summary>Writes by pgbench, evenly; each waits for the disk, as those of applications do.</summary>
    internal Task WriteEvenly(int perSecond, int seconds) =>
        Pgbench(waits: true, "-c", "10", "--rate", Text(perSecond), "-t", Text(perSecond * seconds / 10));

    internal override Task CutReaders() => Run("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_replication");

    internal override async Task<long> Last(string database) => (long)(await One(database, "SELECT coalesce(max(id), 0) FROM bench.sb"))!;

    internal override async Task<long> Count(string database) => (long)(await One(database, "SELECT count(*) FROM bench.sb"))!;

    internal override async Task<string> Summary(string database) => (string)(await One(database, """
        SELECT concat_ws(' ', count(*), sum(id), sum(k), sum(('x' || substr(md5(c || pad), 1, 8))::bit(32)::bigint), sum(d),
            to_char(max(ts), 'YYYY-MM-DD HH24:MI:SS.US')) FROM bench.sb
        """))!;

    /// <summary>Rows after an id, with the age of each by this machine's clock.</summary>
    internal async Task<IReadOnlyList<(long Id, DateTime Written)>> After(string database, long id)
    {
        await using var command = Of(database).CreateCommand("SELECT id, ts FROM bench.sb WHERE id > $1 ORDER BY id LIMIT 1000");
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(long, DateTime)>();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetInt64(0), reader.GetDateTime(1)));
        }

        return rows;
    }

    internal override async Task WriteRowByRow(string database, int transactions, int rows)
    {
        await using var connection = await Of(database).OpenConnectionAsync();
        var first = await Last(database) + 1;
        await using var insert = new NpgsqlCommand("INSERT INTO bench.sb(id, k, c, pad, d, ts) VALUES($1, $2, $3, $4, $5, $6)", connection);
        object[] values = [0L, 1, new string('7', 96), new string('8', 34), 12.25m, new DateTime(2026, 1, 1)];
        foreach (var value in values)
        {
            insert.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await insert.PrepareAsync();
        for (var i = 0; i < transactions; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            for (var row = 0; row < rows; row++)
            {
                insert.Parameters[0].Value = first++;
                await insert.ExecuteNonQueryAsync();
            }

            await transaction.CommitAsync();
        }
    }

    /// <summary>The place where the log ends now.</summary>
    internal async Task<string> End() => (string)(await One(Origin, "SELECT pg_current_wal_flush_lsn()::text"))!;

    /// <summary>Publishes the table for a subscriber or pg_recvlogical, not for the Store, which makes its own.</summary>
    internal Task Publish() => Run(Origin, $"CREATE PUBLICATION {Subscription} FOR TABLE bench.sb");

    internal Task MakeSlot(string slot) => Run(Origin, $"SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')");

    /// <summary>The peer: a native subscription, as it is by default.</summary>
    internal Task Subscribe(string database, PostgresServer publisher) => Run(database, string.Create(CultureInfo.InvariantCulture,
        $"CREATE SUBSCRIPTION {Subscription} CONNECTION 'host=127.0.0.1 port={publisher.Port} user=holdfast dbname={publisher.Origin}'"
        + $" PUBLICATION {Subscription} WITH (copy_data = false)"));

    internal Task Subscribe(string database, bool isOn) => Run(database,
        $"ALTER SUBSCRIPTION {Subscription} {(isOn ? "ENABLE" : "DISABLE")}");

    public override async ValueTask DisposeAsync()
    {
        foreach (var database in _databases.Values)
        {
            await database.DisposeAsync();
        }

        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task Pgbench(bool waits, params string[] arguments)
    {
        var start = new ProcessStartInfo("pgbench", [
            "-h", "127.0.0.1", "-p", Text(Port), "-U", "holdfast", "-n", "-M", "prepared", "-f", _folder.File("single.sql"), .. arguments,
            Origin])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGOPTIONS"] = $"-c synchronous_commit={(waits ? "on" : "off")}" },
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Mover.RunMax, TimeProvider.System);
        _ = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"pgbench: {errors}");
        }
    }

    private NpgsqlDataSource Of(string database)
    {
        lock (_databases)
        {
            return _databases.TryGetValue(database, out var known) ? known
                : _databases[database] = NpgsqlDataSource.Create(string.Create(CultureInfo.InvariantCulture,
                    $"Host=127.0.0.1;Port={Port};Username=holdfast;Database={database};SSL Mode=Disable;Max Auto Prepare=20;Timezone=UTC")
                    + ";Options=-c enable_seqscan=off");
        }
    }

    private async Task Run(string database, string sql)
    {
        await using var connection = await Of(database).OpenConnectionAsync();
        await Run(connection, sql);
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> One(string database, string sql)
    {
        await using var command = Of(database).CreateCommand(sql);
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync();
    }
}
