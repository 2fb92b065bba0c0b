using System.Runtime.InteropServices;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>
/// The calls that are made for each value of each row. They leave out the wrappers that check a handle each time, which were a quarter of
/// the cost of reading and writing a row. The short ones, which only read, leave out the collector's transition too.
/// </summary>
internal static partial class Native
{
    private const string Library = "e_sqlite3";

    /// <summary>SQLite copies the bytes.</summary>
    internal const nint Transient = -1;

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    internal static partial int ColumnType(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    internal static partial long ColumnInt64(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
    internal static partial double ColumnFloat64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    internal static partial int ColumnBytes(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    internal static partial nint ColumnBlob(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    internal static partial int BindInt64(nint statement, int at, long value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    internal static partial int BindFloat64(nint statement, int at, double value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    internal static partial int BindNull(nint statement, int at);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    internal static partial int BindText(nint statement, int at, ref readonly byte text, int length, nint destroys);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    internal static partial int BindBlob(nint statement, int at, ref readonly byte bytes, int length, nint destroys);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    internal static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    internal static partial int Reset(nint statement);

    /// <summary>The first byte, or one to point at where there is none: SQLite takes no pointer for NULL.</summary>
    internal static ref readonly byte First(ReadOnlySpan<byte> bytes) =>
        ref bytes.IsEmpty ? ref MemoryMarshal.GetReference("\0"u8) : ref MemoryMarshal.GetReference(bytes);

    /// <summary>Bytes that SQLite holds.</summary>
    internal static unsafe ReadOnlySpan<byte> Span(nint first, int length) => new((void*)first, length);
}
