using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Events;

/// <summary>Rows of one table: which columns are said, and their images one after the other.</summary>
internal readonly record struct RowsEvent(
    ChangeKind Kind, ulong Table, bool IsLastOfStatement, int Columns, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After,
    ReadOnlyMemory<byte> Images)
{
    /// <exception cref="DamagedException">The bytes are no rows.</exception>
    internal static RowsEvent Parse(BinlogEvent from, int postHeader)
    {
        var reader = from.Read();
        var table = reader.LittleEndian(postHeader == 6 ? 4 : 6);
        var flags = reader.UInt16();
        if (from.Kind is EventKind.WriteRows2 or EventKind.UpdateRows2 or EventKind.DeleteRows2)
        {
            var extra = reader.UInt16();
            reader.Take(extra >= 2 ? extra - 2 : throw new DamagedException($"extra bytes of rows have the length {extra}"));
        }

        var columns = reader.LengthEncoded();
        if (columns > 4096)
        {
            throw new DamagedException($"rows are said to have {columns} columns");
        }

        var bitmap = ((int)columns + 7) / 8;
        var kind = from.Kind switch
        {
            EventKind.WriteRows1 or EventKind.WriteRows2 => ChangeKind.Insert,
            EventKind.UpdateRows1 or EventKind.UpdateRows2 => ChangeKind.Update,
            EventKind.DeleteRows1 or EventKind.DeleteRows2 => ChangeKind.Delete,
            _ => throw new ArgumentOutOfRangeException(nameof(from), from.Kind, null),
        };
        var start = from.Body.Length - reader.Left;
        var sets = kind == ChangeKind.Update ? 2 : 1;
        reader.Take(bitmap * sets);
        var first = from.Body.Slice(start, bitmap);
        var second = kind == ChangeKind.Update ? from.Body.Slice(start + bitmap, bitmap) : default;
        return new RowsEvent(kind, table, (flags & 1) != 0, (int)columns, kind == ChangeKind.Insert ? default : first,
            kind == ChangeKind.Insert ? first : second, from.Body[(start + bitmap * sets)..]);
    }
}
