using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Rules.Apply.Matching;

namespace Holdfast.IncrSync;

/// <summary>Finds where rows of each table go, and compares with the sink whenever the source describes a table.</summary>
/// <param name="catalog">Of the sink.</param>
/// <param name="within">A table as a transaction sees it that is open at the sink; null: none is, or everybody sees the same.</param>
/// <param name="mapping">Tables and columns that are renamed or left out.</param>
/// <param name="keepsChanges">The sink has no tables.</param>
internal sealed class SinkTables(
    ICatalog catalog, Func<string, string, Task<TableSchema?>?> within, Mapping mapping, bool keepsChanges)
{
    private readonly Dictionary<uint, TableMap> _maps = [];

    private readonly Dictionary<uint, TableSchema> _described = [];

    /// <summary>
    /// Rows may come of a description that has no map now: it does not fit the sink, or another one of the same table came after it. A
    /// table that is made as it was before is not described again.
    /// </summary>
    internal bool IsUnsure => _described.Count > _maps.Count;

    /// <summary>Those of these descriptions that have no map now.</summary>
    internal IReadOnlyList<TableSchema> Unmapped(IEnumerable<uint> ids) =>
        [.. ids.Where(id => !_maps.ContainsKey(id)).Select(id => _described.GetValueOrDefault(id)).OfType<TableSchema>()];

    /// <summary>A table of the sink as it is now; null: there is none of this name.</summary>
    internal Task<TableSchema?> Now(string schema, string name, CancellationToken cancel) =>
        within(schema, name) ?? catalog.Table(schema, name, cancel);

    /// <summary>Writes an action in the sink's language.</summary>
    internal Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) => catalog.Text(action, now, cancel);

    /// <summary>The sink's tables have become others: each is compared again before its next row.</summary>
    internal void Forget() => _maps.Clear();

    /// <summary>Finds the map by the id under which rows were written; null: not described.</summary>
    internal TableMap? Of(uint id) => _maps.GetValueOrDefault(id);

    /// <summary>Rows under way may still be written by another description of this table.</summary>
    internal bool IsKnown(TableSchema table) =>
        _maps.Values.Any(m => m.Source.Id == table.Id || m.Source.FullName == table.FullName);

    /// <summary>Describes the same table, as it is known already.</summary>
    internal bool IsSame(TableSchema table) => Of(table.Id) is { } map && map.Source.HasShapeOf(table);

    /// <summary>Takes a description; older ones of the same table are gone.</summary>
    /// <returns>Reasons why rows of it cannot be written; empty: they can.</returns>
    internal async Task<IReadOnlyList<ApplyFault>> Take(TableSchema table, CancellationToken cancel)
    {
        _described[table.Id] = table;
        var (schema, name) = mapping.Target(table.Schema, table.Name);
        // Where changes are kept a table is what its rows say, whatever that is.
        var sink = keepsChanges ? table with { Schema = schema, Name = name }
            : await Now(schema, name, cancel).ConfigureAwait(false);
        var result = TableMapper.Map(table, sink, mapping);
        foreach (var id in _maps.Where(m => m.Value.Source.FullName == table.FullName).Select(m => m.Key).ToList())
        {
            _maps.Remove(id);
        }

        if (result.Map is not { } map)
        {
            return result.Faults;
        }

        if (_maps.Values.FirstOrDefault(m => m.Sink.FullName == map.Sink.FullName) is { } other)
        {
            return [new ApplyFault("DP-407", map.Sink.FullName,
                $"rows of {table.FullName} go there, and those of {other.Source.FullName} as well",
                "Map one of them to another table, or give each a task of its own")];
        }

        _maps[table.Id] = map;
        return [];
    }
}
