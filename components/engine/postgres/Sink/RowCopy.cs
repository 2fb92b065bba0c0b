using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Values;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>
/// Writes many new rows by COPY, which costs the server about half of an insert. It takes no rows that are there already, and does not say
/// which row it refuses. After a refusal the statement is written as others are, and for a while so are all of its table.
/// </summary>
internal sealed class RowCopy(Session session)
{
    /// <summary>Fewer rows are not worth the step more that it takes.</summary>
    internal const int RowsMin = 50;

    private readonly BulkText _bulk = new(RowsMin);
    private readonly RowIndex _row = new();

    /// <summary>The statement is for this.</summary>
    internal bool Takes(RowPlan plan, SinkStatement statement) => plan.CopySql is not null && _bulk.Takes(plan.Table, statement);

    /// <summary>The text of all rows; or why one of them cannot be written.</summary>
    internal Refused? Gather(RowPlan plan, SinkStatement statement, int index)
    {
        _bulk.Begin();
        for (var row = 0; row < statement.Rows.Count; row++)
        {
            _row.Of(statement.Rows[row].After);
            for (var i = 0; i < plan.Writes.Count; i++)
            {
                if (Append(plan, plan.Writes[i], i == 0 ? (byte)0 : (byte)'\t', index, row) is { } refused)
                {
                    return refused;
                }
            }

            _bulk.Put((byte)'\n');
        }

        return null;
    }

    /// <summary>Sends what was gathered.</summary>
    /// <returns>False: the server refuses it, and the transaction has to go back to its savepoint.</returns>
    internal async Task<bool> Send(RowPlan plan, CancellationToken cancel)
    {
        try
        {
            var writer = (StreamWriter)await session.Connection.BeginTextImportAsync(plan.CopySql!, cancel).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                await writer.BaseStream.WriteAsync(_bulk.Text.WrittenMemory, cancel).ConfigureAwait(false);
            }

            return true;
        }
        catch (PostgresException error) when (!Failure.IsPassing(error.SqlState))
        {
            _bulk.Avoid(plan.Table);
            return false;
        }
    }

    private Refused? Append(RowPlan plan, PlannedColumn column, byte before, int index, int row)
    {
        if (column.Index >= _row.Columns || _row[column.Index] is var value && value.IsAbsent)
        {
            return RowRefusals.NotSaid(plan.Table, column.Plain, index, row);
        }

        if (before != 0)
        {
            _bulk.Put(before);
        }

        return CopyText.Append(_bulk.Text, value, column.Shape.Type, column.Shape.Digits) is { } why
            ? RowRefusals.DoesNotFit(plan.Table, column.Plain, why, value.ToString(), index, row) : null;
    }
}
