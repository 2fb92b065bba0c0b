using Holdfast.Log.Files;
using Holdfast.Log.Format;

namespace Holdfast.Log.Keeping;

/// <summary>The segment that is written. What fails leaves the file as long as it was, so nothing half stands in it.</summary>
internal sealed class OpenSegment(Disk disk, long number, Position after, long afterTime, SafeFileHandle file,
    SegmentIndex index, HashSet<uint> schemas) : IDisposable
{
    private const int TrailerBytes = 16;

    /// <summary>Number of its file.</summary>
    internal long Number => number;

    internal SafeFileHandle File => file;

    /// <summary>Index of its blocks.</summary>
    internal SegmentIndex Index => index;

    /// <summary>Tables whose schema stands in it.</summary>
    internal HashSet<uint> Schemas => schemas;

    /// <summary>It has no transaction yet.</summary>
    internal bool IsEmpty => index.End == SegmentHeader.Size;

    /// <summary>Begins a segment; its header is on the disk.</summary>
    /// <exception cref="IOException">It cannot be; no file stays.</exception>
    internal static OpenSegment Create(string folder, Disk disk, long number, SegmentHeader header)
    {
        var path = Path.Combine(folder, Segment.NameOf(number));
        var file = OpenFile(path, FileMode.CreateNew);
        try
        {
            WriteHeader(disk, file, header);
            Posix.SyncFolder(folder);
        }
        catch (IOException)
        {
            file.Dispose();
            System.IO.File.Delete(path);
            throw;
        }

        var index = new SegmentIndex(SegmentHeader.Size, header.After, header.AfterTime);
        return new OpenSegment(disk, number, header.After, header.AfterTime, file, index, []);
    }

    internal static SafeFileHandle OpenFile(string path, FileMode mode) => System.IO.File.OpenHandle(path, mode,
        FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    internal static void WriteHeader(Disk disk, SafeFileHandle file, SegmentHeader header)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        header.Write(bytes);
        disk.Write(file, bytes, 0);
        disk.Sync(file);
    }

    /// <summary>Writes sealed blocks behind the last one.</summary>
    /// <exception cref="IOException">None of it is written.</exception>
    internal void Write(ReadOnlySpan<byte> bytes, IReadOnlyList<(BlockHeader Header, uint Table)> blocks)
    {
        WriteAhead(bytes, index.End);
        Accept(blocks);
    }

    /// <summary>Writes bytes that count only once their blocks are accepted.</summary>
    /// <exception cref="IOException">Nothing stands behind the last block.</exception>
    internal void WriteAhead(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            disk.Write(file, bytes, offset);
        }
        catch (IOException)
        {
            CutBack();
            throw;
        }
    }

    /// <summary>The blocks were written ahead, all of them.</summary>
    internal void Accept(IReadOnlyList<(BlockHeader Header, uint Table)> blocks)
    {
        foreach (var (header, table) in blocks)
        {
            index.Add(header, table);
            if (header.Kind == BlockKind.Schema)
            {
                schemas.Add(table);
            }
        }
    }

    /// <summary>Removes what stands behind the last block.</summary>
    internal void CutBack() => RandomAccess.SetLength(file, index.End);

    /// <summary>The segment as it stands in the MANIFEST.</summary>
    internal Segment Described(long end, Position last, long maxTime) => new()
    {
        Number = number,
        After = after,
        AfterTime = afterTime,
        Last = last,
        MaxTime = maxTime,
        End = end,
        Bytes = index.End,
    };

    /// <summary>The segment as it was when nothing was in it.</summary>
    internal Segment Started() => Described(SegmentHeader.Size, after, afterTime);

    /// <summary>Writes the footer; the file is on the disk then and is not changed any more.</summary>
    /// <exception cref="IOException">It is as it was.</exception>
    internal Segment Close(DateTimeOffset now)
    {
        var footer = Footer(index);
        WriteAhead(footer, index.End);
        disk.Sync(file);
        return Described(index.End, index.Last, index.MaxTime) with { Bytes = index.End + footer.Length, Closed = now };
    }

    /// <summary>The index as a block, and where it begins.</summary>
    internal static byte[] Footer(SegmentIndex index)
    {
        var payload = index.Write();
        var bytes = new byte[BlockHeader.Size + payload.Length + TrailerBytes];
        payload.CopyTo(bytes, BlockHeader.Size);
        BlockHeader.Seal(bytes.AsSpan(0, BlockHeader.Size + payload.Length), new BlockHeader(0, 0, BlockKind.Footer, Compression.None, 0,
            payload.Length, index.Last, index.Last, index.MaxTime));
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - TrailerBytes), index.End);
        "HFLOGEND"u8.CopyTo(bytes.AsSpan(bytes.Length - 8));
        return bytes;
    }

    public void Dispose() => file.Dispose();
}
