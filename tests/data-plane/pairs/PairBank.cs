using System.Data.Common;

namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>
/// The bank of <see cref="Bank"/> in any database: balances, a keyed ledger, a journal without a key, and closings so large that they
/// come in parts. Its customers do not know whether a commit took effect whose answer was lost, and look into the journal.
/// </summary>
internal sealed class PairBank(BankPlace place) : IAsyncDisposable
{
    /// <summary>One for each pair of accounts.</summary>
    internal const int ClosingRows = Bank.Accounts * Bank.Accounts;

    internal static readonly string[] Tables = ["main.account", "main.journal", "main.ledger", "main.posting"];

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(8);
    private const int TriesMax = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    internal BankPlace Place { get; } = place;

    internal static async Task<PairBank> New(string kind, string file)
    {
        var bank = new PairBank(await BankPlace.New(kind, file));
        await bank.Create();
        return bank;
    }

    internal Task Create() => Run([
        .. Place.Beginning,
        "CREATE TABLE main.account(id integer PRIMARY KEY, owner varchar(40) NOT NULL UNIQUE, balance bigint NOT NULL)",
        $"CREATE TABLE main.ledger(no integer PRIMARY KEY, debit integer, credit integer, amount double precision, note {Place.Blob})",
        "CREATE TABLE main.journal(no integer, what varchar(20))",
        "CREATE TABLE main.posting(no integer PRIMARY KEY, batch integer NOT NULL, text varchar(250) NOT NULL)",
        "INSERT INTO main.account VALUES" + string.Join(',', Enumerable.Range(0, Bank.Accounts).Select(i => $"({i}, 'owner {i}', 1000)")),
        .. Place.Finish,
    ]);

    internal async Task Run(params string[] statements)
    {
        await using var connection = await Place.Open(CancellationToken.None);
        foreach (var statement in statements)
        {
            await Run(connection, statement);
        }
    }

    internal static async Task Run(DbConnection connection, string sql, CancellationToken cancel = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Transfers, and a closing now and then, each once, through whatever becomes of the server.</summary>
    /// <param name="seed">Of the choice of payer and payee.</param>
    /// <param name="made">Told the number of each one that is committed.</param>
    /// <param name="stop">No more of them.</param>
    /// <param name="first">Number of the first one.</param>
    internal async Task Trade(int seed, Action<int> made, CancellationToken stop, int first = 1)
    {
        var random = new Random(seed);
        DbConnection? connection = null;
        var late = 0;
        for (var number = first; !stop.IsCancellationRequested; number++)
        {
            var sql = number % 60 == 0 ? PairTransfers.Closing(random, number) : PairTransfers.Transfer(Place, random, number);
            while (true)
            {
                try
                {
                    connection = await Done(connection, number, sql);
                    break;
                }
                catch (Exception away) when (IsAway(away))
                {
                    await Drop(connection);
                    connection = null;
                    if (stop.IsCancellationRequested && ++late > TriesMax)
                    {
                        throw new TimeoutException($"transaction {number} is not done, for the bank does not answer", away);
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
                }
            }

            made(number);
            await Task.WhenAny(Task.Delay(Pause, TimeProvider.System, stop));
        }

        await Drop(connection);
    }

    /// <summary>
    /// The sum of all balances in one committed state, how many journal rows there are, and how many numbers are there twice; null: it is
    /// away.
    /// </summary>
    internal async Task<(long Sum, long Journal, long Twice)?> State()
    {
        using var limit = new CancellationTokenSource(AnswerMax, TimeProvider.System);
        try
        {
            await using var connection = await Place.Open(limit.Token);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                SELECT (SELECT sum(balance) FROM main.account), (SELECT count(*) FROM main.journal),
                    (SELECT count(*) FROM (SELECT no FROM main.journal GROUP BY no HAVING count(*) > 1) AS doubled)
                """;
            await using var row = await command.ExecuteReaderAsync(limit.Token);
            return await row.ReadAsync(limit.Token) ? (Number(row[0]), Number(row[1]), Number(row[2])) : null;
        }
        catch (Exception away) when (IsAway(away))
        {
            return null;
        }

        static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a query of one number, a count of rows.</summary>
    internal async Task<long> Count(string sql)
    {
        await using var connection = await Place.Open(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>All rows of all tables, as every engine says them.</summary>
    internal async Task<List<string>> Rows()
    {
        await using var connection = await Place.Open(CancellationToken.None);
        var rows = new List<string>();
        foreach (var table in Tables)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                rows.Add(table + " " + string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.GetValue(i) switch
                {
                    byte[] bytes => Convert.ToHexString(bytes),
                    var value => Convert.ToString(value, CultureInfo.InvariantCulture),
                })));
            }
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>Copies as somebody does it by hand: the rows that the other one has now, and no others.</summary>
    internal async Task Become(PairBank other)
    {
        await using var from = await other.Place.Open(CancellationToken.None);
        await using var to = await Place.Open(CancellationToken.None);
        foreach (var table in Tables)
        {
            await Run(to, $"DELETE FROM {table}");
            await using var read = from.CreateCommand();
            read.CommandText = $"SELECT * FROM {table}";
            await using var row = await read.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                await using var write = to.CreateCommand();
                var names = string.Join(',', Enumerable.Range(0, row.FieldCount).Select(i => $"@p{i}"));
                write.CommandText = $"INSERT INTO {table} VALUES({names})";
                for (var i = 0; i < row.FieldCount; i++)
                {
                    var value = write.CreateParameter();
                    (value.ParameterName, value.Value) = ($"@p{i}", row.GetValue(i));
                    write.Parameters.Add(value);
                }

                await write.ExecuteNonQueryAsync();
            }
        }
    }

    public ValueTask DisposeAsync() => Place.DisposeAsync();

    /// <summary>A connection whose server is gone may say that it is not open.</summary>
    private static bool IsAway(Exception error) => error is DbException or TimeoutException or OperationCanceledException or IOException
        or System.Net.Sockets.SocketException or InvalidOperationException;

    /// <returns>The connection, for the next one.</returns>
    private async Task<DbConnection> Done(DbConnection? known, int number, string sql)
    {
        using var limit = new CancellationTokenSource(AnswerMax, TimeProvider.System);
        var connection = known ?? await Place.Open(limit.Token);
        try
        {
            if (known is null)
            {
                await using var look = connection.CreateCommand();
                look.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM main.journal WHERE no = {number}");
                if (Convert.ToInt64(await look.ExecuteScalarAsync(limit.Token), CultureInfo.InvariantCulture) > 0)
                {
                    return connection;
                }
            }

            await Run(connection, $"BEGIN; {sql}; COMMIT", limit.Token);
            return connection;
        }
        catch
        {
            await Drop(connection);
            throw;
        }
    }

    /// <summary>It may be gone with its server.</summary>
    internal static async Task Drop(DbConnection? connection)
    {
        if (connection is null)
        {
            return;
        }

        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception gone) when (gone is DbException or IOException or InvalidOperationException)
        {
            // Nothing is left of it.
        }
    }
}
