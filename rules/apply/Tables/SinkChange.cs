using System.Buffers;

namespace Holdfast.Rules.Apply.Tables;

/// <summary>A change of a row with the sink's columns.</summary>
/// <param name="Table">The table that it goes to.</param>
/// <param name="Kind">Kind of the change.</param>
/// <param name="Before">As the row was; of an update perhaps none.</param>
/// <param name="After">As it is.</param>
/// <param name="Source">The source transaction that it comes from.</param>
internal readonly record struct SinkChange(TableMap Table, ChangeKind Kind, Row Before, Row After, Position Source)
{
    /// <summary>The image by which an update or a delete finds its row.</summary>
    internal Row Found => Before.IsNone ? After : Before;
}

/// <summary>Rows of the source as rows of the sink.</summary>
internal static class ChangeMapper
{
    /// <summary>All changes of a part; columns that are left out are gone, columns that only the sink has are absent.</summary>
    /// <param name="part">As it came.</param>
    /// <param name="tables">By the id under which rows were written; null: not known.</param>
    /// <exception cref="DamagedException">The bytes are no changes, or not of these tables.</exception>
    internal static IReadOnlyList<SinkChange> Map(TransactionPart part, Func<uint, TableMap?> tables)
    {
        // The count is the stream's word: room is made as changes really come.
        var changes = new List<SinkChange>(Math.Min(part.Count, 1000));
        var (known, map) = (0u, (TableMap?)null);
        RowMapper? mapper = null;
        foreach (var change in part.Read())
        {
            if (map is null || known != change.Table)
            {
                map = tables(change.Table)
                    ?? throw new DamagedException($"transaction {part.Position} has rows of table {change.Table}, which was not described");
                known = change.Table;
            }

            if (map.IsIdentity)
            {
                changes.Add(new SinkChange(map, change.Kind, change.Before, change.After, part.Position));
            }
            else
            {
                mapper ??= new RowMapper(part.Changes.Length);
                changes.Add(new SinkChange(map, change.Kind, mapper.Map(change.Before, map), mapper.Map(change.After, map), part.Position));
            }
        }

        return changes;
    }

    /// <summary>Writes rows with the sink's columns into one growing piece of memory.</summary>
    private sealed class RowMapper(int bytes)
    {
        private readonly ArrayBufferWriter<byte> _to = new(bytes);
        private readonly RowIndex _index = new();

        internal Row Map(Row row, TableMap map)
        {
            if (row.IsNone)
            {
                return row;
            }

            if (_index.Of(row).Columns != map.Source.Columns.Count)
            {
                throw new DamagedException($"a row of {map.Source.FullName} has {_index.Columns} values, the table has "
                    + $"{map.Source.Columns.Count} columns");
            }

            var start = _to.WrittenCount;
            var writer = new RowWriter(_to);
            foreach (var from in map.From)
            {
                if (from < 0)
                {
                    writer.Absent();
                }
                else
                {
                    writer.Copy(_index[from]);
                }
            }

            return new Row(_to.WrittenMemory[start..]);
        }
    }
}
