using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// One connection and its prepared statements, used by one thread at a time. Values are bound as @0, @1 and so on.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>
    /// Beyond this many different statements the oldest knowledge is dropped: shapes of queries are few.
    /// </summary>
    private const int PreparedMax = 256;

    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE
    private static readonly TimeSpan LockWaitMax = TimeSpan.FromSeconds(8);
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>True between BEGIN and its end; some errors end a transaction by themselves.</summary>
    internal bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    internal bool IsReadOnly => raw.sqlite3_db_readonly(_connection.Handle, "main") == 1;

    internal bool HasMoved => NativeSqlite.HasMoved(_connection.Handle!);

    /// <summary>Decides whether closing may move the log into the file, as SQLite does by itself; not for a file that is refused.</summary>
    internal bool TidiesOnClose
    {
        set => raw.sqlite3_db_config(_connection.Handle, NoCheckpointOnClose, value ? 0 : 1, out _);
    }

    internal static SqliteSession Open(string path, SqliteOpenMode mode, TimeSpan? lockWait = null)
    {
        NativeSqlite.EnsureLoaded();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)(lockWait ?? LockWaitMax).TotalSeconds,
        }.ToString());
        var session = new SqliteSession(connection);
        try
        {
            connection.Open();
            session.Run($"PRAGMA busy_timeout={(long)(lockWait ?? LockWaitMax).TotalMilliseconds}; PRAGMA temp_store=MEMORY;");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements once, unprepared: pragmas and definitions.</summary>
    internal void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs one statement; returns the number of rows that it changed.</summary>
    internal int Execute(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; null when there is none.</summary>
    internal object? Scalar(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteScalar();

    internal SqliteDataReader Read(string sql, params ReadOnlySpan<object?> values) =>
        Bound(sql, values).ExecuteReader();

    public void Dispose()
    {
        Forget();
        _connection.Dispose();
    }

    private SqliteCommand Bound(string sql, ReadOnlySpan<object?> values)
    {
        var command = Prepared(sql, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private SqliteCommand Prepared(string sql, int values)
    {
        if (_prepared.TryGetValue(sql, out var known))
        {
            return known;
        }

        if (_prepared.Count >= PreparedMax)
        {
            Forget();
        }

        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values; i++)
        {
            command.Parameters.Add(new SqliteParameter($"@{i}", null));
        }

        return _prepared[sql] = command;
    }

    private void Forget()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _prepared.Clear();
    }
}
