using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>Translates SQLite's errors for their readers.</summary>
internal static class SqliteFaults
{
    /// <summary>An error while the database is in use.</summary>
    internal static StateUnavailableException Unavailable(string path, SqliteException e) =>
        new($"{path}: {Sentence(e.SqliteErrorCode)} (SQLite {e.SqliteExtendedErrorCode}: {e.Message})", e);

    internal static StateUnavailableException Gone(string path) =>
        new($"{path}: the database file was deleted, moved or replaced while it is in use. Put it back or restart.");

    internal static StateUnavailableException Closed(string path) =>
        new($"{path}: the database is closed; the process is stopping.");

    internal static StateRefusedException NotWritable(string path, string why) => new(new Fault(
        "PF-302", 503, "The state directory is not writable", $"{path} cannot be written: {why}.",
        "Let the service's user write to the directory and the files in it, or name another data directory."));

    internal static StateRefusedException Corrupted(string path, string why) => new(new Fault(
        "PF-303", 503, "The state file is corrupted",
        $"{path} is not a sound SQLite database: {why}. It was left as it is.",
        "Move the file and its -wal and -shm neighbours away and restore a backup; without one, start with no file: "
        + "hosts report again by themselves. 'sqlite3 <file> .recover' may save the rest."));

    internal static StateRefusedException Newer(string path, string what, long stored, long known) => new(new Fault(
        "PF-304", 503, "The state has a newer schema",
        $"{path}: {what} has schema {stored}, this program knows up to {known}. It was left as it is.",
        "Start the newer program again, or restore the backup made before the upgrade."));

    /// <summary>
    /// An error while opening: what can be told to be wrong with the file refuses it, the rest may pass.
    /// </summary>
    internal static Exception AtOpen(string path, SqliteException e) => e.SqliteErrorCode switch
    {
        SQLITE_NOTADB or SQLITE_CORRUPT => Corrupted(path, e.Message),
        SQLITE_CANTOPEN or SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH or SQLITE_FULL => NotWritable(path, e.Message),
        _ => Unavailable(path, e),
    };

    private static string Sentence(int code) => code switch
    {
        SQLITE_BUSY or SQLITE_LOCKED => "another process has kept the database locked for too long",
        SQLITE_FULL => "the disk or the database is full",
        SQLITE_IOERR => "reading or writing the disk failed",
        SQLITE_READONLY or SQLITE_PERM => "the database cannot be written any more",
        SQLITE_CANTOPEN => "the database file cannot be opened",
        SQLITE_CORRUPT or SQLITE_NOTADB => "the database file is corrupted",
        _ => "SQLite refused",
    };
}
