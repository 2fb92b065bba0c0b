using System.Runtime.InteropServices;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Values;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>
/// Writes many new rows by LOAD DATA LOCAL, which costs the server about two thirds of an insert. The server only warns of a row that an
/// insert would refuse, and passes over rows that are there. So a load counts only when it had no warning and wrote all rows; else it is
/// rolled back, and the rows are inserted.
/// </summary>
/// <param name="isAllowed">The library sends nothing but our own stream, whatever the server asks for.</param>
internal sealed class RowLoad(bool isAllowed)
{
    /// <summary>Fewer rows are not worth the steps more that it takes.</summary>
    private const int RowsMin = 500;

    private readonly BulkText _bulk = new(RowsMin);
    private readonly RowIndex _row = new();
    private bool _isRefused;

    /// <summary>A new session may be allowed what the one before was not.</summary>
    internal void Begin() => _isRefused = false;

    /// <summary>Writes all rows of a statement.</summary>
    /// <returns>
    /// Whether they are written; if not, what became of the transaction, or null: nothing is written, and they have to be in another way.
    /// </returns>
    internal async Task<(bool IsDone, ApplyResult? Ended)> Apply(
        MySqlConnection connection, RowPlan plan, SinkStatement statement, int index, CancellationToken cancel)
    {
        if (!Takes(plan, statement))
        {
            return (false, null);
        }

        if (!TryGather(plan, statement))
        {
            _bulk.Avoid(plan.Table);
            return (false, null);
        }

        await connection.Run("SAVEPOINT hf", cancel);
        try
        {
            var written = await Loader(connection, plan).LoadAsync(cancel);
            if (written == statement.Rows.Count && await connection.First("SELECT @@warning_count", cancel) is [var warnings]
                && Convert.ToInt64(warnings, CultureInfo.InvariantCulture) == 0)
            {
                return (true, null);
            }
        }
        catch (MySqlException error) when (ServerErrors.IsPassing(error))
        {
            return (false, ServerErrors.Of(error, plan.Table, index, null));
        }
        catch (MySqlException error)
        {
            // Not allowed there: 1148 of MariaDB and older ones, 3948 of MySQL 8.
            _isRefused = error.Number is 1148 or 3948;
        }

        _bulk.Avoid(plan.Table);
        await connection.Run("ROLLBACK TO SAVEPOINT hf", cancel);
        return (false, null);
    }

    private bool Takes(RowPlan plan, SinkStatement statement) =>
        isAllowed && !_isRefused && plan.Writes.Count > 0 && _bulk.Takes(plan.Table, statement);

    private bool TryGather(RowPlan plan, SinkStatement statement)
    {
        _bulk.Begin();
        foreach (var row in statement.Rows)
        {
            _row.Of(row.After);
            for (var i = 0; i < plan.Writes.Count; i++)
            {
                var column = plan.Writes[i];
                if (i > 0)
                {
                    _bulk.Put((byte)LoadText.Field);
                }

                if (column.Index >= _row.Columns || !LoadText.TryAppend(_bulk.Text, _row[column.Index], column.Column, column.Shape))
                {
                    return false;
                }
            }

            _bulk.Put((byte)LoadText.Line);
        }

        return true;
    }

    private MySqlBulkLoader Loader(MySqlConnection connection, RowPlan plan)
    {
        var bytes = MemoryMarshal.TryGetArray(_bulk.Text.WrittenMemory, out var segment)
            ? segment : new ArraySegment<byte>(_bulk.Text.WrittenSpan.ToArray());
        var loader = new MySqlBulkLoader(connection)
        {
            Local = true,
            SourceStream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false),
            TableName = plan.Target,
            CharacterSet = "utf8mb4",
            FieldTerminator = LoadText.Field.ToString(),
            LineTerminator = LoadText.Line.ToString(),
            EscapeCharacter = LoadText.Escape,
            Timeout = 0,
        };
        loader.Columns.AddRange(plan.Writes.Select(w => w.Name));
        return loader;
    }
}
