using Holdfast.Engine.MySql.Db;

namespace Holdfast.Engine.MySql.Sink;

/// <summary>
/// Writes rows inside a transaction of somebody else: inserts as one statement for many rows, updates and deletes as many statements in
/// one packet. When fewer rows were met than were said, or the server refuses one, the caller finds out which by single steps.
/// </summary>
internal sealed class RowApplier(TimeProvider time, bool mayLoad)
{
    /// <summary>A packet of SQL, however much the server takes.</summary>
    private const int PacketBytesMax = 4 << 20;
    private const int Spare = 1024;

    private readonly SinkTables _tables = new(time);
    private readonly RowText _text = new();
    private readonly RowLoad _load = new(mayLoad);

    /// <summary>The server's max_allowed_packet.</summary>
    internal long PacketMax { get; set; } = PacketBytesMax;

    /// <summary>A new session.</summary>
    internal void Begin() => _load.Begin();

    /// <summary>Writes a statement's rows.</summary>
    /// <param name="connection">With an open transaction.</param>
    /// <param name="statement">The rows to write.</param>
    /// <param name="index">Of the statement.</param>
    /// <param name="isSingle">Row after row, to find the one that is refused.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Count of the rows; or the refusal, without a row where the steps were large.</returns>
    internal async Task<(long Written, ApplyResult? Ended)> Apply(
        MySqlConnection connection, SinkStatement statement, int index, bool isSingle, CancellationToken cancel)
    {
        var (plan, refused) = await _tables.Plan(connection, statement, index, cancel);
        if (plan is null)
        {
            return (0, refused);
        }

        if (plan.Mode == WriteMode.Truncate)
        {
            return (await connection.Run($"DELETE FROM {plan.Target}", cancel), null);
        }

        if (!isSingle && await _load.Apply(connection, plan, statement, index, cancel) is var (isDone, ended)
            && (isDone || ended is not null))
        {
            return (isDone ? statement.Rows.Count : 0, ended);
        }

        // In bytes of UTF-8 a letter may be three times as long as here.
        var most = Math.Min(PacketBytesMax, PacketMax / 4);
        var isMany = !isSingle && (plan.Mode is WriteMode.Insert or WriteMode.Upsert || !plan.IsKeyed || plan.IsUnique);
        var sql = new StringBuilder();
        for (var row = 0; row < statement.Rows.Count;)
        {
            var first = row;
            refused = Gather(sql.Clear(), plan, statement, index, ref row, isMany ? most : 0);
            if (refused is not null)
            {
                return (0, refused);
            }

            var text = sql.ToString();
            if (text.Length > PacketMax / 4 && Encoding.UTF8.GetByteCount(text) is var bytes && bytes > PacketMax - Spare)
            {
                return (0, SinkFaults.TooLarge(plan.Table, bytes, PacketMax, index, row - 1));
            }

            if (await Run(connection, text, plan, statement, index, first, row - first, cancel) is { } failed)
            {
                return (0, failed);
            }
        }

        return (statement.Rows.Count, null);
    }

    /// <summary>Gathers as many rows as there is room for, and one at least.</summary>
    private Refused? Gather(StringBuilder sql, RowPlan plan, SinkStatement statement, int index, ref int row, long most)
    {
        var isInsert = plan.Mode is WriteMode.Insert or WriteMode.Upsert;
        sql.Append(isInsert ? Head(plan) : "");
        var first = row;
        do
        {
            sql.Append(row == first ? "" : isInsert ? "," : ";");
            var refused = isInsert ? _text.Values(sql, plan, statement.Rows[row], index, row)
                : _text.Single(sql, plan, statement.Rows[row], index, row);
            if (refused is not null)
            {
                return refused;
            }

            row++;
        }
        while (row < statement.Rows.Count && sql.Length + statement.Rows[row].After.Bytes.Length * 2 < most);

        sql.Append(isInsert ? Tail(plan) : "");
        return null;
    }

    private async Task<ApplyResult?> Run(MySqlConnection connection, string sql, RowPlan plan, SinkStatement statement, int index,
        int first, int count, CancellationToken cancel)
    {
        int changed;
        try
        {
            changed = await connection.Run(sql, cancel);
        }
        catch (MySqlException error)
        {
            return ServerErrors.Of(error, plan.Table, index, count == 1 ? first : null);
        }

        if (plan.Mode is WriteMode.Insert or WriteMode.Upsert || changed == count)
        {
            return null;
        }

        if (count > 1)
        {
            return RowRefusals.Missing(plan.Table, plan.Verb, "one of the keys", index, 0) with { Row = null };
        }

        var key = _text.Key(plan, statement.Rows[first]);
        return changed == 0 ? RowRefusals.Missing(plan.Table, plan.Verb, key, index, first)
            : RowRefusals.Several(plan.Table, plan.Verb, key, changed, index, first);
    }

    private static string Head(RowPlan plan) => $"INSERT INTO {plan.Target}({Sql.List(plan.Writes, w => w.Name)}) VALUES";

    private static string Tail(RowPlan plan) => plan.Mode == WriteMode.Upsert
        ? $" ON DUPLICATE KEY UPDATE {Sql.List(plan.Writes, w => $"{w.Name} = VALUES({w.Name})")}" : "";
}
