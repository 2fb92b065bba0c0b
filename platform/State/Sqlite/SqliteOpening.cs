using Microsoft.Data.Sqlite;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// Opens the file for writing, or says why it must not be used. A file that is refused is left as it is.
/// </summary>
internal static class SqliteOpening
{
    /// <summary>Version of what every file has beside its collections.</summary>
    private const int FileSchema = 1;

    /// <summary>
    /// Files up to here are checked at each start (well under a second); larger ones only after a crash.
    /// </summary>
    private const long CheckedBytesMax = 64 << 20;

    internal static SqliteSession Open(string path)
    {
        CreateDirectory(path);
        SqliteSession? session = null;
        try
        {
            var checks = NeedsCheck(path);
            Close(path);
            session = SqliteSession.Open(path, SqliteOpenMode.ReadWriteCreate);
            session.TidiesOnClose = false;
            RefuseUnsound(session, path, checks);
            Prepare(session, path);
            session.TidiesOnClose = true;
            return session;
        }
        catch (Exception e)
        {
            session?.Dispose();
            if (e is SqliteException sqlite)
            {
                throw SqliteFaults.AtOpen(path, sqlite);
            }

            throw;
        }
    }

    private static void CreateDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SqliteFaults.NotWritable(path, e.Message);
        }
    }

    /// <summary>SQLite gives the files beside it the mode of the database.</summary>
    private static void Close(string path)
    {
        try
        {
            PrivateFiles.File(path);
            PrivateFiles.Close(path + "-wal");
            PrivateFiles.Close(path + "-shm");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SqliteFaults.NotWritable(path, e.Message);
        }
    }

    /// <summary>
    /// A log that is left beside the file tells of a crash, or of another process that is still at work.
    /// </summary>
    private static bool NeedsCheck(string path) =>
        new FileInfo(path) is { Exists: true } file
        && (file.Length <= CheckedBytesMax || new FileInfo(path + "-wal") is { Exists: true, Length: > 0 });

    private static void RefuseUnsound(SqliteSession session, string path, bool checks)
    {
        if (session.IsReadOnly)
        {
            throw SqliteFaults.NotWritable(path, "the file opens for reading only");
        }

        var schema = (long)session.Scalar("PRAGMA user_version")!;
        if (schema > FileSchema)
        {
            throw SqliteFaults.Newer(path, "the file", schema, FileSchema);
        }

        if (checks && session.Scalar("PRAGMA quick_check(1)") as string is var found and not "ok")
        {
            throw SqliteFaults.Corrupted(path, found ?? "the check gave no answer");
        }
    }

    private static void Prepare(SqliteSession session, string path)
    {
        if (session.Scalar("PRAGMA journal_mode=WAL") as string != "wal")
        {
            throw SqliteFaults.NotWritable(path, "its file system has no shared memory, which a write-ahead log needs");
        }

        session.Run("PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; PRAGMA journal_size_limit=67108864;");
        session.Run($"PRAGMA wal_autocheckpoint={SqliteCheckpoints.PagesMax};");
        session.Run($"""
            BEGIN IMMEDIATE;
            CREATE TABLE IF NOT EXISTS holdfast_collections (
                name TEXT PRIMARY KEY NOT NULL, schema_version INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS holdfast_health (id INTEGER PRIMARY KEY, asked_at TEXT NOT NULL);
            PRAGMA user_version={FileSchema};
            COMMIT;
            """);
    }
}
