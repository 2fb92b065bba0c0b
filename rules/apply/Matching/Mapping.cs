namespace Holdfast.Rules.Apply.Matching;

/// <summary>Maps tables of the source to tables of the sink: every table to the one of the same name, but for what is said here.</summary>
public sealed record Mapping
{
    /// <summary>Nothing is renamed and nothing is left out.</summary>
    public static readonly Mapping Identity = new();

    /// <summary>Schemas of the source, each with its name at the sink.</summary>
    public IReadOnlyDictionary<string, string> Schemas { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Tables that differ from that.</summary>
    public IReadOnlyList<TableMapping> Tables { get; init; } = [];

    /// <summary>
    /// Tables of the sink, <c>schema.name</c>, that foreign keys tie together, one list for each component of ties: their rows keep
    /// the source's order among each other.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> ForeignKeys { get; init; } = [];

    /// <summary>The name at the sink of a table of the source.</summary>
    public (string Schema, string Name) Target(string schema, string name)
    {
        if (Of(schema, name)?.Sink is { } sink)
        {
            var dot = sink.IndexOf('.', StringComparison.Ordinal);
            return dot < 0 ? (Renamed(schema), sink) : (sink[..dot], sink[(dot + 1)..]);
        }

        return (Renamed(schema), name);
    }

    internal TableMapping? Of(string schema, string name) =>
        Tables.FirstOrDefault(t => t.Source.Length == schema.Length + name.Length + 1 && t.Source[schema.Length] == '.'
            && t.Source.StartsWith(schema, StringComparison.Ordinal) && t.Source.EndsWith(name, StringComparison.Ordinal));

    private string Renamed(string schema) => Schemas.GetValueOrDefault(schema, schema);
}

/// <summary>A table that has another name at the sink, or other columns.</summary>
public sealed record TableMapping
{
    /// <summary><c>schema.name</c> at the source.</summary>
    public required string Source { get; init; }

    /// <summary><c>schema.name</c> at the sink; a name alone stays in its schema; null: the same.</summary>
    public string? Sink { get; init; }

    /// <summary>Columns of the source, each with its name at the sink.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Columns of the source that do not go to the sink.</summary>
    public IReadOnlyList<string> ColumnsLeftOut { get; init; } = [];
}
