using SQLitePCL;

namespace Holdfast.Engine.Sqlite.Db;

/// <summary>An error that SQLite answered with.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"{message} (SQLite {code})")
{
    /// <summary>The extended result code.</summary>
    internal int Code { get; } = code;

    /// <summary>Another connection holds a lock, or a snapshot has grown old: the same again may succeed.</summary>
    internal bool IsBusy => Primary is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>A rule of the table refuses the row: a unique index, NOT NULL, CHECK, a type, a foreign key.</summary>
    internal bool IsConstraint => Primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH;

    /// <summary>The row is larger than SQLite takes.</summary>
    internal bool IsTooBig => Primary == raw.SQLITE_TOOBIG;

    /// <summary>The file is no database, or damaged.</summary>
    internal bool IsDamage => Primary is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    private int Primary => Code & 0xFF;
}
