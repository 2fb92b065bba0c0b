using Holdfast.Engine.Tables;
using Holdfast.Rules.Apply.Keys;

namespace Holdfast.Rules.Apply.Tables;

/// <summary>Maps rows of one table of the source to rows of one table of the sink.</summary>
public sealed class TableMap
{
    private readonly bool[] _isWanted;

    internal TableMap(TableSchema source, TableSchema sink, int[] from, int[]? rowKey, string? foreignKeys)
    {
        (Source, Sink, From, RowKey, IsInForeignKeys) = (source, sink, from, rowKey, foreignKeys is not null);
        IsIdentity = from.Length == source.Columns.Count && from.Select((f, i) => f == i).All(same => same);
        Hash = HashOf(sink.FullName);
        Keys = rowKey is null ? [] :
            [rowKey, .. sink.Keys.Where(k => !k.IsInexact).Select(k => k.Columns.ToArray()).Where(k => !k.SequenceEqual(rowKey))];
        var isUnseen = sink.Keys.Any(k => k.IsInexact) || rowKey is null;
        InOrder = isUnseen || IsInForeignKeys;
        UpdatesAlone = isUnseen && sink.Keys.Count > 0;
        Lane = foreignKeys is null ? Hash : HashOf("foreign keys of " + foreignKeys);
        Upserts = rowKey is not null && sink.Keys.Count == 1 && sink.PrimaryKey is not null;
        _isWanted = [.. from.Select((f, i) => f >= 0 && !sink.Columns[i].IsGenerated)];
        Own = [.. Enumerable.Range(0, from.Length).Where(i => from[i] < 0 && !sink.Columns[i].IsGenerated)];
    }

    /// <summary>The table as it was at the source when its rows were written.</summary>
    public TableSchema Source { get; }

    /// <summary>The table at the sink.</summary>
    public TableSchema Sink { get; }

    /// <summary>Index of the source's column for each column of the sink; -1: none.</summary>
    internal IReadOnlyList<int> From { get; }

    /// <summary>Rows of both sides have the same columns in the same order.</summary>
    internal bool IsIdentity { get; }

    /// <summary>Columns of the sink by which a row is found; null: only all of them tell it.</summary>
    internal int[]? RowKey { get; }

    /// <summary>Each unique index of the sink, the row key first.</summary>
    internal IReadOnlyList<int[]> Keys { get; }

    /// <summary>
    /// Two updates may not be one statement: an index covers expressions or a part of the rows, so nobody can tell whether they conflict.
    /// </summary>
    internal bool UpdatesAlone { get; }

    /// <summary>Foreign keys tie it to tables of the task.</summary>
    internal bool IsInForeignKeys { get; }

    /// <summary>Its rows stay in the source's order, all of them, for no key tells which ones touch each other.</summary>
    internal bool InOrder { get; }

    /// <summary>The primary key is the only unique index: a row can be inserted or changed by the same statement.</summary>
    internal bool Upserts { get; }

    /// <summary>Columns of the sink that the source knows nothing of.</summary>
    internal IReadOnlyList<int> Own { get; }

    /// <summary>Hash of the sink's name.</summary>
    internal ulong Hash { get; }

    /// <summary>Equal for tables that keep their order among each other.</summary>
    internal ulong Lane { get; }

    /// <summary>The sink's column is written, when a row says it.</summary>
    internal bool IsWanted(int column) => _isWanted[column];

    /// <summary>A column of the sink is one of the row key.</summary>
    internal bool IsInRowKey(int column) => RowKey is not null && Array.IndexOf(RowKey, column) >= 0;

    /// <summary>The row says all columns that the source has for the sink.</summary>
    internal bool IsComplete(Row row)
    {
        var column = 0;
        foreach (var value in row)
        {
            if (value.IsAbsent && _isWanted[column])
            {
                return false;
            }

            column++;
        }

        return column == _isWanted.Length;
    }

    private static ulong HashOf(string name)
    {
        var hash = new Hash64(0);
        foreach (var c in name)
        {
            hash.Add(c);
        }

        return hash.Value;
    }
}
