using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Log.Format;

namespace Holdfast.Log.Reading;

/// <summary>
/// A block as it is stored. A data block has whole transactions, or the end of one whose parts came in the continued blocks before it. A
/// schema comes before the first row of its table.
/// </summary>
public sealed class LogBlock
{
    private readonly BlockHeader _header;

    private LogBlock(BlockHeader header, ReadOnlyMemory<byte> stored)
    {
        _header = header;
        Stored = stored;
    }

    /// <summary>Its header.</summary>
    public BlockHeader Header => _header;

    /// <summary>Kind of the block.</summary>
    public BlockKind Kind => _header.Kind;

    /// <summary>Compression of its payload.</summary>
    public Compression Codec => _header.Codec;

    /// <summary>Count of its transactions, or parts of one; 0: only the position moves.</summary>
    public int Count => _header.Count;

    /// <summary>Position of its first transaction.</summary>
    public Position First => _header.First;

    /// <summary>Position of its last one; once a data block is done, everything up to here is.</summary>
    public Position Last => _header.Last;

    /// <summary>The latest commit time up to here: microseconds since 1970-01-01T00:00:00Z.</summary>
    public long MaxTime => _header.MaxTime;

    /// <summary>
    /// All of its bytes, header first, as they stand in the file. From a <see cref="LogReader"/> they are valid until the next call, and
    /// empty when it was told not to load them.
    /// </summary>
    public ReadOnlyMemory<byte> Stored { get; }

    /// <summary>The file in which it stands, never to be changed there; its reader disposes of it. Null: it came another way.</summary>
    public SafeFileHandle? File { get; private init; }

    /// <summary>Offset of the block in the file.</summary>
    public long Offset { get; private init; }

    /// <summary>Bytes of all of it.</summary>
    public int Length => _header.Length;

    /// <summary>The payload, unpacked.</summary>
    /// <exception cref="DamagedException">It cannot be unpacked.</exception>
    public ReadOnlyMemory<byte> Payload => Blocks.Unpack(_header, Stored);

    /// <summary>Reads a block that came as bytes, for example over the wire.</summary>
    /// <exception cref="DamagedException">The bytes are no block, or not as they were written.</exception>
    public static LogBlock Read(ReadOnlyMemory<byte> stored) =>
        BlockHeader.TryRead(stored.Span, out var header) && header.Fits(stored.Span) && header.Kind != BlockKind.Footer
            ? new LogBlock(header, stored)
            : throw new DamagedException("the bytes are no block of a log, or their checksum does not fit");

    /// <summary>A block's bytes, with this payload unpacked, and a checksum of its own.</summary>
    /// <param name="header">Kind, count, positions and time; the rest of it is not used.</param>
    /// <param name="payload">The payload that it is to hold.</param>
    public static byte[] Pack(BlockHeader header, ReadOnlySpan<byte> payload)
    {
        var block = new byte[BlockHeader.Size + payload.Length];
        payload.CopyTo(block.AsSpan(BlockHeader.Size));
        BlockHeader.Seal(block, header with { Codec = Compression.None, PayloadLength = payload.Length });
        return block;
    }

    /// <summary>The transactions, or parts of one, that are after a position; none of a schema.</summary>
    /// <exception cref="DamagedException">While it is walked over: the payload is none.</exception>
    public IEnumerable<TransactionPart> Transactions(Position after) => Kind == BlockKind.Schema || Count == 0
        ? []
        : TransactionCodec.Read(Payload).Where(t => t.Position > after);

    /// <summary>The table of a schema block.</summary>
    /// <exception cref="DamagedException">It is none.</exception>
    public TableSchema Schema => Kind == BlockKind.Schema
        ? SchemaCodec.Read(Payload.Span)
        : throw new InvalidOperationException($"the block is {Kind}");

    internal static LogBlock Of(BlockHeader header, ReadOnlyMemory<byte> stored, SafeFileHandle file, long offset) =>
        new(header, stored) { File = file, Offset = offset };
}
