using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Values;

namespace Holdfast.Engine.Sqlite.Sink;

/// <summary>
/// Writes rows, inside a transaction of somebody else. Without a network between, one prepared statement for each row costs what
/// a set of rows in one statement costs, and it says which row is refused.
/// </summary>
internal sealed class RowApplier(Database database)
{
    private readonly SinkTables _tables = new(database);
    private readonly RowIndex _before = new();
    private readonly RowIndex _after = new();

    /// <summary>Writes a statement's rows.</summary>
    /// <returns>Count of the rows, or the refusal of one of them.</returns>
    internal (long Written, Refused? Refused) Apply(SinkStatement statement, int index)
    {
        var (plan, refused) = _tables.Plan(statement, index);
        if (plan is null)
        {
            return (0, refused);
        }

        if (statement.Mode == WriteMode.Truncate)
        {
            database.Prepared(plan.Sql).Run();
            return (database.Changes, null);
        }

        var prepared = database.Prepared(plan.Sql);
        var row = 0;
        try
        {
            for (; row < statement.Rows.Count; row++)
            {
                refused = Bind(prepared, plan, statement.Rows[row], index, row) ?? Run(prepared, plan, index, row);
                if (refused is not null)
                {
                    return (0, refused);
                }
            }
        }
        catch (SqliteFailure error) when (error.IsConstraint || error.IsTooBig)
        {
            return (0, SinkFaults.Broken(plan.Table, error, index, row));
        }

        return (statement.Rows.Count, null);
    }

    private Refused? Run(Statement prepared, RowPlan plan, int index, int row)
    {
        prepared.Run();
        var changed = database.Changes;
        return (plan.Mode, changed) switch
        {
            (_, 1) or (WriteMode.Insert or WriteMode.Upsert, _) => null,
            (_, 0) => RowRefusals.Missing(plan.Table, plan.Verb, Key(plan), index, row),
            _ => RowRefusals.Several(plan.Table, plan.Verb, Key(plan), changed, index, row),
        };
    }

    private Refused? Bind(Statement prepared, RowPlan plan, SinkRow row, int index, int at)
    {
        var parameter = 1;
        if (plan.Writes.Count > 0)
        {
            _after.Of(row.After);
            if (Bind(prepared, plan, plan.Writes, _after, ref parameter, index, at) is { } refused)
            {
                return refused;
            }
        }

        if (plan.Finds.Count > 0)
        {
            _before.Of(row.Before);
            return Bind(prepared, plan, plan.Finds, _before, ref parameter, index, at);
        }

        return null;
    }

    private static Refused? Bind(
        Statement prepared, RowPlan plan, IReadOnlyList<PlannedColumn> columns, RowIndex values, ref int parameter, int index, int row)
    {
        foreach (var column in columns)
        {
            if (column.Index >= values.Columns || values[column.Index].IsAbsent)
            {
                return RowRefusals.NotSaid(plan.Table, column.Name, index, row);
            }

            var value = values[column.Index];
            var fitted = Fitted.Of(value, column.Affinity);
            var whyNot = fitted.WhyNot
                ?? (column.IsRowId && fitted.IsNull ? "the column numbers the rows: SQLite would make up a number" : null);
            if (whyNot is not null)
            {
                return RowRefusals.DoesNotFit(plan.Table, column.Name, whyNot, value.ToString(), index, row);
            }

            fitted.Bind(prepared, parameter++);
        }

        return null;
    }

    /// <summary>The key of the row that was bound last, for people.</summary>
    private string Key(RowPlan plan)
    {
        var text = new StringBuilder();
        foreach (var column in plan.Finds)
        {
            text.Append(text.Length == 0 ? "" : ", ").Append(column.Name).Append(" = ").Append(_before[column.Index].ToString());
        }

        return text.ToString();
    }
}
