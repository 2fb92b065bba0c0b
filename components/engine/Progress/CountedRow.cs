using System.Buffers.Binary;
using Holdfast.Engine.Seams;

namespace Holdfast.Engine.Progress;

/// <summary>A lane's row, and how many transactions the lane has committed: that tells whether the last one was.</summary>
public sealed record CountedRow(long Count, LaneRow Row)
{
    private const int PositionBytes = 16;

    /// <summary>A lane that has committed nothing.</summary>
    public static readonly CountedRow None = new(0, LaneRow.None);

    /// <summary>All that the lane has committed beyond its low position, as the sink's row holds it: two numbers each.</summary>
    public byte[] DoneBytes()
    {
        var done = new byte[Row.Done.Count * PositionBytes];
        var at = 0;
        foreach (var position in Row.Done.Order())
        {
            BinaryPrimitives.WriteUInt64LittleEndian(done.AsSpan(at), position.Major);
            BinaryPrimitives.WriteUInt64LittleEndian(done.AsSpan(at + 8), position.Minor);
            at += PositionBytes;
        }

        return done;
    }

    /// <summary>Reads what <see cref="DoneBytes"/> writes.</summary>
    public static HashSet<Position> ReadDone(ReadOnlySpan<byte> done)
    {
        var positions = new HashSet<Position>(done.Length / PositionBytes);
        for (var at = 0; at + PositionBytes <= done.Length; at += PositionBytes)
        {
            positions.Add(new Position(BinaryPrimitives.ReadUInt64LittleEndian(done[at..]),
                BinaryPrimitives.ReadUInt64LittleEndian(done[(at + 8)..])));
        }

        return positions;
    }

    /// <summary>One progress of all lanes, and whose positions these are; null: nothing is committed.</summary>
    public static SinkProgress? Merge(IReadOnlyCollection<CountedRow> lanes, SourceName? source) =>
        LaneRow.Merge([.. lanes.Select(l => l.Row)]) is { } merged ? merged with { Source = source } : null;
}
