using System.Buffers.Binary;

namespace Holdfast.Log.Format;

/// <summary>
/// Index of the places in a segment where reading may begin. It is sparse, so it is small however small the blocks are; a reader goes on by
/// headers from there. Entries stand at transactions' boundaries only, so nobody begins inside one.
/// </summary>
internal sealed class SegmentIndex(long start, Position after, long afterTime)
{
    private const int SpacingBytes = 256 << 10;
    private const int EntryBytes = 32;
    private const int SchemaBytes = 16;
    private const int FixedBytes = 40;

    private readonly List<Entry> _entries = [new(start, after, afterTime)];
    private readonly List<SchemaPlace> _schemas = [];
    private bool _isInside;

    /// <summary>A place, and what holds of everything before it.</summary>
    internal readonly record struct Entry(long Offset, Position Before, long TimeBefore);

    /// <summary>The place of a table's schema.</summary>
    internal readonly record struct SchemaPlace(long Offset, int Length, uint Table);

    /// <summary>End of the last block.</summary>
    internal long End { get; private set; } = start;

    /// <summary>Position of the last transaction that is whole.</summary>
    internal Position Last { get; private set; } = after;

    /// <summary>The latest commit time up to the end.</summary>
    internal long MaxTime { get; private set; } = afterTime;

    /// <summary>Places of the schemas, in the order of the file.</summary>
    internal IReadOnlyList<SchemaPlace> Schemas => _schemas;

    internal int Entries => _entries.Count;

    /// <summary>Notes the next block; <paramref name="table"/> is a schema's.</summary>
    internal void Add(in BlockHeader block, uint table)
    {
        if (!_isInside && block.Kind != BlockKind.Schema && End >= _entries[^1].Offset + SpacingBytes)
        {
            _entries.Add(new Entry(End, Last, MaxTime));
        }

        switch (block.Kind)
        {
            case BlockKind.Schema:
                _schemas.Add(new SchemaPlace(End, block.Length, table));
                break;
            case BlockKind.Continued:
                _isInside = true;
                break;
            case BlockKind.Data:
                (_isInside, Last, MaxTime) = (false, block.Last, block.MaxTime);
                break;
        }

        End += block.Length;
    }

    /// <summary>A place at or before the first transaction after a position, and not beyond an end.</summary>
    internal Entry At(Position position, long end) => LastOf(e => e.Before <= position && e.Offset <= end);

    /// <summary>A place at or before the first transaction of a time, and not beyond an end; all before it is earlier.</summary>
    internal Entry At(long time, long end) => LastOf(e => e.TimeBefore < time && e.Offset <= end);

    internal byte[] Write()
    {
        var bytes = new byte[FixedBytes + _entries.Count * EntryBytes + _schemas.Count * SchemaBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, End);
        BlockHeader.WritePosition(bytes.AsSpan(8), Last);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), MaxTime);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(32), _entries.Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(36), _schemas.Count);
        var to = bytes.AsSpan(FixedBytes);
        foreach (var entry in _entries)
        {
            BinaryPrimitives.WriteInt64LittleEndian(to, entry.Offset);
            BlockHeader.WritePosition(to[8..], entry.Before);
            BinaryPrimitives.WriteInt64LittleEndian(to[24..], entry.TimeBefore);
            to = to[EntryBytes..];
        }

        foreach (var schema in _schemas)
        {
            BinaryPrimitives.WriteInt64LittleEndian(to, schema.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(to[8..], schema.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(to[12..], schema.Table);
            to = to[SchemaBytes..];
        }

        return bytes;
    }

    /// <summary>Null: it is no index.</summary>
    internal static SegmentIndex? Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < FixedBytes)
        {
            return null;
        }

        var (entries, schemas) = (BinaryPrimitives.ReadInt32LittleEndian(from[32..]), BinaryPrimitives.ReadInt32LittleEndian(from[36..]));
        if (entries < 1 || schemas < 0 || FixedBytes + (long)entries * EntryBytes + (long)schemas * SchemaBytes != from.Length)
        {
            return null;
        }

        var index = new SegmentIndex(0, default, 0)
        {
            End = BinaryPrimitives.ReadInt64LittleEndian(from),
            Last = BlockHeader.ReadPosition(from[8..]),
            MaxTime = BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
        };
        index._entries.Clear();
        var rest = from[FixedBytes..];
        for (; entries > 0; entries--, rest = rest[EntryBytes..])
        {
            index._entries.Add(new Entry(BinaryPrimitives.ReadInt64LittleEndian(rest), BlockHeader.ReadPosition(rest[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(rest[24..])));
        }

        for (; schemas > 0; schemas--, rest = rest[SchemaBytes..])
        {
            index._schemas.Add(new SchemaPlace(BinaryPrimitives.ReadInt64LittleEndian(rest),
                BinaryPrimitives.ReadInt32LittleEndian(rest[8..]), BinaryPrimitives.ReadUInt32LittleEndian(rest[12..])));
        }

        return index;
    }

    private Entry LastOf(Predicate<Entry> holds) => _entries.FindLastIndex(holds) is >= 0 and var found ? _entries[found] : _entries[0];
}
