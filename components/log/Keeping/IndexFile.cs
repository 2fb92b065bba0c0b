using Holdfast.Log.Format;

namespace Holdfast.Log.Keeping;

/// <summary>The index of a closed segment: in a file beside it, at its own end, or, when both are wrong, read out of its blocks.</summary>
internal static class IndexFile
{
    private const int IndexBytesMax = 1 << 28;

    /// <summary>The index, from the nearest place that has it.</summary>
    /// <exception cref="DamagedException">The blocks themselves are damaged.</exception>
    internal static SegmentIndex Load(string folder, Segment segment, SafeFileHandle file)
    {
        if (Beside(folder, segment) is { } beside)
        {
            return beside;
        }

        var index = Parse(ReadAt(file, segment.End), segment) ?? Rebuild(segment, file);
        TryWrite(folder, segment, index);
        return index;
    }

    internal static void TryWrite(string folder, Segment segment, SegmentIndex index)
    {
        try
        {
            File.WriteAllBytes(PathOf(folder, segment), OpenSegment.Footer(index));
        }
        catch (IOException)
        {
            // It is only quicker with it.
        }
    }

    internal static void Delete(string folder, Segment segment) => File.Delete(PathOf(folder, segment));

    /// <summary>Reads every block up to the end of the last transaction.</summary>
    /// <returns>The index of all whole transactions, and whether the end was reached.</returns>
    internal static (SegmentIndex Index, List<Engine.Tables.TableSchema> Schemas) Scan(SafeFileHandle file, Position after, long afterTime,
        long end)
    {
        var index = new SegmentIndex(SegmentHeader.Size, after, afterTime);
        var waiting = new List<(BlockHeader Header, Engine.Tables.TableSchema? Schema)>();
        var schemas = new List<Engine.Tables.TableSchema>();
        var walk = new BlockWalk(file, SegmentHeader.Size, end);
        while (walk.Read() && walk.Header.Kind != BlockKind.Footer)
        {
            try
            {
                waiting.Add((walk.Header, walk.Header.Kind == BlockKind.Schema
                    ? Engine.Tables.SchemaCodec.Read(walk.Payload().Span)
                    : null));
            }
            catch (DamagedException)
            {
                break;
            }

            if (walk.Header.Kind != BlockKind.Data)
            {
                continue;
            }

            // Blocks have the order of their positions: one that has not was not written here.
            if (walk.Header.First <= index.Last || walk.Header.Last < walk.Header.First)
            {
                break;
            }

            foreach (var (header, schema) in waiting)
            {
                index.Add(header, schema?.Id ?? 0);
                if (schema is not null)
                {
                    schemas.Add(schema);
                }
            }

            waiting.Clear();
        }

        return (index, schemas);
    }

    private static SegmentIndex Rebuild(Segment segment, SafeFileHandle file)
    {
        var (index, _) = Scan(file, segment.After, segment.AfterTime, segment.End);
        return index.End == segment.End && index.Last == segment.Last
            ? index
            : throw new DamagedException($"has a damaged block after position {index.Last}");
    }

    private static SegmentIndex? Beside(string folder, Segment segment)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(folder, segment));
            return Parse(ReadAt(file, 0), segment);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static byte[] ReadAt(SafeFileHandle file, long offset)
    {
        var bytes = new byte[Math.Clamp(RandomAccess.GetLength(file) - offset, 0, IndexBytesMax)];
        return RandomAccess.Read(file, bytes, offset) == bytes.Length ? bytes : [];
    }

    /// <summary>Null: it is not the index of this segment.</summary>
    private static SegmentIndex? Parse(ReadOnlySpan<byte> bytes, Segment segment) =>
        BlockHeader.TryRead(bytes, out var header) && header.Kind == BlockKind.Footer && header.Length <= bytes.Length
        && header.Fits(bytes[..header.Length]) && SegmentIndex.Read(bytes[BlockHeader.Size..header.Length]) is { } index
        && index.End == segment.End && index.Last == segment.Last
            ? index
            : null;

    private static string PathOf(string folder, Segment segment) => Path.ChangeExtension(Path.Combine(folder, segment.Name), ".idx");
}
