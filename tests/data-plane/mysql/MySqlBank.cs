using System.Globalization;
using Holdfast.Engine.MySql.Db;
using Holdfast.Tests;
using MySqlConnector;

namespace Holdfast.DataPlane.Tests.MySql;

/// <summary>The bank of <see cref="Bank"/> on a MariaDB server: balances, a keyed ledger, and a journal without a key.</summary>
internal sealed class MySqlBank(MariaDb server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal MariaDb Server { get; } = server;

    internal Task Create() => Server.Run("CREATE DATABASE bank",
        "CREATE TABLE bank.account(id INT PRIMARY KEY, owner VARCHAR(40) NOT NULL UNIQUE, balance BIGINT NOT NULL)",
        "CREATE TABLE bank.ledger(no INT PRIMARY KEY AUTO_INCREMENT, debit INT, credit INT, amount DECIMAL(12,2), at TIMESTAMP(6) NULL)",
        "CREATE TABLE bank.journal(no INT, what VARCHAR(20))",
        "INSERT INTO bank.account VALUES" + string.Join(",", Enumerable.Range(0, Bank.Accounts).Select(i => $"({i}, 'owner {i}', 1000)")));

    /// <summary>
    /// Transfers with these numbers, each in one transaction. Where the server's answer is lost, the journal says whether it was done.
    /// </summary>
    internal async Task Transfer(Random random, int from, int count)
    {
        for (var number = from; number < from + count;)
        {
            try
            {
                await using var connection = await Connections.Open(Server.Server, Cancel);
                if (await connection.First("SELECT 1 FROM bank.journal WHERE no = @p0 LIMIT 1", Cancel, number) is null)
                {
                    await Transfer(connection, random.Next(Bank.Accounts), random.Next(Bank.Accounts), number);
                }

                number++;
            }
            catch (MySqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
            }
        }
    }

    /// <summary>The sum of all balances in one committed state, how many transfers there are, and how many are there twice.</summary>
    internal async Task<(long Sum, long Journal, long Twice)?> State()
    {
        try
        {
            await using var connection = await Connections.Open(Server.Server, Cancel);
            var row = (await connection.First("""
                SELECT (SELECT CAST(sum(balance) AS SIGNED) FROM bank.account), (SELECT count(*) FROM bank.journal),
                    (SELECT count(*) FROM (SELECT no FROM bank.journal GROUP BY no HAVING count(*) > 1) AS doubled)
                """, Cancel))!;
            return (Number(row[0]), Number(row[1]), Number(row[2]));
        }
        catch (MySqlException)
        {
            return null;
        }

        static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
    }

    /// <summary>All rows of all tables.</summary>
    internal async Task<List<string>> Rows()
    {
        await using var connection = await Connections.Open(Server.Server, Cancel);
        var rows = new List<string>();
        foreach (var table in (string[])["account", "ledger", "journal"])
        {
            rows.AddRange((await connection.All($"SELECT * FROM bank.{table} ORDER BY 1, 2", Cancel))
                .Select(r => table + " " + string.Join("|", r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)))));
        }

        return rows;
    }

    private static async Task Transfer(MySqlConnection connection, int from, int to, int number)
    {
        await connection.Run("START TRANSACTION", Cancel);
        await connection.Run(string.Create(CultureInfo.InvariantCulture, $"""
            UPDATE bank.account SET balance = balance - {number % 97} WHERE id = {from};
            UPDATE bank.account SET balance = balance + {number % 97} WHERE id = {to};
            INSERT INTO bank.ledger VALUES({number}, {from}, {to}, {number}.25, NOW(6));
            INSERT INTO bank.journal VALUES({number}, 'transfer');
            DELETE FROM bank.ledger WHERE no = {number - 100}
            """), Cancel);
        await connection.Run("COMMIT", Cancel);
    }
}
