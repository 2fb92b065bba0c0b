namespace Holdfast.Log.Format;

/// <summary>
/// Walks over the blocks of a segment's file and checks each of them. A long block is checked in pieces, so a length that is none costs
/// no memory.
/// </summary>
internal sealed class BlockWalk(SafeFileHandle file, long from, long end)
{
    private readonly byte[] _piece = new byte[256 << 10];

    /// <summary>Offset of the block that was read last.</summary>
    internal long Offset { get; private set; } = from;

    /// <summary>Offset of the next block; after a false, of the first bad one.</summary>
    internal long Next { get; private set; } = from;

    /// <summary>The block that was read last.</summary>
    internal BlockHeader Header { get; private set; }

    /// <summary>Goes on; false at the end, or at a block that is cut off or damaged.</summary>
    internal bool Read()
    {
        if (end - Next < BlockHeader.Size || RandomAccess.Read(file, _piece.AsSpan(0, BlockHeader.Size), Next) < BlockHeader.Size
            || !BlockHeader.TryRead(_piece, out var header) || header.Length > end - Next)
        {
            return false;
        }

        var crc = Crc32C.Add(Crc32C.Begin((uint)header.Length), _piece.AsSpan(8, BlockHeader.Size - 8));
        for (var at = (long)BlockHeader.Size; at < header.Length;)
        {
            var read = RandomAccess.Read(file, _piece.AsSpan(0, (int)Math.Min(_piece.Length, header.Length - at)), Next + at);
            if (read == 0)
            {
                return false;
            }

            crc = Crc32C.Add(crc, _piece.AsSpan(0, read));
            at += read;
        }

        if (Crc32C.End(crc) != header.Crc)
        {
            return false;
        }

        (Offset, Next, Header) = (Next, Next + header.Length, header);
        return true;
    }

    /// <summary>The payload of the block that was read last.</summary>
    internal ReadOnlyMemory<byte> Payload()
    {
        var block = new byte[Header.Length];
        return RandomAccess.Read(file, block, Offset) == block.Length
            ? Blocks.Unpack(Header, block)
            : throw new Engine.DamagedException("a block is gone while it is read");
    }
}
