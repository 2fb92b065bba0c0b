using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Values;

/// <summary>MySQL's binary JSON as text. Offsets are bounded and depth is limited: damaged bytes end with a fault.</summary>
internal static class JsonBinary
{
    private const int DepthMax = 120;

    /// <summary>A hostile document may point at the same bytes again and again.</summary>
    private const int ValuesMax = 10_000_000;

    internal static string Read(ReadOnlySpan<byte> bytes)
    {
        // An update that was never written back is the empty value, and so is what a server makes of NULL in an expression.
        if (bytes.IsEmpty)
        {
            return "null";
        }

        var (to, left) = (new StringBuilder(), Math.Min(ValuesMax, bytes.Length));
        Value(bytes[0], bytes[1..], to, 0, ref left);
        return to.ToString();
    }

    private static void Value(byte type, ReadOnlySpan<byte> bytes, StringBuilder to, int depth, ref int left)
    {
        if (depth > DepthMax || --left < 0)
        {
            throw new DamagedException("a JSON document is deeper or has more values than its bytes can hold");
        }

        var reader = new ByteReader(bytes);
        switch (type)
        {
            case 0x00 or 0x01: Object(bytes, type == 0x01, to, depth, ref left); break;
            case 0x02 or 0x03: Array(bytes, type == 0x03, to, depth, ref left); break;
            case 0x04: to.Append(Literal(reader.Byte())); break;
            case 0x05: to.Append((short)reader.UInt16()); break;
            case 0x06: to.Append(reader.UInt16()); break;
            case 0x07: to.Append((int)reader.UInt32()); break;
            case 0x08: to.Append(reader.UInt32()); break;
            case 0x09: to.Append((long)reader.UInt64()); break;
            case 0x0A: to.Append(reader.UInt64()); break;
            case 0x0B: Number(BitConverter.UInt64BitsToDouble(reader.UInt64()), to); break;
            case 0x0C: Text(reader.Take(Length(ref reader)), to); break;
            case 0x0F: Opaque(ref reader, to); break;
            default: throw new DamagedException($"there is no JSON value of type 0x{type:X2}");
        }
    }

    private static void Object(ReadOnlySpan<byte> bytes, bool isLarge, StringBuilder to, int depth, ref int left)
    {
        var (count, offset) = Head(bytes, isLarge);
        var (width, entry) = (isLarge ? 4 : 2, isLarge ? 6 : 4);
        var values = offset + count * entry;
        to.Append('{');
        for (var i = 0; i < count; i++)
        {
            var key = new ByteReader(At(bytes, offset + i * entry));
            var (start, length) = ((int)key.LittleEndian(width), key.UInt16());
            to.Append(i > 0 ? ", " : "");
            Text(new ByteReader(At(bytes, start)).Take(length), to);
            to.Append(": ");
            Entry(bytes, values + i * (1 + width), isLarge, to, depth, ref left);
        }

        to.Append('}');
    }

    private static void Array(ReadOnlySpan<byte> bytes, bool isLarge, StringBuilder to, int depth, ref int left)
    {
        var (count, values) = Head(bytes, isLarge);
        to.Append('[');
        for (var i = 0; i < count; i++)
        {
            to.Append(i > 0 ? ", " : "");
            Entry(bytes, values + i * (isLarge ? 5 : 3), isLarge, to, depth, ref left);
        }

        to.Append(']');
    }

    private static (int Count, int Values) Head(ReadOnlySpan<byte> bytes, bool isLarge)
    {
        var reader = new ByteReader(bytes);
        var width = isLarge ? 4 : 2;
        var (count, size) = (reader.LittleEndian(width), reader.LittleEndian(width));
        return count <= (ulong)bytes.Length && size <= (ulong)bytes.Length ? ((int)count, 2 * width)
            : throw new DamagedException($"{count} JSON values are said to be in {bytes.Length} bytes");
    }

    /// <summary>Small values stand in the place of their offset.</summary>
    private static void Entry(ReadOnlySpan<byte> bytes, int at, bool isLarge, StringBuilder to, int depth, ref int left)
    {
        var reader = new ByteReader(At(bytes, at));
        var type = reader.Byte();
        if (type is 0x04 or 0x05 or 0x06 || isLarge && type is 0x07 or 0x08)
        {
            Value(type, reader.Rest, to, depth + 1, ref left);
            return;
        }

        Value(type, At(bytes, (int)reader.LittleEndian(isLarge ? 4 : 2)), to, depth + 1, ref left);
    }

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> bytes, int offset) => (uint)offset <= (uint)bytes.Length
        ? bytes[offset..]
        : throw new DamagedException($"a JSON value is said to be at {offset} of {bytes.Length} bytes");

    private static string Literal(byte which) => which switch
    {
        0 => "null",
        1 => "true",
        2 => "false",
        _ => throw new DamagedException($"there is no JSON literal {which}"),
    };

    private static void Number(double number, StringBuilder to)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        to.Append(text).Append(text.AsSpan().ContainsAny('.', 'E') ? "" : ".0");
    }

    private static void Text(ReadOnlySpan<byte> utf8, StringBuilder to)
    {
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
        {
            throw new DamagedException("a JSON text is no UTF-8");
        }

        to.Append('"').Append(JsonEncodedText.Encode(utf8, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
            .ToString()).Append('"');
    }

    /// <summary>Seven bits a byte.</summary>
    private static int Length(ref ByteReader reader)
    {
        var length = 0L;
        for (var i = 0; i < 5; i++)
        {
            var part = reader.Byte();
            length |= (long)(part & 0x7F) << 7 * i;
            if (part < 0x80)
            {
                return length <= reader.Left ? (int)length : throw new DamagedException($"{length} bytes of JSON are to follow");
            }
        }

        throw new DamagedException("a length in JSON does not end");
    }

    /// <summary>Values of SQL types: decimals are numbers, times are text, the rest is bytes.</summary>
    private static void Opaque(ref ByteReader reader, StringBuilder to)
    {
        var type = (WireType)reader.Byte();
        var bytes = reader.Take(Length(ref reader));
        var inner = new ByteReader(bytes);
        switch (type)
        {
            case WireType.NewDecimal:
                var (precision, scale) = (inner.Byte(), inner.Byte());
                to.Append(DecimalText.Read(ref inner, precision, scale));
                break;
            case WireType.Time:
                var time = (long)inner.UInt64();
                var (sign, all) = time < 0 ? ("-", -time) : ("", time);
                var seconds = (all >> 36 & 0x3FF) * 3600 + (all >> 30 & 63) * 60 + (all >> 24 & 63);
                to.Append('"').Append(sign).Append(ClockText.Of(seconds * Temporals.Second + (all & 0xFFFFFF))).Append('"');
                break;
            case WireType.Date or WireType.DateTime or WireType.Timestamp:
                var packed = (long)inner.UInt64();
                var (day, clock) = Temporals.Unpacked(packed >> 24, packed & 0xFFFFFF);
                to.Append(type == WireType.Date ? $"\"{day}\"" : $"\"{day} {ClockText.Of(clock)}\"");
                break;
            default:
                to.Append(CultureInfo.InvariantCulture, $"\"base64:type{(byte)type}:{Convert.ToBase64String(bytes)}\"");
                break;
        }
    }
}
