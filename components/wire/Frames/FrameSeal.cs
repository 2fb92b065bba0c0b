using System.Buffers.Binary;
using Holdfast.Log.Format;

namespace Holdfast.StoreWire.Frames;

/// <summary>
/// CRC32C at the end of each frame but blocks, which have one of their own. A position in which one bit changes on the way would pass over
/// rows for good, and TCP's checksum misses one damage in 65,536.
/// </summary>
internal static class FrameSeal
{
    internal const int Size = 4;

    /// <summary>Bytes of the seal of such a frame.</summary>
    internal static int SizeOf(FrameType type) => type == FrameType.Block ? 0 : Size;

    /// <summary>Writes the checksum of length, type and payload.</summary>
    internal static void Write(Span<byte> to, FrameType type, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.WriteUInt32LittleEndian(to, Of(type, payload));

    /// <summary>The last bytes of a frame are the checksum of what stands before them.</summary>
    internal static bool IsWhole(FrameType type, ReadOnlySpan<byte> all) =>
        BinaryPrimitives.ReadUInt32LittleEndian(all[^Size..]) == Of(type, all[..^Size]);

    private static uint Of(FrameType type, ReadOnlySpan<byte> payload) =>
        Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Begin((uint)(payload.Length + Size + 1)), [(byte)type]), payload));
}
