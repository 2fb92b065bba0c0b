using Holdfast.Log.Format;
using Holdfast.Log.Keeping;

namespace Holdfast.Log.Reading;

/// <summary>The place in a segment where a reader begins.</summary>
/// <param name="Offset">The first block that it has not.</param>
/// <param name="After">Everything up to here it has, or does not want.</param>
/// <param name="Schemas">The tables whose schemas stand before it.</param>
internal sealed record ReaderPlace(long Offset, Position After, IReadOnlyList<SegmentIndex.SchemaPlace> Schemas)
{
    /// <summary>The segment that has what comes after a position.</summary>
    internal static Segment Find(LogView view, Position after) => view.Segments.Last(s => s.After <= after);

    /// <summary>The first segment that has something of a time or later.</summary>
    internal static Segment Find(LogView view, long time) => view.Segments.FirstOrDefault(s => s.MaxTime >= time) ?? view.Open;

    /// <summary>Goes by headers from an entry of the index to the first block that is wanted.</summary>
    /// <param name="file">The segment's.</param>
    /// <param name="end">The offset up to which it may be read.</param>
    /// <param name="entry">At or before the place.</param>
    /// <param name="schemas">Those of the segment.</param>
    /// <param name="isWanted">The block is data and is wanted, and so is all that comes after it.</param>
    /// <exception cref="DamagedException">A block on the way is damaged.</exception>
    internal static ReaderPlace Walk(SafeFileHandle file, long end, SegmentIndex.Entry entry,
        IReadOnlyList<SegmentIndex.SchemaPlace> schemas, Func<BlockHeader, bool> isWanted)
    {
        var (offset, after) = (entry.Offset, entry.Before);
        var walk = new BlockWalk(file, entry.Offset, end);
        while (walk.Next < end)
        {
            if (!walk.Read())
            {
                throw new DamagedException("has a damaged block");
            }

            if (walk.Header.Kind is BlockKind.Data or BlockKind.Continued && isWanted(walk.Header))
            {
                break;
            }

            if (walk.Header.Kind == BlockKind.Data)
            {
                (offset, after) = (walk.Next, walk.Header.Last);
            }
        }

        return new ReaderPlace(offset, after, [.. schemas.Where(s => s.Offset < offset)]);
    }
}
