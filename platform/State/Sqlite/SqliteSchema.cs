namespace Holdfast.Platform.State.Sqlite;

/// <summary>Makes a collection's table and indexes what the code declares, in one transaction.</summary>
internal static class SqliteSchema
{
    private const int UpgradedAtOnce = 1000;

    private const string StoredVersion = "SELECT schema_version FROM holdfast_collections WHERE name = @0";

    private const string StoreVersion = """
        INSERT INTO holdfast_collections (name, schema_version) VALUES (@0, @1)
        ON CONFLICT (name) DO UPDATE SET schema_version = excluded.schema_version
        """;

    internal static void Prepare(SqliteSession session, string path, SqliteTable table)
    {
        session.Run("BEGIN IMMEDIATE");
        var stored = session.Scalar(StoredVersion, table.Name) as long?;
        if (stored > table.SchemaVersion)
        {
            throw SqliteFaults.Newer(path, $"collection {table.Name}", stored.Value, table.SchemaVersion);
        }

        session.Run(table.Create);
        if (stored is { } from && from < table.SchemaVersion && table.UpgradeFrom((int)from) is { } upgrade)
        {
            Upgrade(session, table, upgrade);
        }

        PrepareIndexes(session, table);
        PrepareText(session, table);
        if (stored != table.SchemaVersion)
        {
            session.Execute(StoreVersion, table.Name, (long)table.SchemaVersion);
        }

        session.Run("COMMIT");
    }

    /// <summary>
    /// It is sound as long as its triggers have been there all the time; they go with the table, and with nothing else.
    /// </summary>
    private static void PrepareText(SqliteSession session, SqliteTable table)
    {
        var wanted = table.Text?.Triggers ?? [];
        var stored = (long)session.Scalar(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = @0 AND instr(name, @1) = 1",
            table.Name, $"{table.Name}~")!;
        var sound = stored == wanted.Count && wanted.All(name =>
            session.Scalar("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = @0", name) is not null);
        if (!sound && table.Text is { } text)
        {
            text.Create(session);
        }
        else if (!sound && NativeSqlite.HasTrigrams)
        {
            SqliteText.Drop(session, table.Name);
        }

        table.Text?.Configure(session);
    }

    /// <summary>
    /// In the transaction that stores the version: all of it or nothing. Versions of documents grow, so that who read one
    /// before loses its compare-and-set.
    /// </summary>
    private static void Upgrade(SqliteSession session, SqliteTable table, Func<byte[], byte[]> upgrade)
    {
        var last = "";
        while (true)
        {
            var documents = new List<(string Id, string Json)>();
            using (var rows = session.Read(
                $"SELECT id, doc FROM \"{table.Name}\" WHERE id > @0 ORDER BY id LIMIT {UpgradedAtOnce}", last))
            {
                while (rows.Read())
                {
                    documents.Add((rows.GetString(0), rows.GetString(1)));
                }
            }

            foreach (var (id, json) in documents)
            {
                var upgraded = Encoding.UTF8.GetString(upgrade(Encoding.UTF8.GetBytes(json)));
                session.Execute($"UPDATE \"{table.Name}\" SET doc = @1, version = version + 1 WHERE id = @0", id, upgraded);
                last = id;
            }

            if (documents.Count < UpgradedAtOnce)
            {
                return;
            }
        }
    }

    private static void PrepareIndexes(SqliteSession session, SqliteTable table)
    {
        var stored = StoredIndexes(session, table);
        foreach (var stale in stored.Where(name => !table.Indexes.ContainsKey(name)))
        {
            session.Run($"DROP INDEX \"{stale}\"");
        }

        foreach (var missing in table.Indexes.Where(index => !stored.Contains(index.Key)))
        {
            session.Run(missing.Value);
        }
    }

    private static HashSet<string> StoredIndexes(SqliteSession session, SqliteTable table)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var rows = session.Read(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = @0 AND sql IS NOT NULL", table.Name);
        while (rows.Read())
        {
            names.Add(rows.GetString(0));
        }

        return names;
    }
}
