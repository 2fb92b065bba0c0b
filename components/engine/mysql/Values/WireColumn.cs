using System.Numerics;
using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Values;

/// <summary>A value that stands in the log as no value can.</summary>
internal sealed class NoValueException(string message) : Exception(message);

/// <summary>Reads a column's values from a row image.</summary>
/// <param name="Type">In the log.</param>
/// <param name="Meta">In the log.</param>
/// <param name="Kind">Kind of the value that is made of it.</param>
/// <param name="IsUnsigned">Whole numbers are not signed.</param>
/// <param name="Charset">Of text; null: it is bytes.</param>
/// <param name="Labels">Of an enumeration or a set.</param>
/// <param name="TypeName">As the server declares it; for types that only it knows.</param>
internal sealed record WireColumn(
    WireType Type, int Meta, ValueKind Kind, bool IsUnsigned, Charset? Charset, IReadOnlyList<string> Labels, string TypeName)
{
    /// <summary>Reads one value that is not NULL.</summary>
    internal void Copy(ref ByteReader from, RowWriter to)
    {
        switch (Type)
        {
            case WireType.Tiny: Whole(from.Byte(), 8, to); break;
            case WireType.Short: Whole(from.UInt16(), 16, to); break;
            case WireType.Int24: Whole(from.LittleEndian(3), 24, to); break;
            case WireType.Long: Whole(from.UInt32(), 32, to); break;
            case WireType.LongLong: Whole(from.UInt64(), 64, to); break;
            case WireType.Float: to.Float32(BitConverter.UInt32BitsToSingle(from.UInt32())); break;
            case WireType.Double: to.Float64(BitConverter.UInt64BitsToDouble(from.UInt64())); break;
            case WireType.NewDecimal: Decimal(ref from, to); break;
            case WireType.Year: to.Int64(from.Byte() is var year and > 0 ? year + 1900 : 0); break;
            case WireType.Date or WireType.NewDate: to.Date(Temporals.Date(ref from)); break;
            case WireType.Time: to.Time(Temporals.OldTime(ref from)); break;
            case WireType.Time2: to.Time(Temporals.Time(ref from, Meta)); break;
            case WireType.DateTime: Moment(Temporals.OldDateTime(ref from), to); break;
            case WireType.DateTime2: Moment(Temporals.DateTime(ref from, Meta), to); break;
            case WireType.Timestamp: Instant(from.UInt32() is var old and > 0 ? old * Temporals.Second : null, to); break;
            case WireType.Timestamp2: Instant(Temporals.Timestamp(ref from, Meta), to); break;
            case WireType.Bit: Bits(ref from, to); break;
            case WireType.Enum: Label(from.LittleEndian(Meta), to); break;
            case WireType.Set: LabelSet(from.LittleEndian(Meta), to); break;
            case WireType.String: Bytes(from.Take(Meta > 255 ? from.UInt16() : from.Byte()), to); break;
            case WireType.VarChar: Bytes(from.Take(Meta > 255 ? from.UInt16() : from.Byte()), to); break;
            case WireType.Blob or WireType.TinyBlob or WireType.MediumBlob or WireType.LongBlob: Bytes(Long(ref from), to); break;
            case WireType.Json: to.Json(JsonBinary.Read(Long(ref from))); break;
            case WireType.Geometry: Geometry(Long(ref from), to); break;
            default: throw new NoValueException($"the log's type {Type} is not known here");
        }
    }

    private void Decimal(ref ByteReader from, RowWriter to)
    {
        Span<char> text = stackalloc char[DecimalText.TextMax];
        to.Decimal(text[DecimalText.Read(ref from, Meta >> 8, Meta & 0xFF, text)]);
    }

    private ReadOnlySpan<byte> Long(ref ByteReader from) => from.LittleEndian(Meta is > 0 and <= 4 ? Meta : throw new DamagedException(
        $"a length of {Meta} bytes is none")) is var length && length <= (ulong)from.Left ? from.Take((int)length)
        : throw new DamagedException($"{length} bytes are to follow, there are {from.Left}");

    private void Whole(ulong bits, int width, RowWriter to)
    {
        if (IsUnsigned)
        {
            to.UInt64(bits);
        }
        else
        {
            to.Int64((long)(bits << (64 - width)) >> (64 - width));
        }
    }

    private static void Moment((Day Day, long Microseconds) at, RowWriter to) => to.DateTime(at.Day, at.Microseconds);

    /// <summary>The day that is none has no place among instants: it stays what it is.</summary>
    private static void Instant(long? microseconds, RowWriter to)
    {
        if (microseconds is { } known)
        {
            to.Instant(known);
        }
        else
        {
            to.DateTime(Day.Of(0, 0, 0), 0);
        }
    }

    /// <summary>The log has the last bit at the end; a value has the first one in the highest place.</summary>
    private void Bits(ref ByteReader from, RowWriter to)
    {
        var bytes = (Meta + 7) / 8;
        var number = from.BigEndian(bytes is > 0 and <= 8 ? bytes : throw new DamagedException($"there is no bit({Meta})"))
            << (bytes * 8 - Meta);
        Span<byte> bits = stackalloc byte[bytes];
        for (var i = bytes - 1; i >= 0; i--)
        {
            bits[i] = (byte)number;
            number >>= 8;
        }

        to.Bit(Meta, bits);
    }

    /// <summary>Number 0 is the empty label of what was refused once.</summary>
    private void Label(ulong number, RowWriter to) => to.Enum(number == 0 ? "" : number <= (ulong)Labels.Count ? Labels[(int)number - 1]
        : throw new NoValueException($"label {number} of {Labels.Count} does not exist"));

    private void LabelSet(ulong mask, RowWriter to)
    {
        var labels = new List<string>(BitOperations.PopCount(mask));
        for (var i = 0; mask != 0; i++, mask >>= 1)
        {
            if ((mask & 1) != 0)
            {
                labels.Add(i < Labels.Count ? Labels[i] : throw new NoValueException($"label {i + 1} of {Labels.Count} does not exist"));
            }
        }

        to.Set(string.Join(',', labels));
    }

    private void Bytes(ReadOnlySpan<byte> bytes, RowWriter to)
    {
        if (Charset is null)
        {
            switch (Kind)
            {
                case ValueKind.Uuid: to.Uuid(FixedBinary.Uuid(bytes)); break;
                case ValueKind.Unknown: to.Unknown(TypeName, FixedBinary.Address(bytes, Meta)); break;
                // The log leaves the zeros at the end of a fixed width out.
                case ValueKind.Bytes when Type == WireType.String && bytes.Length < Meta: to.Bytes(Padded(bytes)); break;
                default: to.Bytes(bytes); break;
            }

            return;
        }

        if (Charset.IsUtf8 && System.Text.Unicode.Utf8.IsValid(bytes))
        {
            to.Utf8(bytes);
            return;
        }

        to.Utf8(Charset.Recode(bytes) ?? throw new NoValueException(
            $"x'{Convert.ToHexString(bytes[..Math.Min(bytes.Length, 32)])}' is no text in {Charset.Name}"));
    }

    private byte[] Padded(ReadOnlySpan<byte> bytes)
    {
        var padded = new byte[Meta];
        bytes.CopyTo(padded);
        return padded;
    }

    private static void Geometry(ReadOnlySpan<byte> bytes, RowWriter to)
    {
        var reader = new ByteReader(bytes);
        var srid = reader.UInt32();
        to.Geometry(srid, reader.Rest);
    }
}
