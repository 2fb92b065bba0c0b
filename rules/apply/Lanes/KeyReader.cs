using Holdfast.Rules.Apply.Keys;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Lanes;

/// <summary>States of a row's values in a unique index.</summary>
internal enum KeyState
{
    /// <summary>All of its values, none of them NULL.</summary>
    Known,

    /// <summary>One of them is NULL: it meets no other row.</summary>
    Free,

    /// <summary>One of them is not said.</summary>
    Unknown,
}

/// <summary>Reads the keys of one change after the other. Made once for each reader, not for each row.</summary>
internal sealed class KeyReader
{
    private readonly RowIndex _before = new();
    private readonly RowIndex _after = new();
    private bool _hasBefore;
    private bool _hasAfter;

    /// <summary>Takes a change; each image has as many values as the table has columns.</summary>
    /// <exception cref="DamagedException">It has not.</exception>
    internal KeyReader Of(in SinkChange change)
    {
        _hasBefore = Take(_before, change.Before, change.Table);
        _hasAfter = Take(_after, change.After, change.Table);
        return this;
    }

    /// <summary>The key before the change.</summary>
    internal KeyState Before(TableMap table, int key, out ulong hash) => Read(table, key, _hasBefore ? _before : null, null, out hash);

    /// <summary>The key after it; what the later image does not say is as it was.</summary>
    internal KeyState After(TableMap table, int key, out ulong hash) =>
        Read(table, key, _hasAfter ? _after : null, _hasBefore ? _before : null, out hash);

    /// <summary>One of the columns of an index is said by the image of after.</summary>
    internal bool Writes(int[] columns)
    {
        foreach (var column in columns)
        {
            if (_hasAfter && !_after[column].IsAbsent)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Hash of all values of an image, for tables without a key: equal rows have the same.</summary>
    internal static ulong Whole(TableMap table, Row row)
    {
        var hash = new Hash64(table.Hash);
        foreach (var value in row)
        {
            if (value.Kind is ValueKind.Absent or ValueKind.Null)
            {
                hash.Add((ulong)value.Kind);
            }
            else
            {
                KeyHash.Add(ref hash, value);
            }
        }

        return hash.Value;
    }

    private static bool Take(RowIndex index, Row row, TableMap table)
    {
        if (row.IsNone)
        {
            return false;
        }

        return index.Of(row).Columns == table.Sink.Columns.Count ? true : throw new DamagedException(
            $"a row of {table.Source.FullName} has {index.Columns} values, {table.Sink.FullName} has {table.Sink.Columns.Count} columns");
    }

    private static KeyState Read(TableMap table, int key, RowIndex? image, RowIndex? other, out ulong hash)
    {
        var sum = new Hash64(table.Hash);
        sum.Add((ulong)key);
        hash = 0;
        var isFree = false;
        foreach (var column in table.Keys[key])
        {
            var value = image is not null && !image[column].IsAbsent ? image[column] : other is not null ? other[column] : default;
            if (value.Kind == ValueKind.Absent)
            {
                return KeyState.Unknown;
            }

            if (value.IsNull)
            {
                isFree = true;
            }
            else
            {
                KeyHash.Add(ref sum, value);
            }
        }

        hash = sum.Value;
        return isFree ? KeyState.Free : KeyState.Known;
    }
}
