using System.Buffers;

namespace Holdfast.Rules.Apply.Tables;

/// <summary>Images of one row, laid beside and over each other.</summary>
internal static class Images
{
    /// <summary>The row as the later image says it; what that one does not say is as the earlier one says it.</summary>
    internal static Row Over(Row later, Row earlier)
    {
        if (earlier.IsNone || !HasAbsent(later))
        {
            return later;
        }

        var bytes = new ArrayBufferWriter<byte>(later.Bytes.Length + earlier.Bytes.Length);
        var writer = new RowWriter(bytes);
        var under = earlier.GetEnumerator();
        foreach (var value in later)
        {
            under.MoveNext();
            writer.Copy(value.IsAbsent ? under.Current : value);
        }

        return new Row(bytes.WrittenMemory);
    }

    /// <summary>Both images agree in all columns that both say; one that is none says nothing.</summary>
    internal static bool Agree(Row a, Row b) => Agree(a, b, null);

    /// <summary>Both images agree in all columns of the row key that both say.</summary>
    internal static bool HaveSameKey(Row a, Row b, TableMap table) => Agree(a, b, table);

    private static bool Agree(Row a, Row b, TableMap? keyOf)
    {
        var other = b.GetEnumerator();
        var column = 0;
        foreach (var value in a)
        {
            other.MoveNext();
            if ((keyOf is null || keyOf.IsInRowKey(column)) && !value.IsAbsent && !other.Current.IsAbsent
                && !value.Raw.SequenceEqual(other.Current.Raw))
            {
                return false;
            }

            column++;
        }

        return true;
    }

    private static bool HasAbsent(Row row)
    {
        foreach (var value in row)
        {
            if (value.IsAbsent)
            {
                return true;
            }
        }

        return false;
    }
}
