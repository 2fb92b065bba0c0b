using System.Buffers.Binary;

namespace Holdfast.Log.Tests;

/// <summary>Puts a fitting checksum on damage, as a log would read it that does not look at its checksums.</summary>
internal static class Checksums
{
    /// <summary>Blocks that differ from the right ones get the checksum of what they are now.</summary>
    internal static byte[] Fitted(byte[] damaged, byte[] right)
    {
        var fitted = damaged.ToArray();
        for (var at = SegmentHeader.Size; at + BlockHeader.Size <= right.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(right.AsSpan(at));
            var block = fitted.AsSpan(at, length);
            if (!block.SequenceEqual(right.AsSpan(at, length)) && BlockHeader.TryRead(block, out var header) && header.Length == length)
            {
                BlockHeader.Seal(block, header);
            }

            at += length;
        }

        return fitted;
    }

    /// <summary>Counts the bytes that, each flipped, make a check fail.</summary>
    internal static int Failing(byte[] right, Random random, Action<byte[]> check)
    {
        var failing = 0;
        for (var at = SegmentHeader.Size; at < right.Length; at += 3)
        {
            var flipped = right.ToArray();
            flipped[at] ^= (byte)(1 << random.Next(8));
            try
            {
                check(Fitted(flipped, right));
            }
            catch (Exception)
            {
                failing++;
            }
        }

        return failing;
    }
}
