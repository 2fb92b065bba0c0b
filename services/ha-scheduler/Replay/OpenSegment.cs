using System.IO.Compression;

namespace Holdfast.HaScheduler.Replay;

/// <summary>The segment that is being written.</summary>
internal sealed record OpenSegment(FileStream File, GZipStream Gzip, PassWriter Writer, DateTimeOffset From) : IDisposable
{
    /// <summary>Size after its first pass, which has everything.</summary>
    internal long FirstBytes { get; set; }

    internal long FlushedAt { get; set; }

    public void Dispose()
    {
        Writer.Dispose();
        Gzip.Dispose();
        File.Dispose();
    }
}
