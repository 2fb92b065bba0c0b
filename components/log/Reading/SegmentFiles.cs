using Holdfast.Log.Contract;
using Holdfast.Log.Format;
using Holdfast.Log.Keeping;
using Holdfast.Log.Writing;

namespace Holdfast.Log.Reading;

/// <summary>The segments of a log as its readers have them: the part that they may see, and its files.</summary>
internal sealed class SegmentFiles(string folder, ulong source, GroupCommit commit)
{
    internal LogView View => commit.View;

    /// <summary>The log still has a segment: retention has not taken it.</summary>
    internal bool Has(Segment segment) =>
        commit.Ask((writer, shelf) => writer.Segment.Number == segment.Number || shelf.Closed.Any(s => s.Number == segment.Number));

    /// <summary>Opens a segment's file and checks that it is the one that the MANIFEST names.</summary>
    internal Outcome<SafeFileHandle> Open(Segment segment)
    {
        var why = "is missing";
        try
        {
            var file = File.OpenHandle(Path.Combine(folder, segment.Name), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            Span<byte> header = stackalloc byte[SegmentHeader.Size];
            if (RandomAccess.Read(file, header, 0) == header.Length && SegmentHeader.Read(header) is { } found
                && found.Header.Source == source && found.Header.After == segment.After)
            {
                return file;
            }

            file.Dispose();
            why = "has a damaged header";
        }
        catch (FileNotFoundException) when (!Has(segment))
        {
            return Faults.BeforeRange($"what is after {segment.After}", View.Range);
        }
        catch (FileNotFoundException)
        {
            // As it says.
        }
        catch (IOException error)
        {
            why = $"cannot be read ({error.Message})";
        }

        return Faults.Damaged(segment.Name, why, segment.After, segment.Last, View.Range);
    }
}
