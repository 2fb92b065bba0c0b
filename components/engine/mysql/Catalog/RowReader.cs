using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>Reads rows by SQL so that each value is what the log would say of it.</summary>
internal static class RowReader
{
    /// <summary>A column as it is asked for: numbers with all their digits, moments as the server writes them.</summary>
    internal static string Asked(Column column)
    {
        var name = Sql.Name(column.Name);
        return column.Kind switch
        {
            // A float is shown with six digits, unless it is a double.
            ValueKind.Float32 => $"({name} + 0E0)",
            ValueKind.Bit => $"({name} + 0)",
            ValueKind.Decimal or ValueKind.Date or ValueKind.Time or ValueKind.DateTime or ValueKind.Instant or ValueKind.Json
                or ValueKind.Uuid or ValueKind.Unknown => $"CAST({name} AS CHAR)",
            _ => name,
        };
    }

    /// <summary>Writes the value of one column.</summary>
    internal static void Copy(MySqlDataReader from, int at, Column column, RowWriter to)
    {
        if (from.IsDBNull(at))
        {
            to.Null();
            return;
        }

        switch (column.Kind)
        {
            case ValueKind.Int64: to.Int64(Convert.ToInt64(from.GetValue(at), CultureInfo.InvariantCulture)); break;
            case ValueKind.UInt64: to.UInt64(Convert.ToUInt64(from.GetValue(at), CultureInfo.InvariantCulture)); break;
            case ValueKind.Float32: to.Float32((float)from.GetDouble(at)); break;
            case ValueKind.Float64: to.Float64(from.GetDouble(at)); break;
            case ValueKind.Decimal: to.Decimal(from.GetString(at)); break;
            case ValueKind.Text: to.Text(from.GetString(at)); break;
            case ValueKind.Bytes: to.Bytes(from.GetFieldValue<byte[]>(at)); break;
            case ValueKind.Date: to.Date(MomentText.Day(from.GetString(at))); break;
            case ValueKind.Time: to.Time(MomentText.Clock(from.GetString(at))); break;
            case ValueKind.DateTime: Moment(from.GetString(at), to); break;
            case ValueKind.Instant: Instant(from.GetString(at), to); break;
            case ValueKind.Bit: Bits(Convert.ToUInt64(from.GetValue(at), CultureInfo.InvariantCulture), column, to); break;
            case ValueKind.Enum: to.Enum(from.GetString(at)); break;
            case ValueKind.Set: to.Set(from.GetString(at)); break;
            case ValueKind.Json: to.Json(from.GetString(at)); break;
            case ValueKind.Uuid: to.Uuid(Guid.ParseExact(from.GetString(at), "D")); break;
            case ValueKind.Geometry: Geometry(from.GetFieldValue<byte[]>(at), to); break;
            default: to.Unknown(column.Type, from.GetString(at)); break;
        }
    }

    private static void Moment(string text, RowWriter to)
    {
        var (day, clock) = MomentText.Both(text);
        to.DateTime(day, clock);
    }

    private static void Instant(string text, RowWriter to)
    {
        var (day, clock) = MomentText.Both(text);
        if (day.Packed == 0)
        {
            to.DateTime(day, clock);
            return;
        }

        var days = new DateTimeOffset(day.Year, day.Month, day.DayOfMonth, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UnixEpoch;
        to.Instant(days.Ticks / 10 + clock);
    }

    private static void Bits(ulong number, Column column, RowWriter to)
    {
        var open = column.Type.IndexOf('(', StringComparison.Ordinal);
        var count = int.Parse(column.Type.AsSpan(open + 1, column.Type.Length - open - 2), CultureInfo.InvariantCulture);
        var bytes = (count + 7) / 8;
        number <<= bytes * 8 - count;
        Span<byte> bits = stackalloc byte[bytes];
        for (var i = bytes - 1; i >= 0; i--, number >>= 8)
        {
            bits[i] = (byte)number;
        }

        to.Bit(count, bits);
    }

    private static void Geometry(byte[] bytes, RowWriter to) =>
        to.Geometry(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes), bytes.AsSpan(4));
}
