using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Log.Contract;

namespace Holdfast.Log.Writing;

/// <summary>The tables that were told, by id, and which of them a transaction needs.</summary>
internal sealed class SchemaShelf(IEnumerable<TableSchema> known)
{
    private readonly Dictionary<uint, (TableSchema Schema, byte[] Json)> _schemas =
        known.DistinctBy(s => s.Id).ToDictionary(s => s.Id, s => (s, SchemaCodec.Write(s)));

    private readonly HashSet<uint> _needed = [];

    /// <summary>All of them, in no order.</summary>
    internal IEnumerable<TableSchema> All => _schemas.Values.Select(s => s.Schema);

    /// <summary>Notes a table; null: it is noted.</summary>
    internal LogFault? Add(TableSchema schema)
    {
        if (_schemas.TryGetValue(schema.Id, out var known))
        {
            return known.Schema.HasShapeOf(schema) ? null : Faults.SchemaChanged(schema.Id, Shown(known.Schema), Shown(schema));
        }

        _schemas.Add(schema.Id, (schema, SchemaCodec.Write(schema)));
        return null;
    }

    internal ReadOnlySpan<byte> Json(uint table) => _schemas[table].Json;

    /// <summary>The tables that a part's changes name, each once; it walks over all of them, so what is stored can be read.</summary>
    internal LogFault? Needed(TransactionPart part, out IReadOnlyCollection<uint> tables)
    {
        tables = _needed;
        _needed.Clear();
        try
        {
            part.AddTables(_needed);
        }
        catch (DamagedException error)
        {
            return Faults.Unreadable(part.Position, error.Message);
        }

        foreach (var table in _needed)
        {
            if (!_schemas.ContainsKey(table))
            {
                return Faults.NoSchema(part.Position, table);
            }
        }

        return null;
    }

    private static string Shown(TableSchema schema) => $"{schema.FullName} with {schema.Columns.Count} columns";
}
