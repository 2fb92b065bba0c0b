using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>A column that a statement binds.</summary>
/// <param name="Index">In the row.</param>
/// <param name="Plain">Its name, for people.</param>
/// <param name="Shape">Of the sink's column.</param>
internal sealed record PlannedColumn(int Index, string Plain, ColumnShape Shape)
{
    /// <summary>The name in quotes, for SQL.</summary>
    internal string Name { get; } = Sql.Name(Plain);

    /// <summary>A text as a value of the column's type: without its length, so that what is too long is refused and not cut.</summary>
    internal string Cast(string text) => $"{text}::{Shape.Type.Name}";
}

/// <summary>The SQL for the rows of a <see cref="SinkStatement"/>. Pure.</summary>
internal sealed record RowPlan
{
    internal required WriteMode Mode { get; init; }

    /// <summary>Name of the table, for messages.</summary>
    internal required string Table { get; init; }

    /// <summary>Parameters of the images of after.</summary>
    internal required IReadOnlyList<PlannedColumn> Writes { get; init; }

    /// <summary>Parameters of the images of before; they follow.</summary>
    internal required IReadOnlyList<PlannedColumn> Finds { get; init; }

    /// <summary>All rows at once, each parameter an array; null: rows are written one by one.</summary>
    internal required string? SetSql { get; init; }

    /// <summary>One row, each parameter a text.</summary>
    internal required string RowSql { get; init; }

    /// <summary>Many rows that are new, as text; null: there is no such way.</summary>
    internal string? CopySql { get; private init; }

    /// <summary>
    /// A unique index is checked at the end of the statement or later. The server does that by a trigger of its own, and not for replicas,
    /// so such a table is written without the role of a replica.
    /// </summary>
    internal required bool IsChecked { get; init; }

    /// <summary>Each row has to meet one, and one only.</summary>
    internal bool IsCounted => Mode is WriteMode.Update or WriteMode.Delete;

    internal string Verb => Mode == WriteMode.Delete ? "a delete" : "an update";

    /// <param name="statement">Its mode.</param>
    /// <param name="shape">The sink's table.</param>
    /// <param name="writes">Columns that are written.</param>
    /// <param name="finds">Columns by which rows are found.</param>
    /// <returns>Null: the table has no key to write rows by.</returns>
    internal static RowPlan? Of(
        SinkStatement statement, TableShape shape, IReadOnlyList<PlannedColumn> writes, IReadOnlyList<PlannedColumn> finds)
    {
        var table = Sql.Name(shape.Schema.Schema, shape.Schema.Name);
        var (set, row) = statement.Mode switch
        {
            WriteMode.Truncate => (null, shape.IsReferenced ? $"DELETE FROM {table}" : $"TRUNCATE {table}"),
            WriteMode.Insert => Inserts(table, shape, writes, ""),
            // A key that is checked later does not tell whether a row is there.
            WriteMode.Upsert when shape.Schema.PrimaryKey is not { } key || !shape.Immediate.Contains(key.Name) => (null, null),
            WriteMode.Upsert => Inserts(table, shape, writes, Conflict(shape, writes)),
            WriteMode.Update when finds.Count == 0 || writes.Count == 0 => (null, null),
            WriteMode.Update => Updates(table, statement, shape, writes, finds),
            WriteMode.Delete when finds.Count == 0 => (null, null),
            WriteMode.Delete => Deletes(table, statement, shape, finds),
            _ => throw new ArgumentOutOfRangeException(nameof(statement), statement.Mode, null),
        };
        return row is null ? null : new RowPlan
        {
            Mode = statement.Mode, Table = statement.Table.FullName, Writes = writes, Finds = finds, SetSql = set, RowSql = row,
            IsChecked = shape.IsChecked, CopySql = Copies(table, statement, shape, writes),
        };
    }

    /// <summary>Rules of people are for inserts alone.</summary>
    private static string? Copies(string table, SinkStatement statement, TableShape shape, IReadOnlyList<PlannedColumn> writes) =>
        statement.Mode is WriteMode.Insert or WriteMode.Upsert && !shape.HasRules && writes.Count > 0
            ? $"COPY {table}({Sql.List(writes, w => w.Name)}) FROM STDIN" : null;

    private static (string?, string?) Inserts(string table, TableShape shape, IReadOnlyList<PlannedColumn> writes, string conflict)
    {
        var identity = shape.Columns.Any(c => c.IsAlways) ? " OVERRIDING SYSTEM VALUE" : "";
        var into = $"INSERT INTO {table}({Sql.List(writes, w => w.Name)}){identity}";
        return ($"{into} SELECT {Sql.List(writes.Select((w, i) => w.Cast($"v.c{i}")), c => c)} FROM {Values(writes.Count)}{conflict}",
            $"{into} VALUES({Sql.List(writes.Select((w, i) => w.Cast($"${i + 1}::text")), c => c)}){conflict}");
    }

    private static string Conflict(TableShape shape, IReadOnlyList<PlannedColumn> writes)
    {
        var key = shape.Schema.PrimaryKey!.Columns.Select(c => Sql.Name(shape.Schema.Columns[c].Name)).ToList();
        var others = writes.Where(w => !key.Contains(w.Name) && !w.Shape.IsAlways).ToList();
        var action = others.Count == 0 ? "NOTHING" : $"UPDATE SET {Sql.List(others, w => $"{w.Name} = excluded.{w.Name}")}";
        return $" ON CONFLICT ({string.Join(", ", key)}) DO {action}";
    }

    private static (string?, string?) Updates(string table, SinkStatement statement, TableShape shape,
        IReadOnlyList<PlannedColumn> writes, IReadOnlyList<PlannedColumn> finds)
    {
        var row = $"UPDATE {table} AS t SET {Sql.List(writes.Select((w, i) => $"{w.Name} = {w.Cast($"${i + 1}::text")}"), s => s)}"
            + $" WHERE {Row(table, statement, shape, finds, writes.Count)}";
        var set = $"UPDATE {table} AS t SET {Sql.List(writes.Select((w, i) => $"{w.Name} = {w.Cast($"v.c{i}")}"), s => s)}"
            + $" FROM {Values(writes.Count + finds.Count)} WHERE {Same(finds, writes.Count)}";
        return (IsUnique(shape, finds) ? set : null, row);
    }

    private static (string?, string?) Deletes(
        string table, SinkStatement statement, TableShape shape, IReadOnlyList<PlannedColumn> finds) => (
        IsUnique(shape, finds) ? $"DELETE FROM {table} AS t USING {Values(finds.Count)} WHERE {Same(finds, 0)}" : null,
        $"DELETE FROM {table} AS t WHERE {Row(table, statement, shape, finds, 0)}");

    private static string Values(int count)
    {
        var numbers = Enumerable.Range(0, count).ToList();
        return $"unnest({Sql.List(numbers, i => $"${i + 1}::text[]")}) AS v({Sql.List(numbers, i => $"c{i}")})";
    }

    private static string Same(IReadOnlyList<PlannedColumn> finds, int bound) =>
        string.Join(" AND ", finds.Select((f, i) => $"t.{f.Name} = {f.Cast($"v.c{i + bound}")}"));

    /// <summary>
    /// Finds one row. Where all columns are the key because there is none, many rows may be equal: one of them goes. Values are compared by
    /// the text that the server writes of them: some types have no equality, and some equal values look different.
    /// </summary>
    private static string Row(string table, SinkStatement statement, TableShape shape, IReadOnlyList<PlannedColumn> finds, int bound)
    {
        if (statement.IsKeyed)
        {
            return string.Join(" AND ", finds.Select((f, i) => IsNeverNull(shape, f)
                ? $"t.{f.Name} = {f.Cast($"${i + bound + 1}::text")}"
                : $"t.{f.Name} IS NOT DISTINCT FROM {f.Cast($"${i + bound + 1}::text")}"));
        }

        var same = string.Join(" AND ", finds.Select((f, i) =>
            $"w.{f.Name}::text IS NOT DISTINCT FROM {f.Cast($"${i + bound + 1}::text")}::text"));
        return $"(t.tableoid, t.ctid) = (SELECT w.tableoid, w.ctid FROM {table} AS w WHERE {same} LIMIT 1)";
    }

    private static bool IsNeverNull(TableShape shape, PlannedColumn column) =>
        shape.Schema.Columns.Any(c => c.Name == column.Plain && !c.IsNullable);

    /// <summary>No two rows of the sink have the same values there, so a set's count tells that each row has met one.</summary>
    private static bool IsUnique(TableShape shape, IReadOnlyList<PlannedColumn> finds)
    {
        var names = finds.Select(f => f.Plain).ToHashSet(StringComparer.Ordinal);
        return finds.All(f => f.Shape.Type.IsComparable) && shape.Schema.Keys.Any(k => !k.IsInexact && shape.Immediate.Contains(k.Name)
            && k.Columns.All(c => !shape.Schema.Columns[c].IsNullable && names.Contains(shape.Schema.Columns[c].Name))
            && k.Columns.Count == names.Count);
    }
}
