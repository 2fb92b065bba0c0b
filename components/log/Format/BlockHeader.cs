using System.Buffers.Binary;

namespace Holdfast.Log.Format;

/// <summary>
/// The first bytes of a block, little-endian. The order is length, CRC32C of everything else, kind, codec, count, length of the payload
/// before it was packed, range of positions, the latest commit time so far.
/// </summary>
/// <param name="Length">Bytes of the whole block, with this header.</param>
/// <param name="Crc">CRC32C of the length and of everything that follows this field.</param>
/// <param name="Kind">Kind of the block.</param>
/// <param name="Codec">Compression of the payload.</param>
/// <param name="Count">Count of the transactions, or parts of one, that it holds.</param>
/// <param name="PayloadLength">Bytes of the payload before it was packed.</param>
/// <param name="First">Position of its first transaction; for a schema, that of the last transaction before it.</param>
/// <param name="Last">Position of its last transaction.</param>
/// <param name="MaxTime">
/// The latest commit time of this block and of all before it in the log: microseconds since 1970-01-01T00:00:00Z. Commit times of a
/// source are not in the order of its positions, this is.
/// </param>
public readonly record struct BlockHeader(
    int Length, uint Crc, BlockKind Kind, Compression Codec, ushort Count, int PayloadLength, Position First, Position Last, long MaxTime)
{
    /// <summary>Bytes that it takes.</summary>
    public const int Size = 56;

    /// <summary>The longest payload that a block has.</summary>
    public const int PayloadMax = 1 << 30;

    /// <summary>Reads one; false when the bytes cannot be the beginning of a block. The checksum is not looked at.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out BlockHeader header)
    {
        header = default;
        if (from.Length < Size)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(from);
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(from[12..]);
        var kind = (BlockKind)from[8];
        if (length is < Size or > PayloadMax + Size || payload > PayloadMax || from[9] > (byte)Compression.Lz4
            || kind is not (BlockKind.Data or BlockKind.Schema or BlockKind.Continued or BlockKind.Footer)
            || (Compression)from[9] == Compression.None && payload != length - Size)
        {
            return false;
        }

        header = new BlockHeader((int)length, BinaryPrimitives.ReadUInt32LittleEndian(from[4..]), kind, (Compression)from[9],
            BinaryPrimitives.ReadUInt16LittleEndian(from[10..]), (int)payload, ReadPosition(from[16..]), ReadPosition(from[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[48..]));
        return true;
    }

    /// <summary>Writes the header of a block that lies complete but for it, and returns it with its checksum.</summary>
    internal static BlockHeader Seal(Span<byte> block, BlockHeader header)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)block.Length);
        block[8] = (byte)header.Kind;
        block[9] = (byte)header.Codec;
        BinaryPrimitives.WriteUInt16LittleEndian(block[10..], header.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)header.PayloadLength);
        WritePosition(block[16..], header.First);
        WritePosition(block[32..], header.Last);
        BinaryPrimitives.WriteInt64LittleEndian(block[48..], header.MaxTime);
        var crc = Crc32C.End(Crc32C.Add(Crc32C.Begin((uint)block.Length), block[8..]));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], crc);
        return header with { Length = block.Length, Crc = crc };
    }

    /// <summary>The checksum fits the bytes of the whole block.</summary>
    internal bool Fits(ReadOnlySpan<byte> block) =>
        block.Length == Length && Crc32C.End(Crc32C.Add(Crc32C.Begin((uint)Length), block[8..])) == Crc;

    internal static Position ReadPosition(ReadOnlySpan<byte> from) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(from), BinaryPrimitives.ReadUInt64LittleEndian(from[8..]));

    internal static void WritePosition(Span<byte> to, Position position)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, position.Major);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], position.Minor);
    }
}
