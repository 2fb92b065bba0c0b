using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Lanes;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Groups;

/// <summary>Turns the changes of whole source transactions, one after the other, into the statements of one transaction of the
/// sink.</summary>
internal static class GroupBuilder
{
    /// <summary>The statements; applied in their order they have the effect of the changes in theirs.</summary>
    internal static IReadOnlyList<SinkStatement> Build(IReadOnlyList<SinkChange> changes, GroupLimits limits)
    {
        var (statements, reader) = (new StatementList(limits), new KeyReader());
        foreach (var lane in Lanes(changes))
        {
            if (lane[0].Table.InOrder)
            {
                InOrder.Write(lane, reader, statements);
            }
            else
            {
                Write(lane, reader, statements);
            }
        }

        return statements.Statements;
    }

    /// <summary>Tables that no foreign key ties together have no order among each other.</summary>
    private static IEnumerable<IReadOnlyList<SinkChange>> Lanes(IReadOnlyList<SinkChange> changes)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        var first = changes[0].Table.Lane;
        return changes.All(c => c.Table.Lane == first)
            ? [changes]
            : changes.GroupBy(c => c.Table.Lane).Select(g => (IReadOnlyList<SinkChange>)[.. g]);
    }

    /// <summary>Writes the changes of one table. Those before it was emptied are left out: they need not be written first.</summary>
    private static void Write(IReadOnlyList<SinkChange> changes, KeyReader reader, StatementList to)
    {
        var table = changes[0].Table;
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            if (changes[i].Kind == ChangeKind.Truncate)
            {
                to.Truncate(table);
                changes = [.. changes.Skip(i + 1)];
                break;
            }
        }

        if (!NetEffect.TryWrite(table, changes, reader, to))
        {
            InOrder.Write(changes, reader, to);
        }
    }
}
