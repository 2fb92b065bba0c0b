using Microsoft.Data.Sqlite;

namespace Holdfast.App.Fleet;

/// <summary>
/// The database of a sample task: accounts whose balances always come to the same sum, the transfers between them, and a journal that
/// counts transactions. The journal has no key, so a transaction that is applied twice is there as two equal rows. What is older than
/// its newest rows is deleted again: the file does not grow.
/// </summary>
internal static class SampleBank
{
    /// <summary>Each transaction writes the next number there, once.</summary>
    internal const string Counter = "main.journal.no";

    internal const int Accounts = 100;
    internal const int Transfers = 500;
    internal const int JournalRows = 2000;
    private const int BalanceFirst = 1000;
    private const int AmountMax = 97;

    private static readonly string Tables = $"""
        CREATE TABLE account(id INTEGER PRIMARY KEY, owner TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL);
        CREATE TABLE transfer(no INTEGER PRIMARY KEY, debit INTEGER NOT NULL, credit INTEGER NOT NULL, amount INTEGER NOT NULL, at INTEGER);
        CREATE TABLE journal(no INTEGER NOT NULL, what TEXT NOT NULL);
        CREATE INDEX journal_no ON journal(no);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Accounts})
            INSERT INTO account SELECT i, 'owner ' || i, {BalanceFirst} FROM n;
        """;

    /// <summary>Makes the file as it is before the first transaction.</summary>
    internal static void Create(string file)
    {
        foreach (var old in (string[])["", "-wal", "-shm"])
        {
            File.Delete(file + old);
        }

        using var connection = Open(file, SqliteOpenMode.ReadWriteCreate);
        Run(connection, "PRAGMA journal_mode=WAL");
        using var transaction = connection.BeginTransaction();
        Run(connection, Tables, transaction);
        transaction.Commit();
    }

    internal static SqliteConnection Open(string file, SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 5,
        }.ToString());
        connection.Open();
        Run(connection, "PRAGMA synchronous=NORMAL");
        return connection;
    }

    /// <summary>One transfer, whole, under the next number.</summary>
    /// <returns>The number.</returns>
    internal static long Transfer(SqliteConnection connection, DateTimeOffset now)
    {
        // At once a writer: the number is nobody else's.
        using var transaction = connection.BeginTransaction(deferred: false);
        var no = Number(connection, "SELECT ifnull(max(no), 0) + 1 FROM journal", transaction);
        var (debit, credit, amount) = (1 + no * 7 % Accounts, 1 + (no * 7 + 1 + no % 13) % Accounts, 1 + no % AmountMax);
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            UPDATE account SET balance = balance - {amount} WHERE id = {debit};
            UPDATE account SET balance = balance + {amount} WHERE id = {credit};
            INSERT INTO transfer VALUES({no}, {debit}, {credit}, {amount}, {now.ToUnixTimeMilliseconds()});
            INSERT INTO journal VALUES({no}, 'transfer');
            DELETE FROM transfer WHERE no <= {no - Transfers};
            DELETE FROM journal WHERE no <= {no - JournalRows};
            """), transaction);
        transaction.Commit();
        return no;
    }

    /// <summary>Bytes that the file's rows take, without the pages that are free.</summary>
    internal static long UsedBytes(SqliteConnection connection) => Number(connection,
        "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s");

    /// <summary>Stores for which the file keeps its log of changes.</summary>
    internal static IReadOnlyList<string> Readers(string file)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM hf_reader";
        using var row = command.ExecuteReader();
        var readers = new List<string>();
        while (row.Read())
        {
            readers.Add(row.GetString(0));
        }

        return readers;
    }

    private static long Number(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        return (long)command.ExecuteScalar()!;
    }

    private static void Run(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }
}
