using System.Security.Cryptography;
using Holdfast.Engine.Tables;
using Holdfast.Rules.Apply.Keys;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Faults;

/// <summary>Names a row for people: the transaction, the table and the key.</summary>
/// <param name="Position">Of the source transaction.</param>
/// <param name="Table"><c>schema.name</c> at the sink.</param>
/// <param name="Key"><c>id=5, lang='de'</c>; of a table without a key all columns.</param>
public sealed record RowName(Position Position, string Table, string Key)
{
    /// <summary>Digits of a ticket.</summary>
    public const int TicketDigits = 16;

    /// <summary>The name of a row that a statement writes; one with another key before it by that one.</summary>
    internal static RowName Of(SinkStatement statement, SinkRow row) => Of(
        statement.Table, statement.Key, row.Before.IsNone ? row.After : row.Before, row.Source);

    /// <summary>The name of the row that a change concerns, by its key before or after.</summary>
    internal static RowName Of(in SinkChange change, bool after) => Of(
        change.Table.Sink, change.Table.RowKey ?? [], after && !change.After.IsNone ? change.After : change.Found, change.Source);

    private const int ShownMax = 300;

    /// <summary>Bytes of a value that <see cref="Value.ToString"/> does not cut: each is two digits.</summary>
    private const int BytesShownMax = 32;

    private const int TextShownMax = 64;

    /// <summary>A person gives it to leave this row of this transaction out, and no other: 16 hexadecimal digits.</summary>
    public string Ticket => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Position, Table, Key))))[..TicketDigits];

    /// <inheritdoc/>
    public override string ToString() => $"{Table} ({(Key.Length > ShownMax ? Key[..ShownMax] + "…" : Key)}) of transaction {Position}";

    /// <summary>The row as the sink keeps its name.</summary>
    internal SkippedRow Skipped(Refused refused) => new(Ticket, Position, Table, Key, refused.Code, refused.Why);

    private static RowName Of(TableSchema table, IReadOnlyList<int> key, Row row, Position source)
    {
        var index = new RowIndex().Of(row);
        var columns = key.Count > 0 ? key : Enumerable.Range(0, index.Columns);
        var parts = columns.Where(c => c < index.Columns).Select(c => $"{table.Columns[c].Name}={Shown(index, c)}");
        return new RowName(source, table.FullName, string.Join(", ", parts));
    }

    /// <summary>
    /// Long values are cut, and a number tells those apart that begin alike. So it does where a text has quotes in it, by which two texts
    /// beside each other could look like two others.
    /// </summary>
    private static string Shown(RowIndex index, int column)
    {
        var value = index[column];
        var isWhole = value.Kind is ValueKind.Bytes or ValueKind.Bit or ValueKind.Geometry or ValueKind.Array
            ? value.Payload.Length <= BytesShownMax
            : value.Payload.Length <= TextShownMax && !value.Payload.Contains((byte)'\'');
        if (isWhole)
        {
            return value.ToString();
        }

        var hash = new Hash64(0);
        hash.Add(value.Raw);
        return $"{value.ToString()} #{hash.Value:x16}";
    }
}
