using System.Globalization;
using System.Text.Json.Nodes;
using Holdfast.Tests;
using Npgsql;

namespace Holdfast.DataPlane.Tests.Postgres;

/// <summary>
/// The bank on a PostgreSQL server of its own, which can be stopped as when its machine is gone. Whoever writes to it does not know either
/// whether a commit took effect when the server went away meanwhile, and looks into the journal.
/// </summary>
internal sealed class PostgresBank : IAsyncDisposable
{
    private static readonly string[] Tables =
    [
        "CREATE TABLE account(id integer PRIMARY KEY, owner text NOT NULL UNIQUE, balance bigint NOT NULL)",
        "CREATE TABLE ledger(no integer PRIMARY KEY, debit integer, credit integer, amount numeric(12,2), note bytea)",
        "CREATE TABLE journal(no integer, what text)",
        "CREATE TABLE posting(no integer PRIMARY KEY, batch integer NOT NULL, text text NOT NULL)",
        $"INSERT INTO account SELECT i, 'owner ' || i, 1000 FROM generate_series(0, {Bank.Accounts - 1}) AS i",
    ];

    private readonly PrivatePostgres _server;

    private PostgresBank(PrivatePostgres server) => _server = server;

    internal static async Task<PostgresBank> Start()
    {
        var server = await PrivatePostgres.Start("fsync=off", "wal_level=logical", "max_connections=50");
        await server.Say(Tables);
        return new PostgresBank(server);
    }

    /// <summary>For a component.</summary>
    internal JsonObject Config => new()
    {
        ["kind"] = "postgres", ["host"] = "127.0.0.1", ["port"] = _server.Port, ["database"] = "postgres", ["user"] = "holdfast",
        ["password"] = "never shown", ["sslMode"] = "disable",
    };

    /// <summary>The server's processes are gone at once, and it starts again.</summary>
    internal async Task Crash()
    {
        await _server.Stop("immediate");
        await _server.Start();
    }

    internal Task Say(params string[] statements) => _server.Say(statements);

    /// <summary>Transfers by number, each once, through whatever becomes of the server.</summary>
    internal async Task Write(int seed, int first, int count, CancellationToken cancel)
    {
        var random = new Random(seed);
        for (var number = first; number < first + count; number++)
        {
            var sql = number % 60 == 0 ? Closing(random, number) : Transfer(random, number);
            while (!await Done(number, sql, cancel))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancel);
            }
        }
    }

    /// <summary>The sum of all balances in one committed state, how many journal rows there are, and how many numbers come twice.</summary>
    internal async Task<(long Sum, long Journal, long Twice)> State()
    {
        await using var connection = await Open(CancellationToken.None);
        await using var command = new NpgsqlCommand("""
            SELECT (SELECT sum(balance) FROM account)::bigint, (SELECT count(*) FROM journal),
                (SELECT count(*) FROM (SELECT no FROM journal GROUP BY no HAVING count(*) > 1) AS twice)
            """, connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    /// <summary>All rows of all tables, in an order of their own.</summary>
    internal async Task<List<string>> Rows()
    {
        await using var connection = await Open(CancellationToken.None);
        var rows = new List<string>();
        foreach (var table in (string[])["account", "ledger", "journal", "posting"])
        {
            await using var command = new NpgsqlCommand($"SELECT t::text FROM {table} AS t ORDER BY 1", connection);
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                rows.Add($"{table} {row.GetString(0)}");
            }
        }

        return rows;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <returns>False: the server is away.</returns>
    private async Task<bool> Done(int number, string sql, CancellationToken cancel)
    {
        try
        {
            await using var connection = await Open(cancel);
            await using var look = new NpgsqlCommand($"SELECT count(*) FROM journal WHERE no = {Text(number)}", connection);
            if ((long)(await look.ExecuteScalarAsync(cancel))! > 0)
            {
                return true;
            }

            await using var command = new NpgsqlCommand($"BEGIN; {sql}; COMMIT", connection);
            await command.ExecuteNonQueryAsync(cancel);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string Transfer(Random random, int number) => string.Create(CultureInfo.InvariantCulture, $"""
        UPDATE account SET balance = balance - {number % 97} WHERE id = {random.Next(Bank.Accounts)};
        UPDATE account SET balance = balance + {number % 97} WHERE id = {random.Next(Bank.Accounts)};
        INSERT INTO ledger VALUES({number}, 1, 2, {number}.25, '\x00ff');
        INSERT INTO journal VALUES({number}, 'transfer');
        DELETE FROM ledger WHERE no = {number - 100}
        """);

    /// <summary>So large that it comes in parts.</summary>
    private static string Closing(Random random, int number) => string.Create(CultureInfo.InvariantCulture, $"""
        UPDATE account SET balance = balance - {number % 97} WHERE id = {random.Next(Bank.Accounts)};
        DELETE FROM posting;
        INSERT INTO posting SELECT i + {number}, {number}, lpad(i::text, 200, '0') FROM generate_series(1, {Bank.ClosingRows}) AS i;
        UPDATE account SET balance = balance + {number % 97} WHERE id = {random.Next(Bank.Accounts)};
        INSERT INTO journal VALUES({number}, 'closing')
        """);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal async Task<NpgsqlConnection> Open(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(string.Create(CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={_server.Port};Username=holdfast;Database=postgres;Pooling=false;SSL Mode=Disable"));
        await connection.OpenAsync(cancel);
        return connection;
    }
}
