namespace Holdfast.Rules.Apply.Tables;

/// <summary>The columns that a row writes. Rows with equal sets may stand in one statement.</summary>
/// <param name="First">The first 64 columns, one bit each.</param>
/// <param name="Rest">One character for 16 columns each of those behind; null: none of them.</param>
internal readonly record struct ColumnSet(ulong First, string? Rest)
{
    /// <summary>The columns that an image says and that are written.</summary>
    /// <param name="table">The table of the row.</param>
    /// <param name="image">The row as it is to be.</param>
    /// <param name="isKeyKept">The row keeps its key, which is not written then.</param>
    internal static ColumnSet Written(TableMap table, Row image, bool isKeyKept)
    {
        var columns = table.Sink.Columns.Count;
        var rest = columns <= 64 ? null : new char[(columns - 64 + 15) / 16];
        var (first, column) = (0ul, 0);
        foreach (var value in image)
        {
            var isIn = !value.IsAbsent && table.IsWanted(column) && !(isKeyKept && table.IsInRowKey(column));
            Add(isIn, column++, ref first, rest);
        }

        return new ColumnSet(first, rest is null ? null : new string(rest));
    }

    /// <summary>The columns that an image says, to find a row by all of them.</summary>
    internal static ColumnSet Said(TableMap table, Row image)
    {
        var columns = table.Sink.Columns.Count;
        var rest = columns <= 64 ? null : new char[(columns - 64 + 15) / 16];
        var (first, column) = (0ul, 0);
        foreach (var value in image)
        {
            Add(!value.IsAbsent, column++, ref first, rest);
        }

        return new ColumnSet(first, rest is null ? null : new string(rest));
    }

    private static void Add(bool isIn, int column, ref ulong first, char[]? rest)
    {
        if (!isIn)
        {
            return;
        }

        if (column < 64)
        {
            first |= 1ul << column;
        }
        else
        {
            rest![(column - 64) / 16] |= (char)(1 << column % 16);
        }
    }

    /// <summary>No column at all.</summary>
    internal bool IsEmpty => First == 0 && (Rest is null || Rest.All(c => c == '\0'));

    /// <summary>A column is one of them.</summary>
    internal bool Has(int column) => column < 64
        ? (First >> column & 1) != 0
        : Rest is not null && (Rest[(column - 64) / 16] >> column % 16 & 1) != 0;

    /// <summary>Their indexes, in order.</summary>
    internal int[] Indexes(int columns)
    {
        var indexes = new List<int>();
        for (var i = 0; i < columns; i++)
        {
            if (Has(i))
            {
                indexes.Add(i);
            }
        }

        return [.. indexes];
    }
}
