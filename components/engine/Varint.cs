using System.Buffers;

namespace Holdfast.Engine;

/// <summary>Whole numbers in as few bytes as they need: seven bits a byte, the lowest first; signed ones zigzagged.</summary>
internal static class Varint
{
    /// <summary>The most bytes that one takes.</summary>
    internal const int BytesMax = 10;

    internal static void Write(IBufferWriter<byte> to, ulong number)
    {
        var span = to.GetSpan(BytesMax);
        to.Advance(Write(span, number));
    }

    internal static int Write(Span<byte> to, ulong number)
    {
        var at = 0;
        while (number >= 0x80)
        {
            to[at++] = (byte)(number | 0x80);
            number >>= 7;
        }

        to[at++] = (byte)number;
        return at;
    }

    internal static ulong Zigzag(long number) => (ulong)((number << 1) ^ (number >> 63));

    internal static long Unzigzag(ulong number) => (long)(number >> 1) ^ -(long)(number & 1);

    /// <summary>Reads one and takes it off the front.</summary>
    /// <exception cref="DamagedException">The bytes end within it, or it is no number of 64 bits.</exception>
    internal static ulong Read(scoped ref ReadOnlySpan<byte> from)
    {
        // Nearly all are lengths and small numbers of one byte.
        if (!from.IsEmpty && from[0] < 0x80)
        {
            ulong small = from[0];
            from = from[1..];
            return small;
        }

        return ReadLong(ref from);
    }

    private static ulong ReadLong(scoped ref ReadOnlySpan<byte> from)
    {
        ulong number = 0;
        for (var at = 0; at < from.Length && at < BytesMax; at++)
        {
            var part = from[at];
            if (at == BytesMax - 1 && part > 1)
            {
                throw new DamagedException("a number has more than 64 bits");
            }

            number |= (ulong)(part & 0x7F) << (7 * at);
            if (part < 0x80)
            {
                from = from[(at + 1)..];
                return number;
            }
        }

        throw new DamagedException("the bytes end within a number");
    }

    /// <summary>Reads a length and takes so many bytes off the front.</summary>
    /// <exception cref="DamagedException">There are not so many.</exception>
    internal static ReadOnlySpan<byte> ReadBytes(scoped ref ReadOnlySpan<byte> from)
    {
        var length = Read(ref from);
        return Take(ref from, length);
    }

    internal static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> from, ulong length)
    {
        if (length > (ulong)from.Length)
        {
            throw new DamagedException($"the bytes end: {length} are to follow, there are {from.Length}");
        }

        var taken = from[..(int)length];
        from = from[(int)length..];
        return taken;
    }
}
