namespace Holdfast.Simulation.Tests;

/// <summary>Finds the rows of a text (a name, a time) without looking through all of them.</summary>
internal sealed partial class MemoryDocuments<T> where T : class
{
    /// <summary>Fewer rows are looked through quicker than they are sorted.</summary>
    private const int ScannedMax = 64;

    private static readonly Comparer<(string Value, string Id)> ByValue =
        Comparer<(string Value, string Id)>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value) is var order and not 0
            ? order : string.CompareOrdinal(a.Id, b.Id));

    /// <summary>Index of the fields that were asked for since there are many rows: each text with the ids of its rows.</summary>
    private readonly Dictionary<string, SortedSet<(string Value, string Id)>> _sorted = new(StringComparer.Ordinal);

    /// <summary>All that can match, and more: of many rows those that one condition leaves, in any order.</summary>
    private IEnumerable<Row> Candidates(IReadOnlyList<Condition> conditions)
    {
        var narrow = _rows.Count < ScannedMax ? null
            : conditions.FirstOrDefault(c => c.Match is Match.Less or Match.LessOrEqual && c.Value is string)
                ?? conditions.FirstOrDefault(c => c.Match == Match.Equal && c.Value is string);
        if (narrow?.Value is not string value)
        {
            return _rows.Values;
        }

        var sorted = _sorted.GetValueOrDefault(narrow.Field) ?? SortBy(narrow.Field);
        var found = narrow.Match == Match.Equal
            ? sorted.GetViewBetween((value, ""), (value, "\uffff"))
            : sorted.GetViewBetween(("", ""), (value, "\uffff"));
        return found.Select(v => _rows[v.Id]);
    }

    private SortedSet<(string Value, string Id)> SortBy(string field)
    {
        var sorted = _sorted[field] = new SortedSet<(string Value, string Id)>(ByValue);
        foreach (var row in _rows.Values)
        {
            Sort(row, field, sorted);
        }

        return sorted;
    }

    private static void Sort(Row row, string field, SortedSet<(string Value, string Id)> sorted)
    {
        if (row[field] is string value)
        {
            sorted.Add((value, row.Id));
        }
    }

    private void Keep(Row row)
    {
        if (_sorted.Count > 0)
        {
            if (_rows.TryGetValue(row.Id, out var before))
            {
                Unsort(before);
            }

            foreach (var (field, sorted) in _sorted)
            {
                Sort(row, field, sorted);
            }
        }

        _rows[row.Id] = row;
    }

    private void Unsort(Row row)
    {
        foreach (var (field, sorted) in _sorted)
        {
            if (row[field] is string value)
            {
                sorted.Remove((value, row.Id));
            }
        }
    }
}
