using Holdfast.Platform.State.Archive;
using Microsoft.Data.Sqlite;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>All of a SQLite file, read and written in one transaction.</summary>
internal static class SqliteArchive
{
    internal static void ReadAll(string path, Action<ArchivedDocument> each, CancellationToken cancel)
    {
        using var session = SqliteSession.Open(path, SqliteOpenMode.ReadOnly);
        session.Execute("BEGIN");
        foreach (var (name, schema) in Collections(session))
        {
            using var rows = session.Read($"SELECT id, version, doc FROM \"{name}\" ORDER BY id");
            while (rows.Read())
            {
                cancel.ThrowIfCancellationRequested();
                each(new ArchivedDocument(name, schema, rows.GetString(0), rows.GetInt64(1), Encoding.UTF8.GetBytes(rows.GetString(2))));
            }
        }

        session.Execute("COMMIT");
    }

    internal static IReadOnlyDictionary<string, int> Schemas(string path)
    {
        using var session = SqliteSession.Open(path, SqliteOpenMode.ReadOnly);
        return Collections(session).ToDictionary(c => c.Name, c => c.Schema, StringComparer.Ordinal);
    }

    internal static void WriteAll(string path, IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel)
    {
        using var session = SqliteSession.Open(path, SqliteOpenMode.ReadWrite);
        session.Run("BEGIN IMMEDIATE");
        foreach (var (name, _) in Collections(session))
        {
            if (!replace && session.Scalar($"SELECT 1 FROM \"{name}\" LIMIT 1") is not null)
            {
                throw ArchiveFaults.NotEmpty(path);
            }

            session.Run($"DROP TABLE \"{name}\"");
        }

        session.Run("DELETE FROM holdfast_collections");
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            cancel.ThrowIfCancellationRequested();
            if (made.Add(document.Collection))
            {
                session.Run(SqliteTable.CreateFor(document.Collection));
                session.Execute("INSERT INTO holdfast_collections (name, schema_version) VALUES (@0, @1)",
                    document.Collection, (long)document.Schema);
            }

            session.Execute($"INSERT INTO \"{document.Collection}\" (id, version, doc) VALUES (@0, @1, @2)",
                document.Id, document.Version, Encoding.UTF8.GetString(document.Json));
        }

        session.Run("COMMIT"); // Without it, closing undoes all.
    }

    private static List<(string Name, int Schema)> Collections(SqliteSession session)
    {
        var collections = new List<(string, int)>();
        using var rows = session.Read("SELECT name, schema_version FROM holdfast_collections ORDER BY name");
        while (rows.Read())
        {
            collections.Add((rows.GetString(0), (int)rows.GetInt64(1)));
        }

        return collections;
    }
}
