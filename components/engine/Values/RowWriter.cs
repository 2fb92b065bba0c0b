using System.Buffers;
using System.Buffers.Binary;

namespace Holdfast.Engine.Values;

/// <summary>Writes a row's values one after the other, in the order of its table's columns. Holds nothing itself.</summary>
public readonly struct RowWriter(IBufferWriter<byte> to)
{
    /// <summary>The source did not say it.</summary>
    public void Absent() => Kind(ValueKind.Absent);

    /// <summary>SQL's NULL.</summary>
    public void Null() => Kind(ValueKind.Null);

    /// <summary>True or false.</summary>
    public void Bool(bool value) => Byte(ValueKind.Bool, value ? (byte)1 : (byte)0);

    /// <summary>A whole number.</summary>
    public void Int64(long value) => Number(ValueKind.Int64, Varint.Zigzag(value));

    /// <summary>A whole number of an unsigned column.</summary>
    public void UInt64(ulong value) => Number(ValueKind.UInt64, value);

    /// <summary>32 bits.</summary>
    public void Float32(float value)
    {
        var span = to.GetSpan(5);
        span[0] = (byte)ValueKind.Float32;
        BinaryPrimitives.WriteSingleLittleEndian(span[1..], value);
        to.Advance(5);
    }

    /// <summary>64 bits.</summary>
    public void Float64(double value)
    {
        var span = to.GetSpan(9);
        span[0] = (byte)ValueKind.Float64;
        BinaryPrimitives.WriteDoubleLittleEndian(span[1..], value);
        to.Advance(9);
    }

    /// <summary>Decimal digits with their scale.</summary>
    public void Decimal(ReadOnlySpan<char> digits) => Chars(ValueKind.Decimal, digits);

    /// <summary>Decimal digits that are UTF-8 already.</summary>
    public void DecimalUtf8(ReadOnlySpan<byte> digits) => Framed(ValueKind.Decimal, digits);

    /// <summary>Text.</summary>
    public void Text(ReadOnlySpan<char> text) => Chars(ValueKind.Text, text);

    /// <summary>Text that is UTF-8 already.</summary>
    public void Utf8(ReadOnlySpan<byte> text) => Framed(ValueKind.Text, text);

    /// <summary>Bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => Framed(ValueKind.Bytes, bytes);

    /// <summary>A day.</summary>
    public void Date(Day day) => Number(ValueKind.Date, Varint.Zigzag(day.Packed));

    /// <summary>Microseconds since midnight.</summary>
    public void Time(long microseconds) => Number(ValueKind.Time, Varint.Zigzag(microseconds));

    /// <summary>A day and the microseconds in it; of an infinite day 0.</summary>
    public void DateTime(Day day, long microseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(microseconds);
        Number(ValueKind.DateTime, Varint.Zigzag(day.Packed));
        Varint.Write(to, day.IsInfinite ? 0 : (ulong)microseconds);
    }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    public void Instant(long microseconds)
    {
        var span = to.GetSpan(9);
        span[0] = (byte)ValueKind.Instant;
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], microseconds);
        to.Advance(9);
    }

    /// <summary>A UUID.</summary>
    public void Uuid(Guid value)
    {
        var span = to.GetSpan(17);
        span[0] = (byte)ValueKind.Uuid;
        value.TryWriteBytes(span[1..], bigEndian: true, out _);
        to.Advance(17);
    }

    /// <summary>JSON, as the source writes it.</summary>
    public void Json(ReadOnlySpan<char> json) => Chars(ValueKind.Json, json);

    /// <summary>JSON that is UTF-8 already.</summary>
    public void JsonUtf8(ReadOnlySpan<byte> json) => Framed(ValueKind.Json, json);

    /// <summary>The label of an enumeration, in UTF-8 already.</summary>
    public void EnumUtf8(ReadOnlySpan<byte> label) => Framed(ValueKind.Enum, label);

    /// <summary>The label of an enumeration.</summary>
    public void Enum(ReadOnlySpan<char> label) => Chars(ValueKind.Enum, label);

    /// <summary>Labels of a set, separated by commas.</summary>
    public void Set(ReadOnlySpan<char> labels) => Chars(ValueKind.Set, labels);

    /// <summary>Writes a number of bits, in as many bytes as they need.</summary>
    public void Bit(int count, ReadOnlySpan<byte> bits)
    {
        if (bits.Length != (count + 7) / 8)
        {
            throw new ArgumentException($"{count} bits are not in {bits.Length} bytes", nameof(bits));
        }

        Framed(ValueKind.Bit, (ulong)count, bits);
    }

    /// <summary>SRID and well-known binary.</summary>
    public void Geometry(uint srid, ReadOnlySpan<byte> wkb) => Framed(ValueKind.Geometry, srid, wkb);

    /// <summary>An array whose elements another writer has written, as many as its dimensions say.</summary>
    public void Array(ReadOnlySpan<(int Length, int Lowest)> dimensions, ReadOnlySpan<byte> elements)
    {
        Span<byte> head = stackalloc byte[Varint.BytesMax * (1 + 2 * dimensions.Length)];
        var size = Varint.Write(head, (ulong)dimensions.Length);
        foreach (var (length, lowest) in dimensions)
        {
            size += Varint.Write(head[size..], (ulong)length);
            size += Varint.Write(head[size..], Varint.Zigzag(lowest));
        }

        Kind(ValueKind.Array);
        Varint.Write(to, (ulong)(size + elements.Length));
        to.Write(head[..size]);
        to.Write(elements);
    }

    /// <summary>A value of a type that we do not know, as the source writes it.</summary>
    public void Unknown(string type, string text)
    {
        var name = Encoding.UTF8.GetBytes(type);
        var value = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[Varint.BytesMax];
        var size = Varint.Write(length, (ulong)name.Length);
        Kind(ValueKind.Unknown);
        Varint.Write(to, (ulong)(size + name.Length + value.Length));
        to.Write(length[..size]);
        to.Write(name);
        to.Write(value);
    }

    /// <summary>A value that was read, as it is.</summary>
    public void Copy(Value value) => to.Write(value.Raw);

    private void Kind(ValueKind kind)
    {
        to.GetSpan(1)[0] = (byte)kind;
        to.Advance(1);
    }

    private void Byte(ValueKind kind, byte value)
    {
        var span = to.GetSpan(2);
        (span[0], span[1]) = ((byte)kind, value);
        to.Advance(2);
    }

    private void Number(ValueKind kind, ulong number)
    {
        var span = to.GetSpan(1 + Varint.BytesMax);
        span[0] = (byte)kind;
        to.Advance(1 + Varint.Write(span[1..], number));
    }

    private void Chars(ValueKind kind, ReadOnlySpan<char> text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        Kind(kind);
        Varint.Write(to, (ulong)size);
        var span = to.GetSpan(Math.Max(size, 1));
        to.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private void Framed(ValueKind kind, ReadOnlySpan<byte> bytes)
    {
        Kind(kind);
        Varint.Write(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private void Framed(ValueKind kind, ulong number, ReadOnlySpan<byte> bytes)
    {
        Span<byte> first = stackalloc byte[Varint.BytesMax];
        var size = Varint.Write(first, number);
        Kind(kind);
        Varint.Write(to, (ulong)(size + bytes.Length));
        to.Write(first[..size]);
        to.Write(bytes);
    }
}
