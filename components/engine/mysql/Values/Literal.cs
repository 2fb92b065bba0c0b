using System.Text.Unicode;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Values;

/// <summary>
/// A value as SQL for a column, or why the column would change it. What strict mode refuses is left to the server. What it changes silently
/// (a fraction that is rounded, the year 5 that becomes 2005) is refused here.
/// </summary>
internal static class Literal
{
    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("-0123456789.");

    /// <summary>Appends it.</summary>
    /// <returns>The reason why it does not fit; null: it is appended.</returns>
    internal static string? Append(StringBuilder to, Value value, Column column, ColumnShape shape)
    {
        if (value.IsNull)
        {
            to.Append("NULL");
            return null;
        }

        return column.Kind switch
        {
            ValueKind.Int64 or ValueKind.UInt64 => Whole(to, value, shape),
            ValueKind.Decimal => Decimal(to, value, shape),
            ValueKind.Float32 or ValueKind.Float64 => Real(to, value, column.Kind),
            ValueKind.Text => Text(to, value, shape),
            ValueKind.Bytes => Bytes(to, value, shape),
            ValueKind.Date when value.Kind == ValueKind.Date => MomentLiteral.Day(to, value.AsDate(), null, 0),
            ValueKind.Time when value.Kind == ValueKind.Time => MomentLiteral.Time(to, value.AsTime(), shape),
            ValueKind.DateTime when value.Kind == ValueKind.Date => MomentLiteral.Day(to, value.AsDate(), 0, shape.Digits),
            ValueKind.DateTime when value.Kind == ValueKind.DateTime =>
                MomentLiteral.Day(to, value.AsDateTime().Day, value.AsDateTime().Microseconds, shape.Digits),
            ValueKind.Instant => MomentLiteral.Instant(to, value, shape),
            ValueKind.Bit => Bits(to, value, column),
            ValueKind.Enum or ValueKind.Set or ValueKind.Json or ValueKind.Uuid or ValueKind.Unknown when
                value.Kind == column.Kind || value.Kind == ValueKind.Text => Named(to, value, shape),
            ValueKind.Geometry when value.Kind == ValueKind.Geometry => Geometry(to, value),
            _ => Other(value, shape),
        };
    }

    /// <summary>Text in quotes, for sessions in which a backslash is a letter.</summary>
    internal static void Quoted(StringBuilder to, string text) =>
        to.Append('\'').Append(text.Replace("'", "''", StringComparison.Ordinal)).Append('\'');

    /// <summary>A value's text, as a column of text would hold it; null: it has none.</summary>
    internal static string? TextOf(Value value) => value.Kind switch
    {
        ValueKind.Text or ValueKind.Json or ValueKind.Enum or ValueKind.Set => Utf8.IsValid(value.Payload) ? value.AsText() : null,
        ValueKind.Uuid => value.AsUuid().ToString("D"),
        ValueKind.Unknown => value.AsUnknown().Text,
        _ => null,
    };

    /// <summary>Says that a column is of another kind.</summary>
    internal static string Other(Value value, ColumnShape shape) => $"a column of type {shape.DataType} takes no {value.Kind}";

    private static string? Whole(StringBuilder to, Value value, ColumnShape shape)
    {
        switch (value.Kind)
        {
            case ValueKind.Bool:
                to.Append(value.AsBool() ? '1' : '0');
                return null;
            case ValueKind.Int64 when shape.DataType != "year":
                to.Append(CultureInfo.InvariantCulture, $"{value.AsInt64()}");
                return null;
            case ValueKind.Int64 or ValueKind.UInt64:
                var number = value.Kind == ValueKind.Int64 ? value.AsInt64() : (Int128)value.AsUInt64();
                if (shape.DataType == "year" && number != 0 && (number < 1901 || number > 2155))
                {
                    return "a column of years would make another year of it";
                }

                to.Append(CultureInfo.InvariantCulture, $"{number}");
                return null;
            default:
                return Other(value, shape);
        }
    }

    private static string? Decimal(StringBuilder to, Value value, ColumnShape shape)
    {
        if (value.Kind != ValueKind.Decimal)
        {
            return Whole(to, value, shape);
        }

        var digits = value.AsText();
        if (digits.AsSpan().ContainsAnyExcept(Digits))
        {
            return "a server has no such decimal";
        }

        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && digits.AsSpan(point + 1).TrimEnd('0').Length > shape.Digits)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the column has {shape.Digits} digits behind the point and would round it");
        }

        to.Append(digits);
        return null;
    }

    private static string? Real(StringBuilder to, Value value, ValueKind kind)
    {
        var number = value.Kind switch
        {
            ValueKind.Float32 => value.AsFloat32(),
            ValueKind.Float64 when kind == ValueKind.Float64 => value.AsFloat64(),
            _ => double.NaN,
        };
        if (!double.IsFinite(number))
        {
            return "a server has numbers that are finite only";
        }

        var text = number.ToString("R", CultureInfo.InvariantCulture);
        to.Append(text).Append(text.Contains('E', StringComparison.Ordinal) ? "" : "E0");
        return null;
    }

    private static string? Text(StringBuilder to, Value value, ColumnShape shape)
    {
        if (TextOf(value) is not { } text)
        {
            return value.Kind == ValueKind.Text ? "it is no UTF-8" : Other(value, shape);
        }

        // In strict mode a server refuses what is too long, but for spaces at the end, which it cuts silently.
        if (shape is { DataType: "char" } && text.EndsWith(' '))
        {
            return "a column of type char loses spaces at the end";
        }

        if (shape is { DataType: "varchar", Length: { } most } && text.EndsWith(' ') && text.EnumerateRunes().Count() > most)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the column holds {most} letters");
        }

        Quoted(to, text);
        return null;
    }

    private static string? Named(StringBuilder to, Value value, ColumnShape shape)
    {
        if (value.Kind == ValueKind.Unknown && value.AsUnknown().Type != shape.DataType)
        {
            return $"it is of type {value.AsUnknown().Type}, the column is {shape.DataType}";
        }

        if (TextOf(value) is not { } text)
        {
            return "it is no UTF-8";
        }

        Quoted(to, text);
        return null;
    }

    private static string? Bytes(StringBuilder to, Value value, ColumnShape shape)
    {
        if (value.Kind != ValueKind.Bytes)
        {
            return Other(value, shape);
        }

        if (shape is { DataType: "binary", Length: { } width } && value.AsBytes().Length < width)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the column would fill it up to {width} bytes");
        }

        to.Append("x'").Append(Convert.ToHexString(value.AsBytes())).Append('\'');
        return null;
    }

    private static string? Bits(StringBuilder to, Value value, Column column)
    {
        if (value.Kind == ValueKind.Bool)
        {
            to.Append(value.AsBool() ? "b'1'" : "b'0'");
            return null;
        }

        if (value.Kind != ValueKind.Bit)
        {
            return $"a column of bits takes no {value.Kind}";
        }

        var (count, bits) = value.AsBit();
        if (!string.Equals(column.Type, string.Create(CultureInfo.InvariantCulture, $"bit({count})"), StringComparison.OrdinalIgnoreCase))
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {count} bits, and the column is {column.Type}");
        }

        to.Append("b'");
        for (var i = 0; i < count; i++)
        {
            to.Append((bits[i / 8] & 0x80 >> i % 8) != 0 ? '1' : '0');
        }

        to.Append('\'');
        return null;
    }

    /// <summary>Writes a geometry as servers hold it inside: reference system, lowest byte first, then well-known binary.</summary>
    private static string? Geometry(StringBuilder to, Value value)
    {
        var (srid, wkb) = value.AsGeometry();
        Span<byte> system = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(system, srid);
        to.Append("x'").Append(Convert.ToHexString(system)).Append(Convert.ToHexString(wkb)).Append('\'');
        return null;
    }
}
