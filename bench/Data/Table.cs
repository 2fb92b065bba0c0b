using SQLitePCL;

namespace Holdfast.Bench.Data;

/// <summary>
/// The table of the end-to-end benchmarks, in a file as an application has it: a write-ahead log, and a commit waits for the disk. It is
/// written by SQLite's own interface with one prepared statement, so the bare loop is as fast as a loop can be.
/// </summary>
internal sealed class Table : IDisposable
{
    private const string Insert = "INSERT INTO sb(id, k, c, pad) VALUES(?1, ?2, ?3, ?4)";

    private readonly sqlite3 _handle;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _commit;
    private readonly sqlite3_stmt _last;
    private readonly byte[] _c = Encoding.ASCII.GetBytes(Digits(96));
    private readonly byte[] _pad = Encoding.ASCII.GetBytes(Digits(34));

    static Table() => Batteries_V2.Init();

    private Table(sqlite3 handle)
    {
        _handle = handle;
        Check(raw.sqlite3_busy_timeout(handle, 60_000));
        Run("PRAGMA synchronous = FULL");
        _begin = Prepare("BEGIN IMMEDIATE");
        _insert = Prepare(Insert);
        _commit = Prepare("COMMIT");
        _last = Prepare("SELECT max(id) FROM sb");
    }

    /// <summary>A new file with the table.</summary>
    internal static Table Create(string file)
    {
        var handle = Open(file, raw.SQLITE_OPEN_CREATE);
        _ = raw.sqlite3_exec(handle, """
            PRAGMA journal_mode = WAL;
            CREATE TABLE sb(id INTEGER PRIMARY KEY, k INTEGER NOT NULL, c TEXT NOT NULL, pad TEXT NOT NULL)
            """, null, null, out var error);
        return error is null ? new Table(handle) : throw new InvalidOperationException($"{file}: {error}");
    }

    /// <summary>Another connection to a file that is there.</summary>
    internal static Table Again(string file) => new(Open(file, 0));

    /// <summary>Rows that follow each other, in one transaction.</summary>
    internal void Write(long first, int rows)
    {
        Step(_begin);
        for (var id = first; id < first + rows; id++)
        {
            // The digits differ from row to row, so that no page is like another one.
            id.TryFormat(_c, out _, provider: CultureInfo.InvariantCulture);
            Check(raw.sqlite3_bind_int64(_insert, 1, id));
            Check(raw.sqlite3_bind_int64(_insert, 2, id * 7919 % 1_000_003));
            Check(raw.sqlite3_bind_text(_insert, 3, _c));
            Check(raw.sqlite3_bind_text(_insert, 4, _pad));
            Step(_insert);
        }

        Step(_commit);
    }

    /// <summary>The highest id that is committed; 0: none is.</summary>
    internal long Last()
    {
        _ = raw.sqlite3_step(_last);
        var last = raw.sqlite3_column_int64(_last, 0);
        _ = raw.sqlite3_reset(_last);
        return last;
    }

    /// <summary>Waits until the last row is there.</summary>
    internal async Task Reached(long last, TimeSpan max)
    {
        for (var clock = Stopwatch.StartNew(); Last() < last;)
        {
            if (clock.Elapsed > max)
            {
                throw new InvalidOperationException($"the sink has {Last():#,0} of {last:#,0} rows after {max}");
            }

            await Task.Delay(2);
        }
    }

    /// <summary>Two figures tell tables apart: the number of rows, and a sum over all values.</summary>
    internal string Summary()
    {
        var statement = Prepare(
            "SELECT count(*) || ' ' || total(id) || ' ' || total(k) || ' ' || total(length(c) + c) || ' ' || min(pad) FROM sb");
        _ = raw.sqlite3_step(statement);
        var text = raw.sqlite3_column_text(statement, 0).utf8_to_string();
        statement.Dispose();
        return text;
    }

    public void Dispose()
    {
        foreach (var statement in (sqlite3_stmt[])[_begin, _insert, _commit, _last])
        {
            statement.Dispose();
        }

        _handle.Dispose();
    }

    private static sqlite3 Open(string file, int more)
    {
        var code = raw.sqlite3_open_v2(file, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | more, null);
        return code == raw.SQLITE_OK ? handle : throw new InvalidOperationException($"{file}: SQLite {code}");
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var statement));
        return statement;
    }

    private void Run(string sql)
    {
        using var statement = Prepare(sql);
        Step(statement);
    }

    private void Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        _ = raw.sqlite3_reset(statement);
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            Check(code);
        }
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite {code}: {raw.sqlite3_errmsg(_handle).utf8_to_string()}");
        }
    }

    private static string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(i => (char)('0' + i * 7 % 10)));
}
