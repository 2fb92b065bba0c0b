using SQLitePCL;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>
/// One connection and its prepared statements, used by one thread at a time. SQLite's own interface, not ADO.NET: values keep their
/// types and bytes, which a reader of other people's tables needs.
/// </summary>
internal sealed class Database : IDisposable
{
    /// <summary>Beyond so many prepared statements the knowledge is dropped.</summary>
    private const int PreparedMax = 256;

    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE

    private readonly sqlite3 _handle;
    private readonly TimeSpan _busyWait;
    private readonly Dictionary<string, Statement> _prepared = new(StringComparer.Ordinal);

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle, string path, TimeSpan busyWait) => (_handle, Path, _busyWait) = (handle, path, busyWait);

    /// <summary>Path of the file.</summary>
    internal string Path { get; }

    /// <summary>A transaction is open; some errors end one by themselves.</summary>
    internal bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows that the last INSERT, UPDATE or DELETE changed, without those that triggers changed.</summary>
    internal int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Opens a file.</summary>
    /// <param name="path">It must be there, unless it may be created.</param>
    /// <param name="busyWait">Time for which one call waits for a lock.</param>
    /// <param name="create">Makes an empty file where there is none.</param>
    internal static Database Open(string path, TimeSpan busyWait, bool create = false)
    {
        if (FileIdentity.NoFile(path) is { } other)
        {
            throw new SqliteFailure(raw.SQLITE_CANTOPEN, $"it is {other}, and must be a file");
        }

        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new Database(handle, path, busyWait);
        try
        {
            if (code != raw.SQLITE_OK)
            {
                throw database.Failure(code);
            }

            Check(database, raw.sqlite3_extended_result_codes(handle, 1));
            Check(database, raw.sqlite3_busy_timeout(handle, (int)busyWait.TotalMilliseconds));
            database.Run("PRAGMA temp_store=MEMORY");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A statement that is prepared once; it is ready to be bound and run, and stays this object's.</summary>
    internal Statement Prepared(string sql)
    {
        if (_prepared.TryGetValue(sql, out var known))
        {
            known.Reset();
            return known;
        }

        if (_prepared.Count >= PreparedMax)
        {
            Forget();
        }

        return _prepared[sql] = Prepare(sql);
    }

    /// <summary>A statement of the caller's own.</summary>
    internal Statement Prepare(string sql)
    {
        Check(this, raw.sqlite3_prepare_v2(_handle, sql, out var statement));
        return new Statement(this, statement);
    }

    /// <summary>Runs one statement without parameters.</summary>
    internal void Run(string sql)
    {
        using var statement = Prepare(sql);
        statement.Run();
    }

    /// <summary>The number in the first column of the first row; null: there is none, or it is NULL.</summary>
    internal long? Number(string sql, params ReadOnlySpan<object> values)
    {
        var statement = Bound(sql, values);
        var number = statement.Step() && !statement.IsNull(0) ? statement.Int64(0) : (long?)null;
        statement.Reset();
        return number;
    }

    /// <summary>The text in the first column of the first row; null: there is none, or it is NULL.</summary>
    internal string? Text(string sql, params ReadOnlySpan<object> values)
    {
        var statement = Bound(sql, values);
        var text = statement.Step() ? statement.TextOrNull(0) : null;
        statement.Reset();
        return text;
    }

    /// <summary>Runs one statement.</summary>
    internal void Execute(string sql, params ReadOnlySpan<object> values) => Bound(sql, values).Run();

    /// <summary>A prepared statement with numbers and texts for its parameters.</summary>
    internal Statement Bound(string sql, ReadOnlySpan<object> values)
    {
        var statement = Prepared(sql);
        for (var i = 0; i < values.Length; i++)
        {
            switch (values[i])
            {
                case long number: statement.Bind(i + 1, number); break;
                case int number: statement.Bind(i + 1, (long)number); break;
                case string text: statement.Bind(i + 1, text); break;
                case byte[] bytes: statement.BindBlob(i + 1, bytes); break;
                case null: statement.BindNull(i + 1); break;
                default: throw new ArgumentException($"a {values[i].GetType()} is not bound", nameof(values));
            }
        }

        return statement;
    }

    /// <summary>Takes the file's only place for writers, commits what the work did, or takes it back when it throws.</summary>
    internal T Write<T>(Func<T> work)
    {
        Prepared("BEGIN IMMEDIATE").Run();
        return Commit(work);
    }

    /// <summary>
    /// Writes as <see cref="Write"/> does, beside a writer who releases the lock for moments only. It tries often: SQLite's own wait sleeps
    /// longer with each try and would miss those moments.
    /// </summary>
    /// <param name="most">Time for which it tries.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="work">Makes the changes that are committed.</param>
    /// <exception cref="SqliteFailure">It was never free, or the work failed.</exception>
    internal T WriteBetween<T>(TimeSpan most, TimeProvider time, Func<T> work)
    {
        var started = time.GetTimestamp();
        while (!TryBegin())
        {
            if (time.GetElapsedTime(started) >= most)
            {
                throw new SqliteFailure(raw.SQLITE_BUSY, "the file has a writer all the time");
            }

            ShortSleep.Take();
        }

        return Commit(work);
    }

    private bool TryBegin()
    {
        Check(this, raw.sqlite3_busy_timeout(_handle, 0));
        try
        {
            return Prepared("BEGIN IMMEDIATE").TryRun();
        }
        finally
        {
            Check(this, raw.sqlite3_busy_timeout(_handle, (int)_busyWait.TotalMilliseconds));
        }
    }

    private T Commit<T>(Func<T> work)
    {
        try
        {
            var result = work();
            Prepared("COMMIT").Run();
            return result;
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <summary>The file was replaced: closing must not write into it what the connection still holds of the former one.</summary>
    internal void LeaveAlone() => raw.sqlite3_db_config(_handle, NoCheckpointOnClose, 1, out _);

    /// <summary>Takes back what is open; nothing when nothing is.</summary>
    internal void Rollback()
    {
        if (InTransaction)
        {
            Prepared("ROLLBACK").Run();
        }
    }

    /// <summary>The error that a call answered with.</summary>
    internal SqliteFailure Failure(int code)
    {
        var extended = raw.sqlite3_extended_errcode(_handle);
        return new SqliteFailure((extended & 0xFF) == (code & 0xFF) ? extended : code, raw.sqlite3_errmsg(_handle).utf8_to_string());
    }

    public void Dispose()
    {
        Forget();
        _handle.Dispose();
    }

    private static void Check(Database database, int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw database.Failure(code);
        }
    }

    private void Forget()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        _prepared.Clear();
    }
}
