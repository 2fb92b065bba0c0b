using Microsoft.Data.Sqlite;

namespace Holdfast.Tests;

/// <summary>
/// Accounts whose balances always come to the same sum, a keyed ledger, and a journal without a key: a transaction that is applied
/// twice is there as two equal rows. Each transfer is one transaction that touches all three; a closing is a large one besides.
/// </summary>
internal sealed class Bank
{
    private const int SqliteBusy = 5;
    internal const int Accounts = 50;
    internal const long Sum = Accounts * 1000L;
    internal const int ClosingRows = 3000;

    /// <summary>The source and tables that a Store collects.</summary>
    internal static readonly string[] Collected = ["main.account", "main.ledger", "main.journal", "main.posting"];

    private const string Tables = """
        PRAGMA journal_mode=WAL;
        CREATE TABLE account(id INTEGER PRIMARY KEY, owner TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL);
        CREATE TABLE ledger(no INTEGER PRIMARY KEY, debit INTEGER, credit INTEGER, amount REAL, note BLOB);
        CREATE TABLE journal(no INTEGER, what TEXT);
        CREATE TABLE posting(no INTEGER PRIMARY KEY, batch INTEGER NOT NULL, text TEXT NOT NULL);
        """;

    private readonly string _file;

    private Bank(string file) => _file = file;

    static Bank() => SQLitePCL.Batteries_V2.Init();

    internal static Bank Create(string file)
    {
        var bank = new Bank(file);
        using var connection = bank.Open();
        Run(connection, Tables);
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {Accounts})
            INSERT INTO account SELECT i, 'owner ' || i, 1000 FROM n
            """));
        return bank;
    }

    /// <summary>One transfer, whole.</summary>
    internal static void Transfer(SqliteConnection connection, Random random, int number)
    {
        var (from, to) = (random.Next(Accounts), random.Next(Accounts));
        using var transaction = connection.BeginTransaction();
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            UPDATE account SET balance = balance - {number % 97} WHERE id = {from};
            UPDATE account SET balance = balance + {number % 97} WHERE id = {to};
            INSERT INTO ledger VALUES({number}, {from}, {to}, {number}.25, x'00FF');
            INSERT INTO journal VALUES({number}, 'transfer');
            DELETE FROM ledger WHERE no = {number - 200};
            """), transaction);
        transaction.Commit();
    }

    /// <summary>A transfer in a transaction so large that it comes in parts; its rows take the place of those of the last one.</summary>
    internal static void Close(SqliteConnection connection, Random random, int number)
    {
        var (from, to) = (random.Next(Accounts), random.Next(Accounts));
        using var transaction = connection.BeginTransaction();
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            UPDATE account SET balance = balance - {number % 97} WHERE id = {from};
            DELETE FROM posting;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ClosingRows})
            INSERT INTO posting SELECT i + {number % 2 * ClosingRows / 2}, {number}, printf('%0200d', i) FROM n;
            UPDATE account SET balance = balance + {number % 97} WHERE id = {to};
            INSERT INTO journal VALUES({number}, 'closing');
            """), transaction);
        transaction.Commit();
    }

    /// <summary>Somebody holds the file's write lock, and goes on holding it for as long as this waits.</summary>
    internal bool IsLocked(int seconds)
    {
        using var connection = Open(seconds);
        try
        {
            Run(connection, "BEGIN IMMEDIATE");
            Run(connection, "ROLLBACK");
            return false;
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode == SqliteBusy)
        {
            return true;
        }
    }

    internal SqliteConnection Open(int timeoutSeconds = 30)
    {
        var connection = new SqliteConnection(
            string.Create(CultureInfo.InvariantCulture, $"Data Source={_file};Pooling=False;Default Timeout={timeoutSeconds}"));
        connection.Open();
        return connection;
    }

    /// <summary>Changes the file behind everybody's back.</summary>
    internal void Tamper(string sql)
    {
        using var connection = Open();
        Run(connection, sql);
    }

    /// <summary>The sum of all balances in one committed state, and how many journal rows there are.</summary>
    internal (long Sum, long Journal, long Twice) State()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (SELECT sum(balance) FROM account), (SELECT count(*) FROM journal),
                (SELECT count(*) FROM (SELECT no FROM journal GROUP BY no HAVING count(*) > 1))
            """;
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    /// <summary>Stores that have read it, and for which its log is kept.</summary>
    internal List<string> Readers()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM hf_reader ORDER BY id";
        using var row = command.ExecuteReader();
        var readers = new List<string>();
        while (row.Read())
        {
            readers.Add(row.GetString(0));
        }

        return readers;
    }

    /// <summary>All rows of all tables, in an order of their own.</summary>
    internal List<string> Rows()
    {
        using var connection = Open();
        var rows = new List<string>();
        foreach (var table in (string[])["account", "ledger", "journal", "posting"])
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table} ORDER BY 1, 2";
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                rows.Add(table + " " + string.Join("|", Enumerable.Range(0, row.FieldCount).Select(i =>
                    row.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{row.GetDataTypeName(i)} {row.GetValue(i)}")));
            }
        }

        return rows;
    }

    internal static void Run(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }
}
