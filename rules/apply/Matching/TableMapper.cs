using Holdfast.Engine.Tables;
using Holdfast.Rules.Apply.Faults;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Matching;

/// <summary>A map, or each reason why there is none.</summary>
public sealed record MapResult(TableMap? Map, IReadOnlyList<ApplyFault> Faults);

/// <summary>
/// Compares a table with the one that it goes to, before a row of it is written. A difference that a later row would meet is
/// refused now, with its name.
/// </summary>
public static class TableMapper
{
    /// <summary>Maps a table.</summary>
    /// <param name="source">As the source's log says it.</param>
    /// <param name="sink">As the sink's catalog says it now; null: it has none of this name.</param>
    /// <param name="mapping">Tables and columns that are renamed or left out.</param>
    public static MapResult Map(TableSchema source, TableSchema? sink, Mapping mapping)
    {
        var rules = mapping.Of(source.Schema, source.Name);
        var faults = new List<ApplyFault>(Unknown(source, rules));
        if (sink is null)
        {
            var (schema, name) = mapping.Target(source.Schema, source.Name);
            faults.Add(new ApplyFault("DP-401", $"{schema}.{name}", $"the sink has no such table, and rows of {source.FullName} go there",
                "Create it with the source's columns and keys, or map the table to another one"));
            return new MapResult(null, faults);
        }

        var from = new int[sink.Columns.Count];
        Array.Fill(from, -1);
        for (var i = 0; i < source.Columns.Count; i++)
        {
            faults.AddRange(Place(source, i, sink, rules, from));
        }

        var key = RowKey(source, sink, from);
        faults.AddRange(Keys(source, sink, from, key));
        return faults.Count > 0
            ? new MapResult(null, faults)
            : new MapResult(new TableMap(source, sink, from, key, Group(sink, mapping)), []);
    }

    private static IEnumerable<ApplyFault> Unknown(TableSchema source, TableMapping? rules)
    {
        foreach (var column in (rules?.Columns.Keys ?? []).Concat(rules?.ColumnsLeftOut ?? []).Where(c => source.IndexOf(c) < 0))
        {
            yield return new ApplyFault("DP-405", $"{source.FullName}.{column}",
                "the mapping names a column that the source's table does not have",
                "Correct its name, or take it out of the mapping");
        }
    }

    /// <summary>Finds the place of one column of the source in a row of the sink.</summary>
    private static IEnumerable<ApplyFault> Place(TableSchema source, int index, TableSchema sink, TableMapping? rules, int[] from)
    {
        var column = source.Columns[index];
        if (rules?.ColumnsLeftOut.Contains(column.Name, StringComparer.Ordinal) == true)
        {
            yield break;
        }

        var name = rules?.Columns.GetValueOrDefault(column.Name) ?? column.Name;
        var (field, at) = ($"{sink.FullName}.{name}", sink.IndexOf(name));
        if (at < 0)
        {
            if (!column.IsGenerated)
            {
                yield return new ApplyFault("DP-402", field, $"the sink has no such column, {source.FullName}.{column.Name} goes there",
                    "Add it to the sink's table, or rename it or leave it out in the mapping");
            }
        }
        else if (from[at] >= 0)
        {
            yield return new ApplyFault("DP-406", field, $"two columns of {source.FullName} go there: {source.Columns[from[at]].Name} "
                + $"and {column.Name}", "Leave one of them out, or give it another name at the sink");
        }
        else
        {
            from[at] = index;
            if (sink.Columns[at].IsGenerated && !column.IsGenerated)
            {
                yield return new ApplyFault("DP-408", field,
                    $"the sink computes it, and {source.FullName}.{column.Name} is written by people",
                    "Make it a plain column at the sink, or leave it out in the mapping");
            }
            else if (!KindFit.Fits(column.Kind, sink.Columns[at].Kind))
            {
                yield return new ApplyFault("DP-403", field,
                    $"it is {Typed(sink.Columns[at])} and does not take every {Typed(column)} of {source.FullName}.{column.Name}",
                    "Give the sink's column the source's type, or leave the column out in the mapping");
            }
        }
    }

    private static string Typed(Column column) => column.Type.Length > 0 ? $"{column.Kind} ({column.Type})" : $"{column.Kind}";

    /// <summary>Each unique index of the sink must be implied by one of the source, or rows that the source may hold meet there.</summary>
    private static IEnumerable<ApplyFault> Keys(TableSchema source, TableSchema sink, int[] from, int[]? rowKey)
    {
        var known = source.Keys.Where(k => !k.IsInexact).ToList();
        foreach (var key in sink.Keys.Where(k => !k.IsInexact))
        {
            var columns = key.Columns.Select(c => from[c]).ToHashSet();
            if (!known.Any(k => k.Columns.All(columns.Contains)))
            {
                yield return new ApplyFault("DP-404", $"{sink.FullName} key {key.Name}",
                    $"the sink holds ({Named(sink, key.Columns)}) unique, and no key of {source.FullName} makes sure of it",
                    "Give both tables the same keys, or drop this one at the sink");
            }
        }

        var telling = known.Where(k => k.IsPrimary || k.Columns.All(c => !source.Columns[c].IsNullable)).ToList();
        if (rowKey is null && telling.Count > 0)
        {
            yield return new ApplyFault("DP-404", sink.FullName,
                $"rows of {source.FullName} are told apart by {string.Join(" or ", telling.Select(k => $"({Named(source, k.Columns)})"))}, "
                + "and the sink's table has no such key", "Create the source's primary key at the sink");
        }
    }

    private static string Named(TableSchema table, IReadOnlyList<int> columns) =>
        string.Join(", ", columns.Select(c => table.Columns[c].Name));

    /// <summary>A key that both sides have and that is never null, the primary key if it may be.</summary>
    private static int[]? RowKey(TableSchema source, TableSchema sink, int[] from)
    {
        foreach (var key in sink.Keys.Where(k => !k.IsInexact))
        {
            var columns = key.Columns.Select(c => from[c]).ToHashSet();
            var twins = source.Keys.Where(k => !k.IsInexact && columns.SetEquals(k.Columns)).ToList();
            var isNeverNull = key.IsPrimary || twins.Exists(k => k.IsPrimary) || key.Columns.All(c => !sink.Columns[c].IsNullable)
                || columns.All(c => c >= 0 && !source.Columns[c].IsNullable);
            if (twins.Count > 0 && isNeverNull)
            {
                return [.. key.Columns];
            }
        }

        return null;
    }

    private static string? Group(TableSchema sink, Mapping mapping) =>
        mapping.ForeignKeys.FirstOrDefault(g => g.Contains(sink.FullName, StringComparer.Ordinal)) is { } group
            ? string.Join(",", group.Order(StringComparer.Ordinal))
            : null;
}
