using System.Buffers.Binary;

namespace Holdfast.Log.Format;

/// <summary>The first bytes of a segment's file.</summary>
/// <param name="Source">Hash of whose log it is; see <see cref="HashOf"/>.</param>
/// <param name="Term">The tenant's term in which it was begun.</param>
/// <param name="After">Everything in it is after this position, and nothing between this and its first transaction is missing.</param>
/// <param name="AfterTime">The latest commit time before it: microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Created">By our clock: microseconds since 1970-01-01T00:00:00Z.</param>
internal readonly record struct SegmentHeader(ulong Source, ulong Term, Position After, long AfterTime, long Created)
{
    internal const int Size = 64;

    /// <summary>A log of another format is refused, whatever else it says.</summary>
    internal const uint Format = 1;

    private static ReadOnlySpan<byte> Magic => "HFLOGSEG"u8;

    internal void Write(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Format);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], Source);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], Term);
        BlockHeader.WritePosition(to[32..], After);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], AfterTime);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], Created);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Checksum(to[..Size]));
    }

    /// <summary>Null: these bytes were no header, or are none any more.</summary>
    internal static (uint Format, SegmentHeader Header)? Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Size || !from.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(from[12..]) != Checksum(from[..Size]))
        {
            return null;
        }

        return (BinaryPrimitives.ReadUInt32LittleEndian(from[8..]), new SegmentHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(from[16..]), BinaryPrimitives.ReadUInt64LittleEndian(from[24..]),
            BlockHeader.ReadPosition(from[32..]), BinaryPrimitives.ReadInt64LittleEndian(from[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[56..])));
    }

    /// <summary>
    /// Hash of a source, so that a segment that strays into another source's folder is noticed. FNV-1a: nobody forges a segment that could
    /// not forge the rest of it, and a cryptographic hash loads a library of 5 MiB into each Store.
    /// </summary>
    internal static ulong HashOf(string kind, string systemId)
    {
        const ulong offset = 14695981039346656037;
        const ulong prime = 1099511628211;
        return Encoding.UTF8.GetBytes($"{kind}\0{systemId}").Aggregate(offset, (hash, each) => (hash ^ each) * prime);
    }

    private static uint Checksum(ReadOnlySpan<byte> header) =>
        Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Begin(Size), header[..12]), header[16..]));
}
