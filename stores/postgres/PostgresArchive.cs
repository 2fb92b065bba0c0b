using System.Data;
using Holdfast.Platform.State.Archive;

namespace Holdfast.Stores.Postgres;

/// <summary>All of a schema, read and written in one transaction.</summary>
internal static class PostgresArchive
{
    private const int AtOnce = 1000;
    private const int LooksMax = 10;

    internal static void ReadAll(NpgsqlConnection connection, string schema, Action<ArchivedDocument> each, CancellationToken cancel)
    {
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        foreach (var (name, version) in Collections(connection, transaction, schema))
        {
            var all = $"SELECT id, version, doc FROM \"{schema}\".\"{name}\" ORDER BY id";
            using var command = new NpgsqlCommand(all, connection, transaction)
            {
                CommandTimeout = 0,
            };
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                cancel.ThrowIfCancellationRequested();
                each(new ArchivedDocument(
                    name, version, rows.GetString(0), rows.GetInt64(1), StoredJson.Give(rows.GetFieldValue<byte[]>(2))));
            }
        }

        transaction.Commit();
    }

    internal static IReadOnlyDictionary<string, int> Schemas(NpgsqlConnection connection, string schema)
    {
        using var transaction = connection.BeginTransaction();
        return Collections(connection, transaction, schema).ToDictionary(c => c.Name, c => c.Version, StringComparer.Ordinal);
    }

    internal static void WriteAll(NpgsqlConnection connection, string schema, string shown,
        IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel)
    {
        RefuseUsed(connection, schema, shown);
        using var transaction = connection.BeginTransaction();
        PostgresSchema.Lock(connection, transaction, schema);
        foreach (var (name, _) in Collections(connection, transaction, schema))
        {
            using var any = new NpgsqlCommand($"SELECT 1 FROM \"{schema}\".\"{name}\" LIMIT 1", connection, transaction);
            if (!replace && any.ExecuteScalar() is not null)
            {
                throw ArchiveFaults.NotEmpty(shown);
            }

            Run(connection, transaction, $"DROP TABLE \"{schema}\".\"{name}\"");
        }

        Run(connection, transaction, $"DELETE FROM \"{schema}\".holdfast_collections WHERE name <> ''");
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in documents.GroupAdjacent(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var (name, version) = (some[0].Collection, some[0].Schema);
            if (made.Add(name))
            {
                Run(connection, transaction, PostgresTable.CreateFor($"\"{schema}\".\"{name}\""));
                PostgresSchema.StoreVersion(connection, transaction, schema, name, version);
            }

            var write = new PostgresStatement(
                $"INSERT INTO \"{schema}\".\"{name}\" (id, version, doc) SELECT * FROM unnest($1::text[], $2::bigint[], $3::jsonb[])",
                [
                    (some.Select(d => d.Id).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
                    (some.Select(d => d.Version).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint),
                    (some.Select(d => StoredJson.Keep(d.Json)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb),
                ]);
            using var command = write.On(connection, transaction);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Runs of one collection, each of at most so many.</summary>
    private static IEnumerable<List<ArchivedDocument>> GroupAdjacent(this IEnumerable<ArchivedDocument> documents, int max)
    {
        var some = new List<ArchivedDocument>();
        foreach (var document in documents)
        {
            if (some.Count == max || some.Count > 0 && some[0].Collection != document.Collection)
            {
                yield return some;
                some = [];
            }

            some.Add(document);
        }

        if (some.Count > 0)
        {
            yield return some;
        }
    }

    /// <summary>
    /// Refuses a schema that is in use, before the transaction, in which nobody else would be seen to go. One that starts now waits for the
    /// lock.
    /// </summary>
    private static void RefuseUsed(NpgsqlConnection connection, string schema, string shown)
    {
        var asked = new PostgresStatement(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 "
            + "AND pid <> pg_backend_pid()", [("holdfast " + schema, NpgsqlDbType.Text)]);
        for (var look = 1; ; look++)
        {
            using var command = asked.On(connection);
            if (command.ExecuteScalar() is not (long and > 0 and var others))
            {
                return;
            }

            if (look == LooksMax)
            {
                throw ArchiveFaults.InUse(shown, others);
            }

            // A process that has just ended is there for a moment.
            using var pause = new NpgsqlCommand("SELECT pg_sleep(0.3)", connection);
            pause.ExecuteNonQuery();
        }
    }

    private static List<(string Name, int Version)> Collections(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string schema)
    {
        using var command = new NpgsqlCommand(
            $"SELECT name, schema_version FROM \"{schema}\".holdfast_collections WHERE name <> '' ORDER BY name", connection, transaction);
        using var rows = command.ExecuteReader();
        var collections = new List<(string, int)>();
        while (rows.Read())
        {
            collections.Add((rows.GetString(0), rows.GetInt32(1)));
        }

        return collections;
    }

    private static void Run(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }
}
