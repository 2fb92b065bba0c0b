using System.Buffers;
using Holdfast.Engine.Transactions;
using Holdfast.Log.Format;
using K4os.Compression.LZ4;

namespace Holdfast.Log.Writing;

/// <summary>Makes blocks of transactions, one after the other in memory, each sealed with its checksum.</summary>
internal sealed class BlockBuilder(Compression codec)
{
    /// <summary>A block that is as long is sealed, and another one begins.</summary>
    internal const int BlockBytes = 256 << 10;

    private readonly BlockBuffer _buffer = new();
    private readonly List<(BlockHeader Header, uint Table)> _blocks = [];
    private int _start = -1;
    private ushort _count;
    private Position _first;
    private Position _last;
    private long _maxTime;

    /// <summary>Nothing is in it.</summary>
    internal bool IsEmpty => _buffer.Length == 0;

    /// <summary>Bytes of all that is in it.</summary>
    internal int Length => _buffer.Length;

    /// <summary>All sealed blocks, in the order of their bytes.</summary>
    internal IReadOnlyList<(BlockHeader Header, uint Table)> Blocks => _blocks;

    /// <summary>The bytes of the sealed blocks; call it when none is open.</summary>
    internal ReadOnlyMemory<byte> Written => _start < 0 ? _buffer.Written : throw new InvalidOperationException("a block is open");

    /// <summary>The block that is open would be too long with so many bytes more.</summary>
    internal bool IsFull => _start >= 0 && (_buffer.Length - _start >= BlockBytes || _count == ushort.MaxValue);

    /// <summary>Adds a transaction, or a part of one, to the open block.</summary>
    internal void Add(TransactionPart part, long maxTime)
    {
        Begin(part.Position);
        TransactionCodec.Write(_buffer, part);
        (_last, _maxTime, _count) = (part.Position, maxTime, (ushort)(_count + 1));
    }

    /// <summary>Adds a data block without a transaction.</summary>
    internal void AddAlive(Position position, long maxTime)
    {
        Seal(BlockKind.Data);
        Begin(position);
        (_last, _maxTime) = (position, maxTime);
        Seal(BlockKind.Data);
    }

    /// <summary>Adds a schema's block; the open one is sealed before.</summary>
    internal void AddSchema(uint table, ReadOnlySpan<byte> json, Position last, long maxTime, BlockKind open)
    {
        Seal(open);
        Begin(last);
        _buffer.Write(json);
        (_last, _maxTime, _count) = (last, maxTime, 1);
        Seal(BlockKind.Schema, table);
    }

    /// <summary>Ends the open block, if there is one.</summary>
    internal void Seal(BlockKind kind, uint table = 0)
    {
        if (_start < 0)
        {
            return;
        }

        var payload = _buffer.Length - _start - BlockHeader.Size;
        var packed = Pack(payload);
        var header = new BlockHeader(0, 0, kind, packed ? Compression.Lz4 : Compression.None, _count, payload, _first, _last, _maxTime);
        _blocks.Add((BlockHeader.Seal(_buffer.From(_start), header), table));
        _start = -1;
    }

    /// <summary>Everything is gone: it is written, or given up.</summary>
    internal void Clear()
    {
        _buffer.CutTo(0);
        _blocks.Clear();
        _start = -1;
    }

    private void Begin(Position first)
    {
        if (_start >= 0)
        {
            return;
        }

        _start = _buffer.Length;
        _buffer.GetSpan(BlockHeader.Size);
        _buffer.Advance(BlockHeader.Size);
        (_first, _count) = (first, 0);
    }

    /// <summary>Packs the open block's payload where it lies; what would not become shorter stays as it is.</summary>
    private bool Pack(int length)
    {
        if (codec != Compression.Lz4 || length == 0)
        {
            return false;
        }

        var payload = _buffer.From(_start + BlockHeader.Size);
        var packed = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var size = LZ4Codec.Encode(payload, packed.AsSpan(0, length - 1));
            if (size <= 0)
            {
                return false;
            }

            packed.AsSpan(0, size).CopyTo(payload);
            _buffer.CutTo(_start + BlockHeader.Size + size);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }
}
