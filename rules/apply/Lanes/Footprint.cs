using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Lanes;

/// <summary>
/// Keys and tables that a piece of work touches. Two pieces that meet in a key, or in a table that one of them has wholly, are done in the
/// source's order.
/// </summary>
/// <param name="Keys">Hashes of each unique index of each row, before and after, and of lanes that keep all their order.</param>
/// <param name="Tables">Tables of which it touches single rows.</param>
/// <param name="WholeTables">Tables of which it may touch any row.</param>
internal sealed record Footprint(IReadOnlySet<ulong> Keys, IReadOnlySet<ulong> Tables, IReadOnlySet<ulong> WholeTables)
{
    /// <summary>It touches nothing.</summary>
    internal static readonly Footprint None = new(new HashSet<ulong>(), new HashSet<ulong>(), new HashSet<ulong>());

    /// <summary>The footprint of changes.</summary>
    internal static Footprint Of(IEnumerable<SinkChange> changes, KeyReader reader)
    {
        // Where the count is known there is room for a key of each; else it is 0.
        _ = changes.TryGetNonEnumeratedCount(out var count);
        var (keys, tables, whole) = (new HashSet<ulong>(count), new HashSet<ulong>(), new HashSet<ulong>());
        foreach (var change in changes)
        {
            var table = change.Table;
            if (table.InOrder)
            {
                keys.Add(table.Lane);
            }
            else if (AddKeys(change, reader, keys))
            {
                tables.Add(table.Hash);
            }
            else
            {
                whole.Add(table.Hash);
            }
        }

        return new Footprint(keys, tables, whole);
    }

    /// <returns>False: it cannot be told which rows the change meets.</returns>
    internal static bool AddKeys(in SinkChange change, KeyReader reader, HashSet<ulong> keys)
    {
        reader.Of(change);
        for (var key = 0; key < change.Table.Keys.Count; key++)
        {
            var before = reader.Before(change.Table, key, out var was);
            var after = reader.After(change.Table, key, out var becomes);
            if (before == KeyState.Known)
            {
                keys.Add(was);
            }

            // Of a row that goes it is what was before.
            if (after == KeyState.Known)
            {
                keys.Add(becomes);
            }

            if (!IsTold(change, reader, key, before, after))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Both values of an index are known, or cannot have changed.</summary>
    private static bool IsTold(in SinkChange change, KeyReader reader, int key, KeyState before, KeyState after)
    {
        if (key == 0)
        {
            // A source that says the key only when it changes says it in the row of after.
            return change.Kind switch
            {
                ChangeKind.Insert => after == KeyState.Known,
                ChangeKind.Update => after == KeyState.Known && (before == KeyState.Known || change.Before.IsNone),
                // That a table is emptied says no key.
                _ => before == KeyState.Known,
            };
        }

        return change.Kind switch
        {
            ChangeKind.Insert => after != KeyState.Unknown,
            ChangeKind.Update => !reader.Writes(change.Table.Keys[key]) || before != KeyState.Unknown && after != KeyState.Unknown,
            _ => before != KeyState.Unknown,
        };
    }
}
