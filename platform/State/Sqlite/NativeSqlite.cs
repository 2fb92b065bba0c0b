using System.Runtime.InteropServices;
using SQLitePCL;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>SQLite's own library, set up for how it is used here.</summary>
internal static partial class NativeSqlite
{
    private const int HasMovedOperation = 20; // SQLITE_FCNTL_HAS_MOVED
    private const int ConfigMultithread = 2; // SQLITE_CONFIG_MULTITHREAD
    private const int ConfigMemoryStatus = 9; // SQLITE_CONFIG_MEMSTATUS
    private static readonly Lazy<bool> Ready = new(Prepare);
    private static readonly Lazy<bool> Trigrams = new(TryTrigrams);

    /// <summary>Makes the library ready for use; the first call does the work.</summary>
    internal static void EnsureLoaded() => _ = Ready.Value;

    /// <summary>Tells whether it can keep an index of texts: FTS5 with trigrams (3.34), which a build may leave out.</summary>
    internal static bool HasTrigrams => Trigrams.Value;

    /// <summary>
    /// True when the path does not lead to the open file any more: it was deleted, moved or replaced.
    /// </summary>
    internal static bool HasMoved(sqlite3 database) =>
        FileControl(database.DangerousGetHandle(), IntPtr.Zero, HasMovedOperation, out var moved) == raw.SQLITE_OK
        && moved != 0;

    private static bool Prepare()
    {
        Batteries_V2.Init();
        // Each connection is used by one thread at a time, and nobody asks how much memory there is: no locks for either.
        // Refused, as it is once the library is in use, it only costs time.
        _ = raw.sqlite3_config(ConfigMultithread);
        _ = raw.sqlite3_config(ConfigMemoryStatus, 0);
        return true;
    }

    private static bool TryTrigrams()
    {
        using var memory = SqliteSession.Open(":memory:", Microsoft.Data.Sqlite.SqliteOpenMode.Memory);
        try
        {
            memory.Run("CREATE VIRTUAL TABLE tried USING fts5(said, tokenize='trigram')");
            return true;
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            return false;
        }
    }

    /// <summary>The provider has no call for it.</summary>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    private static partial int FileControl(IntPtr database, IntPtr schema, int operation, out int answer);
}
