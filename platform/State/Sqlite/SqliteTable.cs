namespace Holdfast.Platform.State.Sqlite;

/// <summary>A collection as a table: its statements, its indexes, and which fields may be asked for.</summary>
internal sealed class SqliteTable
{
    private readonly HashSet<string> _fields;

    private SqliteTable(string name, int schemaVersion, IReadOnlyList<IReadOnlyList<string>> indexes,
        IReadOnlyDictionary<string, string> sparseBy, string? text, Func<int, Func<byte[], byte[]>?> upgradeFrom)
    {
        Name = name;
        SchemaVersion = schemaVersion;
        UpgradeFrom = upgradeFrom;
        _fields = indexes.SelectMany(fields => fields).ToHashSet(StringComparer.Ordinal);
        if (_fields.FirstOrDefault(field => !field.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) is { } odd)
        {
            throw new ArgumentException(
                $"{name}: '{odd}' cannot be indexed; a field's name has letters, digits and _", nameof(indexes));
        }

        Indexes = indexes.Select(fields => string.Join('+', fields)).Distinct(StringComparer.Ordinal).ToDictionary(
            IndexName,
            fields => $"""CREATE INDEX "{IndexName(fields)}" ON "{name}" ({Extracts(fields.Split('+'))}, id)"""
                + (sparseBy.TryGetValue(fields, out var needed) ? $" WHERE {Extract(needed)} IS NOT NULL" : ""),
            StringComparer.Ordinal);
        string IndexName(string fields) => $"{name}:{fields}" + (sparseBy.TryGetValue(fields, out var needed) ? $"?{needed}" : "");
        Text = text is null || !NativeSqlite.HasTrigrams ? null : new SqliteText(name, text, Extract(text));
    }

    internal string Name { get; }

    internal int SchemaVersion { get; }

    /// <inheritdoc cref="Collection{T}.UpgradeFrom"/>
    internal Func<int, Func<byte[], byte[]>?> UpgradeFrom { get; }

    /// <summary>
    /// Statements that create the indexes, by name. Names tell the fields, so equal names are equal indexes.
    /// </summary>
    internal IReadOnlyDictionary<string, string> Indexes { get; }

    /// <summary>The index of the field that texts are looked for in; null: none is wanted, or SQLite was built without.</summary>
    internal SqliteText? Text { get; }

    internal string Create => CreateFor(Name);

    internal static string CreateFor(string name) => $"""
        CREATE TABLE IF NOT EXISTS "{name}" (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL)
        """;

    internal string Find => field ??= $"""SELECT id, version, doc FROM "{Name}" WHERE id = @0""";

    internal string Insert => field ??=
        $"""INSERT INTO "{Name}" (id, version, doc) VALUES (@0, @2, @1) ON CONFLICT (id) DO NOTHING""";

    internal string Replace => field ??=
        $"""UPDATE "{Name}" SET doc = @1, version = version + 1 WHERE id = @0 AND version = @2""";

    internal string Delete => field ??= $"""DELETE FROM "{Name}" WHERE id = @0 AND version = @1""";

    internal string Upsert => field ??= $"""
        INSERT INTO "{Name}" (id, version, doc) VALUES (@0, 1, @1)
        ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, version = version + 1
        """;

    internal static SqliteTable Of<T>(Collection<T> collection) where T : class =>
        new(collection.Name, collection.SchemaVersion, collection.Indexes, collection.SparseBy, collection.TextField,
            collection.UpgradeFrom);

    /// <summary>
    /// The field as an expression, written as in the indexes: SQLite uses an index only for the same words.
    /// </summary>
    internal string Expression(string field) => _fields.Contains(field)
        ? Extract(field)
        : throw new InvalidOperationException(
            $"Collection {Name} has no index with the field '{field}'; declare one to ask for it.");

    /// <summary>Expression for the field's JSON type: the field's value alone would take a list for a text.</summary>
    internal static string JsonType(string field) => $"json_type(doc, '$.{field}')";

    private static string Extracts(string[] fields) => string.Join(", ", fields.Select(Extract));

    private static string Extract(string field) => $"json_extract(doc, '$.{field}')";
}
