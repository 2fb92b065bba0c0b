using Holdfast.Rules.Apply.Lanes;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Groups;

/// <summary>
/// The changes of one table as one change for each key. Insert and delete are nothing, insert and update an insert; a row that moves to
/// another key leaves one and comes to the other. Deletes go first, then updates, then inserts: no unique value is taken before it is free,
/// since the source held all of them unique when the group was done.
/// </summary>
internal static class NetEffect
{
    /// <summary>Writes the statements of changes of one table that has a row key and no truncation among them.</summary>
    /// <returns>False, and nothing is written: they must be done one by one, as they came.</returns>
    internal static bool TryWrite(TableMap table, IReadOnlyList<SinkChange> changes, KeyReader reader, StatementList to)
    {
        var rows = new Dictionary<ulong, NetRow>(changes.Count);
        foreach (var change in changes)
        {
            if (!Add(change, reader, rows))
            {
                return false;
            }
        }

        if (rows.Values.Any(r => !r.IsTold))
        {
            return false;
        }

        var splits = new HashSet<NetRow>();
        if (table.Keys.Count > 1 && !FindSplits(table, rows.Values, reader, splits))
        {
            return false;
        }

        Write(table, rows.Values, splits, to);
        return true;
    }

    private static bool Add(in SinkChange change, KeyReader reader, Dictionary<ulong, NetRow> rows)
    {
        var table = change.Table;
        reader.Of(change);
        var before = reader.Before(table, 0, out var was);
        var after = reader.After(table, 0, out var becomes);
        if (change.Kind != ChangeKind.Insert && !change.Before.IsNone && before != KeyState.Known
            || change.Kind != ChangeKind.Delete && after != KeyState.Known)
        {
            return false;
        }

        return change.Kind switch
        {
            ChangeKind.Insert => Arrive(change, becomes, change.After, rows),
            ChangeKind.Delete => Leave(change, was, rows),
            _ when change.Before.IsNone || Images.HaveSameKey(change.Before, change.After, table) =>
                Change(change, becomes, rows),
            _ => Move(change, was, becomes, rows),
        };
    }

    private static bool Arrive(in SinkChange change, ulong key, Row image, Dictionary<ulong, NetRow> rows) =>
        Known(change, key, image, rows) is not { } row
            ? rows.TryAdd(key, NetRow.Arrived(image, change.Source))
            : row.Arrive(image);

    private static bool Leave(in SinkChange change, ulong key, Dictionary<ulong, NetRow> rows) =>
        Known(change, key, change.Before, rows) is not { } row
            ? rows.TryAdd(key, NetRow.Left(change.Before, change.Source))
            : row.Leave(change.Before);

    private static bool Change(in SinkChange change, ulong key, Dictionary<ulong, NetRow> rows) =>
        Known(change, key, change.Found, rows) is not { } row
            ? rows.TryAdd(key, NetRow.Changed(change.Before, change.After, change.Source))
            : row.Change(change.Before, change.After);

    /// <summary>
    /// The row of a key. Keys that fold to the same and are not the same ('a' and 'A') may be one row at the sink or two. Then it is null
    /// although there is one, none can be added, and the source's order is kept.
    /// </summary>
    private static NetRow? Known(in SinkChange change, ulong key, Row image, Dictionary<ulong, NetRow> rows)
    {
        if (!rows.TryGetValue(key, out var row) || !Images.HaveSameKey(row.Key, image, change.Table))
        {
            return null;
        }

        row.Source = change.Source;
        return row;
    }

    /// <summary>A row that comes to another key is inserted there, so all of it must be known.</summary>
    private static bool Move(in SinkChange change, ulong was, ulong becomes, Dictionary<ulong, NetRow> rows)
    {
        var known = rows.TryGetValue(was, out var row) ? row.Known(change.Before) : change.Before;
        var image = Images.Over(Images.Over(change.After, known), change.Before);
        return change.Table.IsComplete(image) && Leave(change, was, rows) && Arrive(change, becomes, image, rows);
    }

    /// <summary>
    /// Finds updates that free a unique value which another update takes, as in a swap. In any order one of them may come too early, so
    /// these are a delete and an insert.
    /// </summary>
    private static bool FindSplits(TableMap table, IEnumerable<NetRow> rows, KeyReader reader, HashSet<NetRow> splits)
    {
        var updates = rows.Where(r => r.Stays && !IsSplit(table, r)).ToList();
        var freed = new Dictionary<ulong, NetRow>();
        var taken = new List<ulong>();
        foreach (var row in updates)
        {
            reader.Of(new SinkChange(table, ChangeKind.Update, row.Before, row.After, row.Source));
            for (var key = 1; key < table.Keys.Count; key++)
            {
                if (reader.Writes(table.Keys[key]) && !Note(table, key, row, reader, freed, taken))
                {
                    return false;
                }
            }
        }

        foreach (var value in taken)
        {
            if (freed.TryGetValue(value, out var other))
            {
                if (table.Own.Count > 0 || !table.IsComplete(other.After))
                {
                    return false;
                }

                splits.Add(other);
            }
        }

        return true;
    }

    /// <summary>Notes which value of an index an update frees and which one it takes.</summary>
    /// <returns>False: that cannot be told.</returns>
    private static bool Note(
        TableMap table, int key, NetRow row, KeyReader reader, Dictionary<ulong, NetRow> freed, List<ulong> taken)
    {
        var before = reader.Before(table, key, out var was);
        var after = reader.After(table, key, out var becomes);
        if (before == KeyState.Unknown || after == KeyState.Unknown)
        {
            return false;
        }

        // One with a NULL lacks a value in its hash, so neither has one.
        if (after == KeyState.Known && was == becomes)
        {
            return IsKept(table, key, row);
        }

        if (after == KeyState.Known)
        {
            taken.Add(becomes);
        }

        // Two that free what folds to the same value.
        return before != KeyState.Known || freed.TryAdd(was, row);
    }

    /// <summary>The values are the same and do not only fold to the same: 'a' may become 'A' while another row takes 'a'.</summary>
    private static bool IsKept(TableMap table, int key, NetRow row)
    {
        var after = row.After.GetEnumerator();
        var column = 0;
        foreach (var value in row.Before)
        {
            after.MoveNext();
            if (Array.IndexOf(table.Keys[key], column++) >= 0 && !after.Current.IsAbsent && !value.Raw.SequenceEqual(after.Current.Raw))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>No column of the old row may stay, and an update cannot make sure of it.</summary>
    private static bool IsSplit(TableMap table, NetRow row) =>
        row.IsReplaced && (table.Own.Count > 0 || !table.IsComplete(row.After));

    private static void Write(TableMap table, IReadOnlyCollection<NetRow> rows, HashSet<NetRow> splits, StatementList to)
    {
        foreach (var row in rows)
        {
            if (row.WasThere && (!row.IsThere || splits.Contains(row) || IsSplit(table, row)))
            {
                to.Delete(table, row.Found, row.Source);
            }
        }

        to.End();
        foreach (var row in rows)
        {
            if (row.Stays && !splits.Contains(row) && !IsSplit(table, row))
            {
                to.Update(table, row.Found, row.After, row.Source);
            }
        }

        to.EndUnless(WriteMode.Upsert);
        foreach (var row in rows)
        {
            if (row.IsThere && (!row.WasThere || splits.Contains(row) || IsSplit(table, row)))
            {
                to.Insert(table, row.After, row.Source);
            }
        }

        to.End();
    }
}
