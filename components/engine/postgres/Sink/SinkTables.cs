using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>
/// The sink's tables as they are there, and the SQL that writes to them. A description is read again after a while, since a trigger
/// that somebody adds would not be noticed, and whenever a statement does not go with it.
/// </summary>
internal sealed class SinkTables(Session session, bool isReplica, TimeProvider time)
{
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(5);
    private readonly Dictionary<(string, string), (TableShape? Shape, long Read)> _shapes = [];
    private readonly Dictionary<string, RowPlan> _plans = new(StringComparer.Ordinal);

    /// <summary>Everything is read again.</summary>
    internal void Forget()
    {
        _shapes.Clear();
        _plans.Clear();
    }

    /// <summary>The SQL for a statement, or why there can be none.</summary>
    internal async Task<(RowPlan? Plan, Refused? Refused)> Plan(SinkStatement statement, int index, CancellationToken cancel)
    {
        var (shape, isFresh) = await Shape(statement, cancel).ConfigureAwait(false);
        var (plan, refused) = Made(statement, shape, index);
        if (refused is not null && !isFresh)
        {
            Forget();
            return Made(statement, (await Shape(statement, cancel).ConfigureAwait(false)).Shape, index);
        }

        return (plan, refused);
    }

    private (RowPlan? Plan, Refused? Refused) Made(SinkStatement statement, TableShape? shape, int index)
    {
        var table = statement.Table.FullName;
        if (shape is null)
        {
            return (null, RowRefusals.NoTable(table, index));
        }

        if (shape.Triggers.FirstOrDefault(t => t.IsAlways || !isReplica || shape.IsChecked) is { } trigger)
        {
            return (null, SinkFaults.Triggers(table, trigger.Name, index));
        }

        var isWritten = statement.Mode is WriteMode.Insert or WriteMode.Upsert or WriteMode.Update;
        var (writes, unknown) = Columns(statement, shape, isWritten ? statement.Columns : []);
        var (finds, unfound) = Columns(statement, shape, statement.Mode is WriteMode.Update or WriteMode.Delete ? statement.Key : []);
        if ((unknown ?? unfound ?? Generated(statement, shape)) is { } column)
        {
            return (null, RowRefusals.NoColumn(table, column, index));
        }

        if (statement.Mode is WriteMode.Insert or WriteMode.Upsert && LeftOut(statement, shape) is { } leftOut)
        {
            return (null, RowRefusals.NeverSaid(table, leftOut, index));
        }

        if (statement.Mode == WriteMode.Update && writes.Find(w => w.Shape.IsAlways) is { } identity)
        {
            if (Changes(statement, identity.Index))
            {
                return (null, SinkFaults.Identity(table, identity.Name, index));
            }

            writes.RemoveAll(w => w.Shape.IsAlways);
        }

        var name = $"{table}|{statement.Mode}|{string.Join(',', writes.Select(w => w.Index))}|{string.Join(',', statement.Key)}|"
            + string.Join(',', statement.Table.Keys.Select(k => $"{k.IsInexact}{string.Join('.', k.Columns)}"));
        if (!_plans.TryGetValue(name, out var known))
        {
            if (RowPlan.Of(statement, shape, writes, finds) is not { } made)
            {
                return (null, RowRefusals.NoKey(table, index));
            }

            _plans[name] = known = made;
        }

        return (known, null);
    }

    private static bool Changes(SinkStatement statement, int column)
    {
        var (before, after) = (new Engine.Values.RowIndex(), new Engine.Values.RowIndex());
        return statement.Rows.Any(r =>
        {
            before.Of(r.Before);
            after.Of(r.After);
            return !before[column].IsAbsent && !before[column].Raw.SequenceEqual(after[column].Raw);
        });
    }

    private static (List<PlannedColumn> Columns, string? Unknown) Columns(
        SinkStatement statement, TableShape shape, IReadOnlyList<int> indexes)
    {
        var columns = new List<PlannedColumn>(indexes.Count);
        foreach (var index in indexes)
        {
            var name = statement.Table.Columns[index].Name;
            var there = shape.Schema.IndexOf(name);
            if (there < 0)
            {
                return ([], name);
            }

            columns.Add(new PlannedColumn(index, name, shape.Columns[there]));
        }

        return (columns, null);
    }

    private static string? Generated(SinkStatement statement, TableShape shape) => statement.Columns
        .Select(c => statement.Table.Columns[c].Name).FirstOrDefault(n => shape.Schema.Columns[shape.Schema.IndexOf(n)].IsGenerated);

    /// <summary>A column that an insert leaves out although nothing else says what it is to hold.</summary>
    private static string? LeftOut(SinkStatement statement, TableShape shape)
    {
        var own = statement.Own.Select(i => statement.Table.Columns[i].Name).ToHashSet(StringComparer.Ordinal);
        var written = statement.Columns.Select(i => statement.Table.Columns[i].Name).ToHashSet(StringComparer.Ordinal);
        return shape.Schema.Columns.Where((c, i) => !c.IsGenerated && !shape.Columns[i].HasDefault
            && !(c.IsNullable && own.Contains(c.Name)) && !written.Contains(c.Name)).Select(c => c.Name).FirstOrDefault();
    }

    private async Task<(TableShape? Shape, bool IsFresh)> Shape(SinkStatement statement, CancellationToken cancel)
    {
        var name = (statement.Table.Schema, statement.Table.Name);
        if (_shapes.TryGetValue(name, out var known) && time.GetElapsedTime(known.Read) < KnownFor)
        {
            return (known.Shape, false);
        }

        var read = time.GetTimestamp();
        var shape = await TableReader.Read(session, name.Schema, name.Name, cancel).ConfigureAwait(false);
        if (known.Shape is null || shape is null || !known.Shape.Schema.HasShapeOf(shape.Schema))
        {
            _plans.Clear();
        }

        _shapes[name] = (shape, read);
        return (shape, true);
    }
}
