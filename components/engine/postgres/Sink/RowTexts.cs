using Holdfast.Engine.Postgres.Values;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>The rows of a statement as texts, which the server casts to its types.</summary>
internal sealed class RowTexts
{
    private readonly RowIndex _before = new();
    private readonly RowIndex _after = new();

    /// <summary>Writes for each parameter the texts of all rows.</summary>
    internal (IReadOnlyList<string?[]> Columns, Refused? Refused) Of(RowPlan plan, SinkStatement statement, int index)
    {
        var columns = new string?[plan.Writes.Count + plan.Finds.Count][];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new string?[statement.Rows.Count];
        }

        for (var row = 0; row < statement.Rows.Count; row++)
        {
            var refused = Fill(plan, plan.Writes, _after, statement.Rows[row].After, columns.AsSpan(0, plan.Writes.Count), index, row)
                ?? Fill(plan, plan.Finds, _before, statement.Rows[row].Before, columns.AsSpan(plan.Writes.Count), index, row);
            if (refused is not null)
            {
                return ([], refused);
            }
        }

        return (columns, null);
    }

    private static Refused? Fill(RowPlan plan, IReadOnlyList<PlannedColumn> planned, RowIndex values, Row image,
        ReadOnlySpan<string?[]> columns, int index, int row)
    {
        if (planned.Count == 0)
        {
            return null;
        }

        values.Of(image);
        for (var i = 0; i < planned.Count; i++)
        {
            var column = planned[i];
            if (column.Index >= values.Columns || values[column.Index].IsAbsent)
            {
                return RowRefusals.NotSaid(plan.Table, column.Plain, index, row);
            }

            var value = values[column.Index];
            var (text, whyNot) = Fitted.Of(value, column.Shape.Type, column.Shape.Digits);
            if (whyNot is not null)
            {
                return RowRefusals.DoesNotFit(plan.Table, column.Plain, whyNot, value.ToString(), index, row);
            }

            columns[i][row] = text;
        }

        return null;
    }

    /// <summary>The columns by which a row is found, for people.</summary>
    internal string Key(RowPlan plan, Row before)
    {
        var text = new StringBuilder();
        _before.Of(before);
        foreach (var column in plan.Finds)
        {
            text.Append(text.Length == 0 ? "" : ", ").Append(column.Plain).Append(" = ").Append(_before[column.Index].ToString());
        }

        return text.ToString();
    }
}
