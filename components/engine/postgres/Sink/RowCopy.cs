using System.Buffers;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Values;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Values;
using Npgsql;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>
/// Writes many new rows by COPY, which costs the server about half of what an insert costs. It takes no rows that are there already, and
/// does not say which row it refuses: then the statement is written as others are, and for a while so are those of its table.
/// </summary>
internal sealed class RowCopy(Session session)
{
    /// <summary>Fewer rows are not worth the step more that it takes.</summary>
    internal const int RowsMin = 50;

    /// <summary>So many statements of a table are written in another way after one that was refused.</summary>
    private const int Avoided = 64;

    private const int KeptBytes = 4 << 20;
    private readonly Dictionary<string, int> _avoided = new(StringComparer.Ordinal);
    private readonly RowIndex _row = new();
    private ArrayBufferWriter<byte> _text = new();

    /// <summary>Whether a statement is for this.</summary>
    internal bool Takes(RowPlan plan, SinkStatement statement)
    {
        if (plan.CopySql is null || statement.Rows.Count < RowsMin || !(statement.AreNew || statement.Mode == WriteMode.Insert))
        {
            return false;
        }

        if (!_avoided.TryGetValue(plan.Table, out var left))
        {
            return true;
        }

        _avoided[plan.Table] = left - 1;
        return left <= 1 && _avoided.Remove(plan.Table);
    }

    /// <summary>The text of all rows; or why one of them cannot be written.</summary>
    internal Refused? Gather(RowPlan plan, SinkStatement statement, int index)
    {
        _text = _text.Capacity > KeptBytes ? new ArrayBufferWriter<byte>() : _text;
        _text.ResetWrittenCount();
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

            Put((byte)'\n');
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
                await writer.BaseStream.WriteAsync(_text.WrittenMemory, cancel).ConfigureAwait(false);
            }

            return true;
        }
        catch (PostgresException error) when (!Failure.IsPassing(error.SqlState))
        {
            _avoided[plan.Table] = Avoided;
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
            Put(before);
        }

        return CopyText.Append(_text, value, column.Shape.Type, column.Shape.Digits) is { } why
            ? RowRefusals.DoesNotFit(plan.Table, column.Plain, why, value.ToString(), index, row) : null;
    }

    private void Put(byte one)
    {
        _text.GetSpan(1)[0] = one;
        _text.Advance(1);
    }
}
