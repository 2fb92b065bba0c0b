using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>The system's SQLite library, under the name that the managed provider asks for.</summary>
internal static class NativeSqlite
{
    private const int HasMovedOperation = 20; // SQLITE_FCNTL_HAS_MOVED
    private const int ConfigMultithread = 2; // SQLITE_CONFIG_MULTITHREAD
    private const int ConfigMemoryStatus = 9; // SQLITE_CONFIG_MEMSTATUS
    private static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3.dll", "e_sqlite3"];
    private static readonly Lazy<FileControl> Control = new(Load);
    private static readonly Lazy<bool> Trigrams = new(TryTrigrams);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int FileControl(IntPtr database, IntPtr schema, int operation, out int answer);

    /// <summary>Makes the library ready for use; the first call does the work.</summary>
    internal static void EnsureLoaded() => _ = Control.Value;

    /// <summary>Whether it can keep an index of texts: FTS5 with trigrams (3.34), which a build may leave out.</summary>
    internal static bool HasTrigrams => Trigrams.Value;

    /// <summary>
    /// True when the path does not lead to the open file any more: it was deleted, moved or replaced.
    /// </summary>
    internal static bool HasMoved(sqlite3 database) =>
        Control.Value(database.DangerousGetHandle(), IntPtr.Zero, HasMovedOperation, out var moved) == raw.SQLITE_OK
        && moved != 0;

    private static FileControl Load()
    {
        var library = FindLibrary();
        NativeLibrary.SetDllImportResolver(
            typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" ? library : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        // Each connection is used by one thread at a time, and nobody asks how much memory there is: no locks for either.
        // Refused, as it is once the library is in use, it only costs time.
        _ = raw.sqlite3_config(ConfigMultithread);
        _ = raw.sqlite3_config(ConfigMemoryStatus, 0);
        var control = NativeLibrary.GetExport(library, "sqlite3_file_control");
        return Marshal.GetDelegateForFunctionPointer<FileControl>(control);
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

    private static IntPtr FindLibrary()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out var library))
            {
                return library;
            }
        }

        throw new DllNotFoundException(
            $"SQLite is not installed: none of {string.Join(", ", Names)} was found. "
            + "On Debian: apt-get install libsqlite3-0.");
    }
}
