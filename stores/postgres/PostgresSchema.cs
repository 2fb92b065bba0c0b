namespace Holdfast.Stores.Postgres;

/// <summary>Makes the schema what the code declares, in one transaction each and under one lock for all processes.</summary>
internal static class PostgresSchema
{
    /// <summary>Version of what every database has beside its collections.</summary>
    private const int DatabaseSchema = 1;

    private const int UpgradedAtOnce = 1000;

    /// <summary>The tables beside the collections. Refuses a database that is not UTF8, or newer than this program.</summary>
    internal static async Task PrepareAll(NpgsqlConnection connection, string schema, string shown, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        Lock(connection, transaction, schema);
        if (Scalar(connection, transaction, "SHOW server_encoding") is not "UTF8")
        {
            throw PostgresFaults.Unusable(shown, "the database's encoding is not UTF8");
        }

        // Not IF NOT EXISTS: that needs the right to create a schema even when there is one.
        if (Scalar(connection, transaction, "SELECT 1 FROM pg_namespace WHERE nspname = $1", schema) is null)
        {
            Run(connection, transaction, $"CREATE SCHEMA \"{schema}\"");
        }

        Run(connection, transaction, $"""
            CREATE TABLE IF NOT EXISTS "{schema}".holdfast_collections (
                name text COLLATE "C" PRIMARY KEY, schema_version int NOT NULL);
            CREATE TABLE IF NOT EXISTS "{schema}".holdfast_health (id int PRIMARY KEY, asked_at timestamptz NOT NULL);
            ALTER TABLE "{schema}".holdfast_health ADD COLUMN IF NOT EXISTS room bytea;
            CREATE TABLE IF NOT EXISTS "{schema}".holdfast_writes (id uuid PRIMARY KEY, rows bigint NOT NULL)
                WITH (autovacuum_vacuum_scale_factor = 0.05);
            -- By the server's clock: those of its clients differ, and who is behind would have its lines pruned by the others.
            ALTER TABLE "{schema}".holdfast_writes ADD COLUMN IF NOT EXISTS at timestamptz NOT NULL DEFAULT now();
            CREATE INDEX IF NOT EXISTS holdfast_writes_at ON "{schema}".holdfast_writes USING brin (at);
            """);
        var stored = Scalar(connection, transaction,
            $"SELECT schema_version FROM \"{schema}\".holdfast_collections WHERE name = ''") as int?;
        if (stored > DatabaseSchema)
        {
            throw PostgresFaults.Newer(shown, "the database", stored.Value, DatabaseSchema);
        }

        StoreVersion(connection, transaction, schema, "", DatabaseSchema);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
    }

    internal static void Prepare(NpgsqlConnection connection, string schema, string shown, PostgresTable table)
    {
        using var transaction = connection.BeginTransaction();
        Lock(connection, transaction, schema);
        var stored = Scalar(connection, transaction,
            $"SELECT schema_version FROM \"{schema}\".holdfast_collections WHERE name = $1", table.Collection) as int?;
        if (stored > table.SchemaVersion)
        {
            throw PostgresFaults.Newer(shown, $"collection {table.Collection}", stored.Value, table.SchemaVersion);
        }

        Run(connection, transaction, table.Create);
        if (stored is { } from && from < table.SchemaVersion && table.UpgradeFrom(from) is { } upgrade)
        {
            Upgrade(connection, transaction, table, upgrade);
        }

        PrepareIndexes(connection, transaction, schema, table);
        if (stored != table.SchemaVersion)
        {
            StoreVersion(connection, transaction, schema, table.Collection, table.SchemaVersion);
        }

        transaction.Commit();
    }

    /// <summary>Takes a lock until the end of the transaction: of several processes that start at once one goes first.</summary>
    internal static void Lock(NpgsqlConnection connection, NpgsqlTransaction transaction, string schema)
    {
        Run(connection, transaction, "SET LOCAL lock_timeout = '60s'; SET LOCAL client_min_messages = warning");
        Scalar(connection, transaction, "SELECT pg_advisory_xact_lock(hashtextextended('holdfast ' || $1, 0))", schema);
    }

    /// <summary>Versions of documents grow, so that who read one before loses its compare-and-set.</summary>
    private static void Upgrade(
        NpgsqlConnection connection, NpgsqlTransaction transaction, PostgresTable table, Func<byte[], byte[]> upgrade)
    {
        Run(connection, transaction, $"LOCK TABLE {table.Name} IN SHARE ROW EXCLUSIVE MODE");
        var last = "";
        var read = -1;
        while (read is -1 or UpgradedAtOnce)
        {
            var ids = new List<string>();
            var documents = new List<byte[]>();
            var some = new PostgresStatement(
                $"SELECT id, doc FROM {table.Name} WHERE id > $1 ORDER BY id LIMIT {UpgradedAtOnce}", [(last, NpgsqlDbType.Text)]);
            using (var command = some.On(connection, transaction))
            using (var rows = command.ExecuteReader())
            {
                while (rows.Read())
                {
                    ids.Add(last = rows.GetString(0));
                    documents.Add(StoredJson.Keep(upgrade(StoredJson.Give(rows.GetFieldValue<byte[]>(1)))));
                }
            }

            var write = new PostgresStatement(
                $"UPDATE {table.Name} AS t SET doc = u.doc, version = t.version + 1 "
                + "FROM unnest($1::text[], $2::jsonb[]) AS u (id, doc) WHERE t.id = u.id",
                [(ids.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text), (documents.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb)]);
            using var updating = write.On(connection, transaction);
            updating.CommandTimeout = 0;
            updating.ExecuteNonQuery();
            read = ids.Count;
        }
    }

    private static void PrepareIndexes(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string schema, PostgresTable table)
    {
        var stored = new HashSet<string>(StringComparer.Ordinal);
        var asked = new PostgresStatement(
            "SELECT indexname FROM pg_indexes WHERE schemaname = $1 AND tablename = $2 AND indexname LIKE '%:%'",
            [(schema, NpgsqlDbType.Text), (table.Collection, NpgsqlDbType.Text)]);
        using (var command = asked.On(connection, transaction))
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                stored.Add(rows.GetString(0));
            }
        }

        foreach (var stale in stored.Where(name => !table.Indexes.ContainsKey(name)))
        {
            Run(connection, transaction, $"DROP INDEX \"{schema}\".\"{stale}\"");
        }

        foreach (var missing in table.Indexes.Where(index => !stored.Contains(index.Key)))
        {
            Run(connection, transaction, missing.Value);
        }
    }

    internal static void StoreVersion(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string schema, string name, int version)
    {
        var statement = new PostgresStatement(
            $"INSERT INTO \"{schema}\".holdfast_collections (name, schema_version) VALUES ($1, $2) "
            + "ON CONFLICT (name) DO UPDATE SET schema_version = excluded.schema_version",
            [(name, NpgsqlDbType.Text), (version, NpgsqlDbType.Integer)]);
        using var command = statement.On(connection, transaction);
        command.ExecuteNonQuery();
    }

    /// <summary>Definitions; a new index may take as long as it takes.</summary>
    private static void Run(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }

    private static object? Scalar(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, params IEnumerable<string> values)
    {
        var statement = new PostgresStatement(sql, [.. values.Select(v => ((object)v, NpgsqlDbType.Text))]);
        using var command = statement.On(connection, transaction);
        return command.ExecuteScalar();
    }
}
