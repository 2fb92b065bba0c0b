using System.Buffers;

namespace Holdfast.Engine.Postgres.Values;

/// <summary>Makes values of the text in which the server writes them.</summary>
internal static class TextReading
{
    /// <summary>The text is no value of its type, or one that a row cannot hold.</summary>
    internal static bool IsUnreadable(Exception error) => error is FormatException or OverflowException or ArgumentException;

    /// <exception cref="FormatException">The text is no value of the type.</exception>
    internal static void Write(RowWriter to, PgType type, string? text)
    {
        if (text is null)
        {
            to.Null();
            return;
        }

        switch (type.Kind)
        {
            case ValueKind.Bool: to.Bool(text == "t"); break;
            case ValueKind.Int64: to.Int64(long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)); break;
            case ValueKind.Float32: to.Float32(float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)); break;
            case ValueKind.Float64: to.Float64(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)); break;
            case ValueKind.Decimal: to.Decimal(text); break;
            case ValueKind.Text: to.Text(text); break;
            case ValueKind.Bytes: to.Bytes(Hex(text)); break;
            case ValueKind.Date: to.Date(Moments.ReadDay(text)); break;
            case ValueKind.Time: to.Time(Moments.ReadTime(text)); break;
            case ValueKind.DateTime:
                var (day, microseconds) = Moments.ReadDateTime(text);
                to.DateTime(day, microseconds);
                break;
            case ValueKind.Instant: to.Instant(Moments.ReadInstant(text)); break;
            case ValueKind.Uuid: to.Uuid(Guid.Parse(text)); break;
            case ValueKind.Json: to.Json(text); break;
            case ValueKind.Bit: Bits(to, text); break;
            case ValueKind.Enum: to.Enum(text); break;
            case ValueKind.Array: Array(to, type, text); break;
            default: to.Unknown(type.Name, text); break;
        }
    }

    private static byte[] Hex(string text) => text.StartsWith("\\x", StringComparison.Ordinal)
        ? Convert.FromHexString(text.AsSpan(2)) : throw new FormatException("the server writes bytes in another form than hexadecimal");

    private static void Bits(RowWriter to, string text)
    {
        var bits = new byte[(text.Length + 7) / 8];
        for (var i = 0; i < text.Length; i++)
        {
            bits[i / 8] |= (byte)(text[i] == '1' ? 0x80 >> (i % 8) : 0);
        }

        to.Bit(text.Length, bits);
    }

    private static void Array(RowWriter to, PgType type, string text)
    {
        var (dimensions, elements) = ArrayText.Read(text);
        var bytes = new ArrayBufferWriter<byte>();
        var each = new RowWriter(bytes);
        foreach (var element in elements)
        {
            Write(each, type.Element!, element);
        }

        to.Array(dimensions, bytes.WrittenSpan);
    }
}
