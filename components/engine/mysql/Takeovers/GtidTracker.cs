using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Groups;

namespace Holdfast.Engine.MySql.Takeovers;

/// <summary>
/// Follows the names of what is read, and keeps on the disk how far that was at a position that the Store has. Reading and confirming
/// call it from different threads.
/// </summary>
internal sealed class GtidTracker(StoredHistory history, string systemId, GtidState state, TimeProvider clock)
{
    private static readonly TimeSpan MarkEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);
    private const int MarksMax = 256;
    private readonly Lock _gate = new();
    private readonly Queue<GtidMark> _marks = new();
    private long? _marked;
    private long? _written;

    /// <summary>A group has ended.</summary>
    internal void Ended(Group group)
    {
        if (Gtid.Parse(group.SourceId) is { } gtid)
        {
            state.Reach(gtid, group.IsGiven);
        }
    }

    /// <summary>No group is open here.</summary>
    internal void Between(Position at)
    {
        if (_marked is { } before && clock.GetElapsedTime(before) < MarkEvery)
        {
            return;
        }

        _marked = clock.GetTimestamp();
        var mark = new GtidMark(systemId, at, state.Copy());
        lock (_gate)
        {
            _marks.Enqueue(mark);
            while (_marks.Count > MarksMax)
            {
                // An older note is as true as a newer one.
                _marks.Dequeue();
            }
        }
    }

    /// <summary>Something later in the domain was read.</summary>
    internal bool HasPassed(Gtid gtid) =>
        state.Reached.TryGetValue(gtid.Domain, out var reached) && reached.Sequence > gtid.Sequence;

    /// <summary>The Store has everything up to here.</summary>
    internal void Confirm(Position durable)
    {
        lock (_gate)
        {
            if (_written is { } before && clock.GetElapsedTime(before) < WriteEvery)
            {
                return;
            }

            GtidMark? newest = null;
            while (_marks.TryPeek(out var mark) && mark.Position <= durable)
            {
                newest = _marks.Dequeue();
            }

            if (newest is not null && GtidFile.TryWrite(history.File, newest))
            {
                _written = clock.GetTimestamp();
            }
        }
    }
}
