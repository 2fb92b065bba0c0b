using System.Text.Unicode;
using Holdfast.Engine.Sqlite.Db;
using SQLitePCL;

namespace Holdfast.Engine.Sqlite.Values;

/// <summary>Makes values of what SQLite holds, by the type that each value has, whatever its column says.</summary>
internal static class ValueReader
{
    /// <summary>Writes the value of one column.</summary>
    internal static void Copy(Statement from, int column, RowWriter to)
    {
        switch (from.Type(column))
        {
            case raw.SQLITE_NULL:
                to.Null();
                break;
            case raw.SQLITE_INTEGER:
                to.Int64(from.Int64(column));
                break;
            case raw.SQLITE_FLOAT:
                to.Float64(from.Float64(column));
                break;
            case raw.SQLITE_BLOB:
                to.Bytes(from.Bytes(column));
                break;
            case raw.SQLITE_TEXT:
                Text(from.Bytes(column), to);
                break;
            default:
                throw new InvalidOperationException($"SQLite has no type {from.Type(column)}");
        }
    }

    private static void Text(ReadOnlySpan<byte> text, RowWriter to)
    {
        if (Utf8.IsValid(text))
        {
            to.Utf8(text);
        }
        else
        {
            NotUtf8.Write(to, text);
        }
    }
}
