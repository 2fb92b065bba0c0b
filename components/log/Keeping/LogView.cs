using System.Collections.Immutable;
using Holdfast.Log.Contract;

namespace Holdfast.Log.Keeping;

/// <summary>
/// The part of the log that readers may see. All of it is on the disk, so nobody has anything that a Store may lose. It never changes; a
/// later view takes its place.
/// </summary>
/// <param name="Segments">Oldest first; the last one is open, and its end is how far it may be read.</param>
/// <param name="Last">Nothing is committed up to here but what is in the segments.</param>
/// <param name="LastTime">The latest commit time, or sign of life, up to there.</param>
/// <param name="Bytes">Bytes of the log.</param>
internal sealed record LogView(ImmutableArray<Segment> Segments, Position Last, long LastTime, long Bytes)
{
    private readonly TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Segment Open => Segments[^1];

    /// <summary>A later view is there, or the log is closed.</summary>
    internal Task Changed => _changed.Task;

    /// <summary>No later one comes.</summary>
    internal bool IsClosed { get; init; }

    internal LogRange Range => new(Segments[0].After, Segments[0].AfterTime, Last, LastTime, Bytes, Segments.Length);

    internal void Tell() => _changed.TrySetResult();
}
