using System.Numerics;
using System.Runtime.InteropServices;

namespace Holdfast.Log.Format;

/// <summary>CRC32C (Castagnoli), for which processors have an instruction: begun with a length, added to piece by piece, ended.</summary>
public static class Crc32C
{
    /// <summary>The length goes first: a block that lost its length is no other block.</summary>
    public static uint Begin(uint length) => BitOperations.Crc32C(uint.MaxValue, length);

    /// <summary>The next bytes.</summary>
    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return crc;
    }

    /// <summary>The checksum of all of it.</summary>
    public static uint End(uint crc) => ~crc;

    internal static uint Of(ReadOnlySpan<byte> bytes) => End(Add(Begin((uint)bytes.Length), bytes));
}
