using K4os.Compression.LZ4;

namespace Holdfast.Log.Format;

/// <summary>Reads the contents of a block's bytes.</summary>
internal static class Blocks
{
    /// <summary>The payload as it was before it was packed; it may lie in the block's own memory.</summary>
    /// <exception cref="DamagedException">It cannot be unpacked.</exception>
    internal static ReadOnlyMemory<byte> Unpack(in BlockHeader header, ReadOnlyMemory<byte> block)
    {
        var stored = block[BlockHeader.Size..header.Length];
        if (header.Codec == Compression.None)
        {
            return stored;
        }

        // A byte of LZ4 stands for 255 at most: what claims more is no reason to take memory.
        var payload = header.PayloadLength <= stored.Length * 255L ? new byte[header.PayloadLength] : [];
        return LZ4Codec.Decode(stored.Span, payload) == header.PayloadLength
            ? payload
            : throw new DamagedException($"the block after position {header.First} cannot be unpacked");
    }
}
