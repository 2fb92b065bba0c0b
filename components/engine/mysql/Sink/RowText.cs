using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.MySql.Values;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>The SQL of rows. Nothing of it is shared between lanes.</summary>
internal sealed class RowText
{
    private readonly RowIndex _before = new();
    private readonly RowIndex _after = new();

    /// <summary>Appends the values of an insert, in brackets; answers why they cannot be written.</summary>
    internal Refused? Values(StringBuilder to, RowPlan plan, SinkRow row, int index, int at)
    {
        _after.Of(row.After);
        to.Append('(');
        for (var i = 0; i < plan.Writes.Count; i++)
        {
            to.Append(i > 0 ? "," : "");
            if (Value(to, plan, plan.Writes[i], _after, index, at) is { } refused)
            {
                return refused;
            }
        }

        to.Append(')');
        return null;
    }

    /// <summary>Appends a whole statement that changes or removes one row; answers why it cannot be written.</summary>
    internal Refused? Single(StringBuilder to, RowPlan plan, SinkRow row, int index, int at)
    {
        if (plan.Mode == WriteMode.Delete)
        {
            to.Append("DELETE FROM ").Append(plan.Target);
        }
        else
        {
            _after.Of(row.After);
            to.Append("UPDATE ").Append(plan.Target).Append(" SET ");
            for (var i = 0; i < plan.Writes.Count; i++)
            {
                to.Append(i > 0 ? ", " : "").Append(plan.Writes[i].Name).Append(" = ");
                if (Value(to, plan, plan.Writes[i], _after, index, at) is { } refused)
                {
                    return refused;
                }
            }
        }

        _before.Of(row.Before);
        to.Append(" WHERE ");
        for (var i = 0; i < plan.Finds.Count; i++)
        {
            to.Append(i > 0 ? " AND " : "");
            if (Finds(to, plan, plan.Finds[i], index, at) is { } refused)
            {
                return refused;
            }
        }

        to.Append(plan.IsKeyed ? "" : " LIMIT 1");
        return null;
    }

    /// <summary>The key of a row, for people.</summary>
    internal string Key(RowPlan plan, SinkRow row)
    {
        _before.Of(row.Before);
        var text = new StringBuilder();
        foreach (var column in plan.Finds)
        {
            text.Append(text.Length == 0 ? "" : ", ").Append(column.Column.Name).Append(" = ").Append(_before[column.Index].ToString());
        }

        return text.ToString();
    }

    private Refused? Finds(StringBuilder to, RowPlan plan, PlannedColumn column, int index, int at)
    {
        if (Unsaid(_before, column))
        {
            return RowRefusals.NotSaid(plan.Table, column.Column.Name, index, at);
        }

        var value = _before[column.Index];
        if (value.IsNull)
        {
            to.Append(column.Name).Append(" IS NULL");
            return null;
        }

        if (!plan.IsKeyed && Exact(to, value, column))
        {
            return null;
        }

        to.Append(column.Name).Append(" = ");
        return Value(to, plan, column, _before, index, at);
    }

    /// <summary>Without a key rows are told apart by their bytes: a collation would take another row for this one.</summary>
    private static bool Exact(StringBuilder to, Value value, PlannedColumn column)
    {
        if (column.Column.Kind is ValueKind.Text or ValueKind.Enum or ValueKind.Set && Literal.TextOf(value) is { } text)
        {
            to.Append("CAST(CONVERT(").Append(column.Name).Append(" USING utf8mb4) AS BINARY) = x'")
                .Append(Convert.ToHexString(Encoding.UTF8.GetBytes(text))).Append('\'');
            return true;
        }

        if (column.Column.Kind == ValueKind.Json && Literal.TextOf(value) is { } json)
        {
            to.Append(column.Name).Append(" = CAST(");
            Literal.Quoted(to, json);
            to.Append(" AS JSON)");
            return true;
        }

        return false;
    }

    private static Refused? Value(StringBuilder to, RowPlan plan, PlannedColumn column, RowIndex values, int index, int at)
    {
        if (Unsaid(values, column))
        {
            return RowRefusals.NotSaid(plan.Table, column.Column.Name, index, at);
        }

        var value = values[column.Index];
        return Literal.Append(to, value, column.Column, column.Shape) is { } why
            ? RowRefusals.DoesNotFit(plan.Table, column.Column.Name, why, value.ToString(), index, at)
            : null;
    }

    private static bool Unsaid(RowIndex values, PlannedColumn column) =>
        column.Index >= values.Columns || values[column.Index].IsAbsent;
}
