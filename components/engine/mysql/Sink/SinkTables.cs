using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>The way in which the rows of a <see cref="SinkStatement"/> are written.</summary>
/// <param name="Mode">The kind of statement.</param>
/// <param name="Table">For messages.</param>
/// <param name="Target">In quotes.</param>
/// <param name="Writes">Columns that are written.</param>
/// <param name="Finds">Columns by which rows are found.</param>
/// <param name="IsKeyed">Rows are found by a key of the task; else of equal rows one goes.</param>
/// <param name="IsUnique">The sink itself has that key, so it finds one row at most.</param>
internal sealed record RowPlan(WriteMode Mode, string Table, string Target, IReadOnlyList<PlannedColumn> Writes,
    IReadOnlyList<PlannedColumn> Finds, bool IsKeyed, bool IsUnique)
{
    internal string Verb => Mode == WriteMode.Delete ? "a delete" : "an update";
}

/// <summary>
/// The sink's tables as they are there. What was read is believed for a while; what would be refused by it is read again first, so that
/// a table that was mended is found at once.
/// </summary>
internal sealed class SinkTables(TimeProvider time)
{
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);
    private static readonly string[] NoTransactions = ["MyISAM", "Aria", "MEMORY", "CSV", "ARCHIVE", "BLACKHOLE", "MRG_MyISAM"];
    private readonly Dictionary<string, (TableShape? Shape, string Engine, long Read)> _shapes = new(StringComparer.Ordinal);

    /// <summary>The plan of a statement, or why there can be none.</summary>
    internal async Task<(RowPlan? Plan, Refused? Refused)> Plan(
        MySqlConnection connection, SinkStatement statement, int index, CancellationToken cancel)
    {
        var name = statement.Table.FullName;
        var isFresh = !_shapes.TryGetValue(name, out var known) || time.GetElapsedTime(known.Read) > Believed;
        var found = isFresh ? await Read(connection, statement.Table, cancel) : known;
        var (plan, refused) = Planned(statement, found.Shape, found.Engine, index);
        if (refused is null || isFresh)
        {
            return (plan, refused);
        }

        found = await Read(connection, statement.Table, cancel);
        return Planned(statement, found.Shape, found.Engine, index);
    }

    private async Task<(TableShape? Shape, string Engine, long Read)> Read(
        MySqlConnection connection, TableSchema table, CancellationToken cancel)
    {
        var shape = await TableReader.Read(connection, table.Schema, table.Name, cancel);
        var engine = await connection.First(
            "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = @p0 AND TABLE_NAME = @p1", cancel, table.Schema, table.Name);
        return _shapes[table.FullName] = (shape, engine is [string known] ? known : "", time.GetTimestamp());
    }

    private static (RowPlan? Plan, Refused? Refused) Planned(SinkStatement statement, TableShape? shape, string engine, int index)
    {
        var table = statement.Table.FullName;
        if (shape is null)
        {
            return (null, RowRefusals.NoTable(table, index));
        }

        if (shape.Triggers.Count > 0)
        {
            return (null, SinkFaults.Triggers(table, shape.Triggers[0], index));
        }

        if (NoTransactions.Contains(engine, StringComparer.OrdinalIgnoreCase))
        {
            return (null, SinkFaults.NoTransactions(table, engine, index));
        }

        var isWritten = statement.Mode is WriteMode.Insert or WriteMode.Upsert or WriteMode.Update;
        var isFound = statement.Mode is WriteMode.Update or WriteMode.Delete;
        var (writes, unknown) = Columns(statement, shape, isWritten ? statement.Columns : []);
        var (finds, unfound) = Columns(statement, shape, isFound ? statement.Key : []);
        if ((unknown ?? unfound ?? writes.Find(w => w.Column.IsGenerated)?.Column.Name) is { } column)
        {
            return (null, RowRefusals.NoColumn(table, column, index));
        }

        if (statement.Mode is WriteMode.Insert or WriteMode.Upsert && LeftOut(statement, shape, writes) is { } leftOut)
        {
            return (null, RowRefusals.NeverSaid(table, leftOut, index));
        }

        if (statement.Mode == WriteMode.Upsert && shape.Schema.PrimaryKey is null || isFound && finds.Count == 0
            || statement.Mode == WriteMode.Update && writes.Count == 0)
        {
            return (null, RowRefusals.NoKey(table, index));
        }

        var isKeyed = statement.IsKeyed;
        var isUnique = isKeyed && shape.Schema.Keys.Any(k => !k.IsInexact
            && k.Columns.All(c => finds.Exists(f => f.Column.Name == shape.Schema.Columns[c].Name)));
        var target = Sql.Name(shape.Schema.Schema, shape.Schema.Name);
        return (new RowPlan(statement.Mode, table, target, writes, finds, isKeyed, isUnique), null);
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

            columns.Add(new PlannedColumn(index, shape.Schema.Columns[there], shape.Columns[there]));
        }

        return (columns, null);
    }

    /// <summary>A column that an insert leaves out although nothing else says what it is to hold.</summary>
    private static string? LeftOut(SinkStatement statement, TableShape shape, List<PlannedColumn> writes)
    {
        var own = statement.Own.Select(i => statement.Table.Columns[i].Name).ToHashSet(StringComparer.Ordinal);
        return shape.Schema.Columns.Where((c, i) => !c.IsGenerated && !shape.Columns[i].HasDefault
            && !(c.IsNullable && own.Contains(c.Name)) && !writes.Exists(w => w.Column.Name == c.Name))
            .Select(c => c.Name).FirstOrDefault();
    }
}
