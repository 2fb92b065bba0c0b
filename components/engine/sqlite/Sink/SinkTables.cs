using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>A column that a statement binds.</summary>
/// <param name="Index">In the row.</param>
/// <param name="Name">In the sink.</param>
/// <param name="Affinity">Of the sink's column.</param>
/// <param name="IsRowId">It numbers the sink's rows.</param>
internal readonly record struct PlannedColumn(int Index, string Name, Affinity Affinity, bool IsRowId);

/// <summary>One SQL statement for the rows of a <see cref="SinkStatement"/>.</summary>
internal sealed record RowPlan(
    WriteMode Mode, string Table, string Sql, IReadOnlyList<PlannedColumn> Writes, IReadOnlyList<PlannedColumn> Finds)
{
    internal string Verb => Mode == WriteMode.Delete ? "a delete" : "an update";
}

/// <summary>The sink's tables as they are there, and the SQL that writes to them. Read again when the file's schema has changed.</summary>
internal sealed class SinkTables(Database database)
{
    private readonly Dictionary<string, TableShape?> _shapes = new(StringComparer.Ordinal);
    private long _version = -1;

    /// <summary>The SQL for a statement, or why there can be none.</summary>
    internal (RowPlan? Plan, Refused? Refused) Plan(SinkStatement statement, int index)
    {
        var table = statement.Table.FullName;
        if (Shape(statement.Table.Name) is not { } shape)
        {
            return (null, RowRefusals.NoTable(table, index));
        }

        if (shape.Triggers.Count > 0)
        {
            return (null, SinkFaults.Triggers(table, shape.Triggers[0], index));
        }

        var isWritten = statement.Mode is WriteMode.Insert or WriteMode.Upsert or WriteMode.Update;
        var isFound = statement.Mode is WriteMode.Update or WriteMode.Delete;
        var (writes, unknown) = Columns(statement, shape, isWritten ? statement.Columns : []);
        var (finds, unfound) = Columns(statement, shape, isFound ? statement.Key : []);
        if ((unknown ?? unfound ?? Generated(shape, writes)) is { } column)
        {
            return (null, RowRefusals.NoColumn(table, column, index));
        }

        if (statement.Mode is WriteMode.Insert or WriteMode.Upsert && LeftOut(statement, shape, writes) is { } leftOut)
        {
            return (null, RowRefusals.NeverSaid(table, leftOut, index));
        }

        return Text(statement, shape, writes, finds) is { } sql
            ? (new RowPlan(statement.Mode, table, sql, writes, finds), null)
            : (null, RowRefusals.NoKey(table, index));
    }

    private static string? Text(SinkStatement statement, TableShape shape, List<PlannedColumn> writes, List<PlannedColumn> finds)
    {
        var table = Sql.Name(shape.Name);
        var columns = Sql.List(writes, w => Sql.Name(w.Name));
        var where = Where(statement, shape, finds, writes.Count);
        return statement.Mode switch
        {
            WriteMode.Truncate => $"DELETE FROM {table}",
            WriteMode.Insert => $"INSERT INTO {table}({columns}) VALUES({Sql.List(writes, _ => "?")})",
            WriteMode.Upsert when shape.Schema.PrimaryKey is not { } => null,
            WriteMode.Upsert => $"INSERT INTO {table}({columns}) VALUES({Sql.List(writes, _ => "?")})"
                + $" ON CONFLICT({Sql.List(shape.Schema.PrimaryKey!.Columns, c => Sql.Name(shape.Schema.Columns[c].Name))})"
                + $" DO UPDATE SET {Sql.List(writes, w => $"{Sql.Name(w.Name)} = excluded.{Sql.Name(w.Name)}")}",
            WriteMode.Update when where is null || writes.Count == 0 => null,
            WriteMode.Update => $"UPDATE {table} SET {Sql.List(writes, w => $"{Sql.Name(w.Name)} = ?")} WHERE {where}",
            WriteMode.Delete => where is null ? null : $"DELETE FROM {table} WHERE {where}",
            _ => throw new ArgumentOutOfRangeException(nameof(statement), statement.Mode, null),
        };
    }

    /// <summary>
    /// Finds rows by their key. Where all columns are the key because there is none, many rows may be equal: the first one goes. Values are
    /// compared by type and bytes, not by collation.
    /// </summary>
    private static string? Where(SinkStatement statement, TableShape shape, List<PlannedColumn> finds, int bound)
    {
        if (finds.Count == 0)
        {
            return null;
        }

        if (statement.IsKeyed || shape.IsWithoutRowId)
        {
            return Sql.List(finds.Select((f, i) => (f, i)), f => $"{Sql.Name(f.f.Name)} IS ?{f.i + bound + 1}", " AND ");
        }

        if (shape.RowId.Length == 0)
        {
            return null;
        }

        var same = Sql.List(finds.Select((f, i) => (f, i)), f =>
        {
            var (name, value) = (Sql.Name(f.f.Name), $"?{f.i + bound + 1}");
            return $"{name} IS {value} COLLATE BINARY AND typeof({name}) = typeof({value})";
        }, " AND ");
        return $"{Sql.Name(shape.RowId)} = (SELECT {Sql.Name(shape.RowId)} FROM {Sql.Name(shape.Name)} WHERE {same} LIMIT 1)";
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

            columns.Add(new PlannedColumn(index, name, shape.Columns[there].Affinity, there == shape.RowIdColumn));
        }

        return (columns, null);
    }

    private static string? Generated(TableShape shape, List<PlannedColumn> writes) =>
        writes.Where(w => shape.Schema.Columns[shape.Schema.IndexOf(w.Name)].IsGenerated).Select(w => w.Name).FirstOrDefault();

    /// <summary>A column that an insert leaves out although nothing else says what it is to hold.</summary>
    private static string? LeftOut(SinkStatement statement, TableShape shape, List<PlannedColumn> writes)
    {
        var own = statement.Own.Select(i => statement.Table.Columns[i].Name).ToHashSet(StringComparer.Ordinal);
        return shape.Schema.Columns.Where((c, i) => !c.IsGenerated && !shape.Columns[i].HasDefault
            && !(c.IsNullable && own.Contains(c.Name)) && !writes.Exists(w => w.Name == c.Name)).Select(c => c.Name).FirstOrDefault();
    }

    private TableShape? Shape(string name)
    {
        var version = database.Number("PRAGMA schema_version") ?? 0;
        if (version != _version)
        {
            _shapes.Clear();
            _version = version;
        }

        if (!_shapes.TryGetValue(name, out var shape))
        {
            _shapes[name] = shape = TableReader.Read(database, name);
        }

        return shape;
    }
}
