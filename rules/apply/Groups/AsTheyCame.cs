using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Groups;

/// <summary>
/// Each change as it came, for a sink that keeps changes. Nothing is merged or moved, and both images stay. Neighbours of one table and
/// kind are one statement only to say their table once.
/// </summary>
internal static class AsTheyCame
{
    /// <summary>The statements; their rows, one after the other, are the changes in their order.</summary>
    internal static IReadOnlyList<SinkStatement> Build(IReadOnlyList<SinkChange> changes, GroupLimits limits)
    {
        var statements = new List<SinkStatement>();
        var rows = new List<SinkRow>();
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            rows.Add(new SinkRow(change.Before, change.After, change.Source));
            if (i + 1 == changes.Count || rows.Count >= limits.Rows || changes[i + 1].Table != change.Table
                || changes[i + 1].Kind != change.Kind)
            {
                var all = Enumerable.Range(0, change.Table.Sink.Columns.Count).ToArray();
                statements.Add(new SinkStatement(change.Table.Sink, Mode(change.Kind), change.Table.RowKey ?? all, all, rows));
                rows = [];
            }
        }

        return statements;
    }

    private static WriteMode Mode(ChangeKind kind) => kind switch
    {
        ChangeKind.Insert => WriteMode.Insert,
        ChangeKind.Update => WriteMode.Update,
        ChangeKind.Delete => WriteMode.Delete,
        ChangeKind.Truncate => WriteMode.Truncate,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
