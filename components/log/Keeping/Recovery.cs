using Holdfast.Engine.Tables;
using Holdfast.Log.Contract;
using Holdfast.Log.Files;
using Holdfast.Log.Format;

namespace Holdfast.Log.Keeping;

/// <summary>A log's folder as it is fit for writing.</summary>
/// <param name="Shelf">Its closed segments.</param>
/// <param name="Open">Its open one.</param>
/// <param name="Schemas">The tables of the open one.</param>
/// <param name="BytesCut">Bytes behind the last whole transaction that were cut off: a write that broke off, or damage.</param>
internal sealed record Recovered(Shelf Shelf, OpenSegment Open, IReadOnlyList<TableSchema> Schemas, long BytesCut);

/// <summary>
/// Opens a folder after whatever happened to it. Only the open segment is cut, behind its last whole transaction: the source is read
/// again from there. Closed ones stay as they are; damage in them is told to the reader who needs them.
/// </summary>
internal static class Recovery
{
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    internal static Outcome<Recovered> Open(LogOptions options, Disk disk)
    {
        Manifest? manifest;
        try
        {
            manifest = ManifestFile.Read(options.Folder);
        }
        catch (JsonException error)
        {
            return Faults.Manifest(options.Folder, $"cannot be read: {error.Message}");
        }

        SideFile.Delete(options.Folder);
        if (manifest is null)
        {
            return Begin(options, disk);
        }

        if (Refuse(options, manifest) is { } refused)
        {
            return refused;
        }

        // Retention deletes the file first, then the line.
        var segments = manifest.Segments.SkipWhile((s, i) => i < manifest.Segments.Count - 1
            && !File.Exists(Path.Combine(options.Folder, s.Name))).ToList();
        return Open(options, disk, manifest with { Segments = segments, Subtopic = options.Subtopic });
    }

    private static LogFault? Refuse(LogOptions options, Manifest manifest)
    {
        if (manifest.Format > SegmentHeader.Format)
        {
            return Faults.Newer(options.Folder, manifest.Format);
        }

        if (manifest.SourceKind != options.SourceKind || manifest.SystemId != options.SystemId)
        {
            return Faults.OtherSource(options.Folder, $"{manifest.SourceKind} {manifest.SystemId}",
                $"{options.SourceKind} {options.SystemId}");
        }

        if (manifest.Segments.Count == 0)
        {
            return Faults.Manifest(options.Folder, "names no segment");
        }

        var last = manifest.Segments[^1].Number;
        foreach (var number in Numbers(options.Folder).Where(n => n > last))
        {
            // A segment is begun before the MANIFEST names it, and written to afterwards.
            var path = Path.Combine(options.Folder, Segment.NameOf(number));
            if (number != last + 1 || new FileInfo(path).Length > SegmentHeader.Size)
            {
                return Faults.Manifest(options.Folder, $"is older than segment {Segment.NameOf(number)}");
            }

            File.Delete(path);
        }

        return null;
    }

    private static Outcome<Recovered> Begin(LogOptions options, Disk disk)
    {
        var left = Numbers(options.Folder).ToList();
        if (left.Count > 1 || left.Count == 1
            && (left[0] != 1 || new FileInfo(Path.Combine(options.Folder, Segment.NameOf(1))).Length > SegmentHeader.Size))
        {
            return Faults.Manifest(options.Folder, "is missing, and there are segments");
        }

        var manifest = new Manifest
        {
            Format = SegmentHeader.Format,
            SourceKind = options.SourceKind,
            SystemId = options.SystemId,
            Subtopic = options.Subtopic,
            Terms = options.Terms.Count == 0 ? [new ManifestTerm(0, options.Start.After)]
                : [.. options.Terms.Select(t => new ManifestTerm(t.Number, t.After))],
            Segments =
            [
                new Segment
                {
                    Number = 1,
                    After = options.Start.After,
                    AfterTime = options.Start.Time == long.MinValue ? long.MinValue : options.Start.Time - 1,
                    Last = options.Start.After,
                    MaxTime = options.Start.Time == long.MinValue ? long.MinValue : options.Start.Time - 1,
                    End = SegmentHeader.Size,
                    Bytes = SegmentHeader.Size,
                },
            ],
        };
        ManifestFile.Write(options.Folder, manifest);
        return Open(options, disk, manifest);
    }

    private static Outcome<Recovered> Open(LogOptions options, Disk disk, Manifest manifest)
    {
        var shelf = new Shelf(options, disk, manifest);
        var open = manifest.Segments[^1];
        var file = OpenSegment.OpenFile(Path.Combine(options.Folder, open.Name), FileMode.OpenOrCreate);
        try
        {
            var length = RandomAccess.GetLength(file);
            var expected = shelf.Header(open.After, open.AfterTime, options.Time.GetUtcNow());
            if (CheckHeader(options, open, file, expected, disk) is { } refused)
            {
                file.Dispose();
                return refused;
            }

            var (index, schemas) = IndexFile.Scan(file, open.After, open.AfterTime, length);
            RandomAccess.SetLength(file, index.End);
            disk.Sync(file);
            Posix.SyncFolder(options.Folder);
            var segment = new OpenSegment(disk, open.Number, open.After, open.AfterTime, file, index,
                [.. schemas.Select(s => s.Id)]);
            return new Recovered(shelf, segment, schemas, Math.Max(0, length - index.End));
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A header that is none, or of which only a part was written, is written again: the MANIFEST knows all of it.</summary>
    private static LogFault? CheckHeader(LogOptions options, Segment open, Microsoft.Win32.SafeHandles.SafeFileHandle file,
        SegmentHeader expected, Disk disk)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        var read = RandomAccess.Read(file, bytes, 0);
        if (SegmentHeader.Read(bytes[..read]) is not { } found)
        {
            OpenSegment.WriteHeader(disk, file, expected);
            return null;
        }

        if (found.Format > SegmentHeader.Format)
        {
            return Faults.Newer(options.Folder, found.Format);
        }

        if (found.Header.Source != expected.Source)
        {
            return Faults.OtherSource(options.Folder, $"with hash {found.Header.Source:X}", $"{options.SourceKind} {options.SystemId}");
        }

        return found.Header.After == open.After ? null : Faults.Manifest(options.Folder, $"does not fit segment {open.Name}");
    }

    private static IEnumerable<long> Numbers(string folder) => Directory.EnumerateFiles(folder, "*.seg")
        .Select(f => long.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1)
        .Where(n => n > 0).Order();
}
