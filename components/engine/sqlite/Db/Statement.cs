using System.Text;
using SQLitePCL;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>A prepared statement. Parameters count from 1, columns from 0; text is UTF-8 bytes, whatever they hold.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    internal void Bind(int at, long value) => Check(raw.sqlite3_bind_int64(handle, at, value));

    internal void Bind(int at, double value) => Check(raw.sqlite3_bind_double(handle, at, value));

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

    internal void BindNull(int at) => Check(raw.sqlite3_bind_null(handle, at));

    internal void BindUtf8(int at, ReadOnlySpan<byte> text) => Check(raw.sqlite3_bind_text(handle, at, text));

    internal void BindBlob(int at, ReadOnlySpan<byte> bytes) => Check(raw.sqlite3_bind_blob(handle, at, bytes));

    /// <summary>Goes to the next row; false at the end.</summary>
    internal bool Step()
    {
        var code = raw.sqlite3_step(handle);
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

    /// <summary>As <see cref="Run"/>; false: somebody else has a lock. Who tries often pays for no exception.</summary>
    internal bool TryRun()
    {
        var code = raw.sqlite3_step(handle);
        Reset();
        return code switch
        {
            raw.SQLITE_DONE => true,
            _ when (code & 0xFF) == raw.SQLITE_BUSY => false,
            _ => throw database.Failure(code),
        };
    }

    /// <summary>An error of the run before is not told again.</summary>
    internal void Reset() => _ = raw.sqlite3_reset(handle);

    internal int Type(int column) => raw.sqlite3_column_type(handle, column);

    internal bool IsNull(int column) => Type(column) == raw.SQLITE_NULL;

    internal long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    internal double Float64(int column) => raw.sqlite3_column_double(handle, column);

    /// <summary>
    /// The bytes of a text or a blob. To ask for their number first makes UTF-8 of a text that the file holds in UTF-16; the bytes
    /// themselves are asked for as a blob, because as text they end at the first NUL.
    /// </summary>
    internal ReadOnlySpan<byte> Bytes(int column)
    {
        _ = raw.sqlite3_column_bytes(handle, column);
        return raw.sqlite3_column_blob(handle, column);
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
