using System.Security.Cryptography;

namespace Holdfast.Stores.Postgres;

/// <summary>A collection as a table: its statements, its indexes, and which fields may be asked for.</summary>
internal sealed class PostgresTable
{
    /// <summary>
    /// Texts are indexed and ordered by so many characters: an entry of an index has less than 2,700 bytes. What is compared
    /// is the whole text.
    /// </summary>
    internal const int KeyMax = 128;

    private readonly IReadOnlyDictionary<string, FieldKind> _kinds;

    private PostgresTable(string schema, string collection, int version, IReadOnlyList<IReadOnlyList<string>> indexes,
        IReadOnlyDictionary<string, FieldKind> kinds, Func<int, Func<byte[], byte[]>?> upgradeFrom)
    {
        _kinds = kinds;
        if (kinds.Keys.FirstOrDefault(field => !field.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) is { } odd)
        {
            throw new ArgumentException(
                $"{collection}: '{odd}' cannot be indexed; a field's name has letters, digits and _", nameof(indexes));
        }

        Collection = collection;
        SchemaVersion = version;
        UpgradeFrom = upgradeFrom;
        Name = $"\"{schema}\".\"{collection}\"";
        Ledger = $"\"{schema}\".\"holdfast_writes\"";
        Indexes = indexes.Select(fields => string.Join(", ", fields.Select(f => $"({Key(f)}) NULLS FIRST")) + ", id")
            .Distinct(StringComparer.Ordinal).ToDictionary(
                columns => IndexName(collection, columns),
                columns => $"CREATE INDEX \"{IndexName(collection, columns)}\" ON {Name} ({columns})",
                StringComparer.Ordinal);
    }

    internal string Collection { get; }

    internal int SchemaVersion { get; }

    internal Func<int, Func<byte[], byte[]>?> UpgradeFrom { get; }

    /// <summary>The name with its schema, quoted.</summary>
    internal string Name { get; }

    private string Ledger { get; }

    /// <summary>Statements that create the indexes, by name; equal names are equal indexes.</summary>
    internal IReadOnlyDictionary<string, string> Indexes { get; }

    internal string Create => CreateFor(Name);

    /// <param name="name">With its schema, quoted.</param>
    internal static string CreateFor(string name) => $"""
        CREATE TABLE IF NOT EXISTS {name} (
            id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, doc jsonb NOT NULL)
        WITH (autovacuum_vacuum_scale_factor = 0.05)
        """;

    internal string Find => field ??= $"SELECT id, version, doc FROM {Name} WHERE id = $1";

    internal string Insert => field ??=
        Noted($"INSERT INTO {Name} (id, version, doc) VALUES ($2, $4, $3) ON CONFLICT (id) DO NOTHING");

    internal string Replace => field ??=
        Noted($"UPDATE {Name} SET doc = $3, version = version + 1 WHERE id = $2 AND version = $4");

    internal string Delete => field ??= Noted($"DELETE FROM {Name} WHERE id = $2 AND version = $3");

    /// <summary>Ids in order, so that two bulks do not wait for each other.</summary>
    internal string Upsert => field ??= Noted($"""
        INSERT INTO {Name} AS t (id, version, doc)
        SELECT u.id, 1, u.doc FROM unnest($2::text[], $3::jsonb[]) AS u (id, doc) ORDER BY u.id COLLATE "C"
        ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, version = t.version + 1
        """);

    internal static PostgresTable Of<T>(Collection<T> collection, string schema) where T : class => new(
        schema, collection.Name, collection.SchemaVersion, collection.Indexes, collection.Kinds, collection.UpgradeFrom);

    /// <summary>
    /// The write, and with it a line in the ledger that tells its id ($1) and how many rows it changed: both are committed,
    /// or neither. Who does not hear how it ended asks the ledger.
    /// </summary>
    internal string Noted(string write) => $"""
        WITH done AS ({write} RETURNING 1), noted AS (
            INSERT INTO {Ledger} (id, rows) SELECT $1, count(*) FROM done HAVING count(*) > 0)
        SELECT count(*) FROM done
        """;

    internal FieldKind Kind(string field) => _kinds.TryGetValue(field, out var kind) ? kind : throw new InvalidOperationException(
        $"Collection {Collection} has no index with the field '{field}'; declare one to ask for it.");

    /// <summary>
    /// Expression of a field that is indexed and ordered by, written as in the indexes; null unless the value is of the field's kind.
    /// </summary>
    internal string Key(string field) => Kind(field) switch
    {
        FieldKind.Text => $"(left(doc->>'{field}', {KeyMax}) COLLATE \"C\")",
        FieldKind.Number => $"(CASE WHEN jsonb_typeof(doc->'{field}') = 'number' THEN (doc->'{field}')::numeric END)",
        FieldKind.Boolean => $"(CASE WHEN jsonb_typeof(doc->'{field}') = 'boolean' THEN (doc->'{field}')::boolean END)",
    };

    private static string IndexName(string collection, string columns)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(collection + ":" + columns)))[..12];
        return $"{(collection.Length > 45 ? collection[..45] : collection)}:{hash}";
    }
}
