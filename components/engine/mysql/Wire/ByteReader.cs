using System.Buffers.Binary;

namespace Holdfast.Engine.MySql.Wire;

/// <summary>A walk over bytes of a server. Each read is bounded: bytes that end too early are damaged, never an endless loop.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    internal readonly int Left => _rest.Length;

    internal readonly bool IsEmpty => _rest.IsEmpty;

    internal readonly ReadOnlySpan<byte> Rest => _rest;

    internal byte Byte() => Take(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A whole number of up to 8 bytes, the lowest first.</summary>
    internal ulong LittleEndian(int count)
    {
        var number = 0ul;
        var from = Take(count);
        for (var i = count - 1; i >= 0; i--)
        {
            number = number << 8 | from[i];
        }

        return number;
    }

    /// <summary>A whole number of up to 8 bytes, the highest first.</summary>
    internal ulong BigEndian(int count)
    {
        var number = 0ul;
        foreach (var each in Take(count))
        {
            number = number << 8 | each;
        }

        return number;
    }

    /// <summary>A number of 1, 3, 4 or 9 bytes.</summary>
    internal ulong LengthEncoded()
    {
        var first = Byte();
        return first switch
        {
            < 0xFB => first,
            0xFC => LittleEndian(2),
            0xFD => LittleEndian(3),
            0xFE => LittleEndian(8),
            _ => throw new DamagedException($"0x{first:X2} begins no number of a length"),
        };
    }

    /// <summary>A number of a length, which is to count things that take a byte each at least.</summary>
    internal int Count()
    {
        var count = LengthEncoded();
        return count <= (ulong)Left ? (int)count
            : throw new DamagedException($"{count} are to follow in {Left} bytes");
    }

    internal ReadOnlySpan<byte> LengthEncodedBytes() => Take(Count());

    internal string LengthEncodedText() => Encoding.UTF8.GetString(LengthEncodedBytes());

    internal ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new DamagedException($"the bytes end: {count} are to follow, there are {_rest.Length}");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Reads up to a zero, which is taken too.</summary>
    internal ReadOnlySpan<byte> UpToZero()
    {
        var end = _rest.IndexOf((byte)0);
        var taken = Take(end < 0 ? _rest.Length + 1 : end);
        Take(1);
        return taken;
    }
}
