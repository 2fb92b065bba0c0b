using SQLitePCL;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>A prepared statement. Parameters count from 1, columns from 0; text is UTF-8 bytes, whatever they hold.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    /// <summary>Good until <see cref="Dispose"/>: nobody else has the handle.</summary>
    private readonly nint _raw = handle.DangerousGetHandle();

    internal void Bind(int at, long value) => Check(Native.BindInt64(_raw, at, value));

    internal void Bind(int at, double value) => Check(Native.BindFloat64(_raw, at, value));

    internal void Bind(int at, string? value)
    {
        if (value is null)
        {
            BindNull(at);
        }
        else
        {
            BindUtf8(at, Encoding.UTF8.GetBytes(value));
        }
    }

    internal void BindNull(int at) => Check(Native.BindNull(_raw, at));

    internal void BindUtf8(int at, ReadOnlySpan<byte> text) =>
        Check(Native.BindText(_raw, at, in Native.First(text), text.Length, Native.Transient));

    internal void BindBlob(int at, ReadOnlySpan<byte> bytes) =>
        Check(Native.BindBlob(_raw, at, in Native.First(bytes), bytes.Length, Native.Transient));

    /// <summary>Goes to the next row; false at the end.</summary>
    internal bool Step()
    {
        var code = Native.Step(_raw);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw database.Failure(code),
        };
    }

    /// <summary>Runs it to its end, and makes it ready for the next run; parameters stay.</summary>
    internal void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs as <see cref="Run"/> does; false: somebody else has a lock. A caller that tries often pays for no exception.</summary>
    internal bool TryRun()
    {
        var code = Native.Step(_raw);
        Reset();
        return code switch
        {
            raw.SQLITE_DONE => true,
            _ when (code & 0xFF) == raw.SQLITE_BUSY => false,
            _ => throw database.Failure(code),
        };
    }

    /// <summary>An error of the run before is not told again.</summary>
    internal void Reset() => _ = Native.Reset(_raw);

    internal int Type(int column) => Native.ColumnType(_raw, column);

    internal bool IsNull(int column) => Type(column) == raw.SQLITE_NULL;

    internal long Int64(int column) => Native.ColumnInt64(_raw, column);

    internal double Float64(int column) => Native.ColumnFloat64(_raw, column);

    /// <summary>
    /// The bytes of a text or a blob. Their count is asked for first: that makes UTF-8 of a text that the file holds in UTF-16. Then they
    /// are read as a blob: as text they would end at the first NUL.
    /// </summary>
    internal ReadOnlySpan<byte> Bytes(int column)
    {
        _ = Native.ColumnBytes(_raw, column);
        var first = Native.ColumnBlob(_raw, column);
        return Native.Span(first, Native.ColumnBytes(_raw, column));
    }

    internal string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    internal string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public void Dispose() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw database.Failure(code);
        }
    }
}
