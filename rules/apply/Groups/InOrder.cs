using Holdfast.Rules.Apply.Lanes;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Groups;

/// <summary>
/// The changes one by one, as they came. Neighbours of one table, mode and set of columns are one statement, as long as no two touch the
/// same key: a set statement has no order in itself.
/// </summary>
internal static class InOrder
{
    internal static void Write(IReadOnlyList<SinkChange> changes, KeyReader reader, StatementList to)
    {
        var (touched, keys) = (new HashSet<ulong>(), new HashSet<ulong>());
        // Of no table: the next change begins a statement.
        var last = default(SinkChange);
        foreach (var change in changes)
        {
            keys.Clear();
            var isTold = Touch(change, reader, keys);
            if (!isTold || last.Table != change.Table || last.Kind != change.Kind || touched.Overlaps(keys))
            {
                to.End();
                touched.Clear();
            }

            touched.UnionWith(keys);
            last = isTold ? change : default;
            Write(change, to);
            to.EndOthers();
        }

        to.End();
    }

    /// <returns>False: it cannot be told what the change touches, so it is a statement of its own.</returns>
    private static bool Touch(in SinkChange change, KeyReader reader, HashSet<ulong> keys)
    {
        var table = change.Table;
        if (table.RowKey is not null)
        {
            return Footprint.AddKeys(change, reader, keys) && !(table.UpdatesAlone && change.Kind == ChangeKind.Update);
        }

        if (change.Kind is ChangeKind.Update or ChangeKind.Delete)
        {
            keys.Add(KeyReader.Whole(table, change.Found));
        }

        if (change.Kind == ChangeKind.Update)
        {
            keys.Add(KeyReader.Whole(table, change.After));
        }

        return change.Kind != ChangeKind.Truncate && !(table.UpdatesAlone && change.Kind == ChangeKind.Update);
    }

    /// <exception cref="DamagedException">A row is to be found, and nothing is said of it.</exception>
    private static void Write(in SinkChange change, StatementList to)
    {
        switch (change.Kind)
        {
            case ChangeKind.Insert:
                to.Insert(change.Table, change.After, change.Source);
                break;
            case ChangeKind.Update when !change.Before.IsNone || change.Table.RowKey is not null:
                to.Update(change.Table, change.Found, change.After, change.Source);
                break;
            case ChangeKind.Delete when !change.Before.IsNone:
                to.Delete(change.Table, change.Before, change.Source);
                break;
            case ChangeKind.Truncate:
                to.Truncate(change.Table);
                break;
            default:
                throw new DamagedException($"transaction {change.Source} changes a row of {change.Table.Source.FullName} and does "
                    + "not say which one");
        }
    }
}
