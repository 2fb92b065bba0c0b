using Holdfast.Engine;
using Holdfast.Engine.Progress;
using Holdfast.Engine.Seams;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// A task's target, as a database keeps it: the fence, a row for each lane, and the transactions that are in it. Fence and rows change by
/// the rules of the real sinks. It also knows the truth, which no real sink knows: who lives and writes.
/// </summary>
internal sealed class Sink(World world, string task, long start)
{
    /// <summary>Transactions in one second of a source.</summary>
    internal const ulong PerSecond = 3;

    private readonly List<IncrSyncWorker> _writers = [];
    private readonly Dictionary<int, LaneRow> _lanes = [];
    private readonly HashSet<Position> _beyond = [];
    private readonly SinkProgress _begin = new(EndOf(start), new HashSet<Position>(), 0, 0);
    private Position _whole = EndOf(start);
    private long? _fence;

    internal string Task { get; } = task;

    /// <summary>Epoch of the last write that was accepted.</summary>
    internal long Epoch { get; private set; }

    /// <summary>The highest epoch of which a process has tried to write.</summary>
    internal long Tried { get; private set; }

    /// <summary>The last second of which all is in it, as its rows say.</summary>
    internal long Checkpoint { get; private set; } = start;

    /// <summary>Time at which a write was accepted last, in the world's ticks.</summary>
    internal long AcceptedAt { get; private set; } = -1;

    internal IncrSyncWorker? Writer { get; private set; }

    /// <summary>The progress from which a new life goes on.</summary>
    internal SinkProgress Progress => LaneRow.Merge(_lanes.Values) ?? _begin;

    internal static Position EndOf(long second) => new((ulong)second, PerSecond);

    /// <summary>Fences older writers off. False: it is of the past itself.</summary>
    internal bool Raise(IncrSyncWorker writer)
    {
        if (EpochFence.IsPast(_fence, writer.Epoch))
        {
            return !world.Mutation.SinkChecksEpoch;
        }

        _fence = writer.Epoch;
        return true;
    }

    /// <summary>One transaction. False: refused, the process must exit.</summary>
    internal bool Write(IncrSyncWorker writer, int lane, SinkGroup group)
    {
        world.Truth.Check(this, writer, _writers);
        if (!_writers.Contains(writer))
        {
            _writers.RemoveAll(w => w.IsDead);
            _writers.Add(writer);
        }

        Tried = Math.Max(Tried, writer.Epoch);
        if (EpochFence.IsPast(_fence, writer.Epoch) && world.Mutation.SinkChecksEpoch)
        {
            return false;
        }

        world.Truth.Moved(this, writer);
        (Epoch, AcceptedAt, Writer) = (Math.Max(Epoch, writer.Epoch), world.Time.Now, writer);
        Take(writer, group);
        if (world.Mutation.ProgressIsInside)
        {
            Note(writer, lane, group);
        }
        else
        {
            writer.Later(TimeSpan.FromMilliseconds(100), () => Note(writer, lane, group));
        }

        return true;
    }

    /// <summary>Each transaction is in it once, and what a writer takes for whole is.</summary>
    private void Take(IncrSyncWorker writer, SinkGroup group)
    {
        foreach (var position in group.Done)
        {
            if (position <= _whole || !_beyond.Add(position))
            {
                world.Broken("rows", $"epoch {writer.Epoch} writes transaction {position} to {Task}, which has it");
            }
        }

        for (var next = After(_whole); _beyond.Remove(next); next = After(next))
        {
            _whole = next;
        }

        if (group.Low > _whole)
        {
            world.Broken("rows", $"epoch {writer.Epoch} says that {Task} has all up to {group.Low}, and it has up to {_whole}");
        }
    }

    private void Note(IncrSyncWorker writer, int lane, SinkGroup group)
    {
        var row = _lanes.GetValueOrDefault(lane, LaneRow.None).After(world.Mutation.Writes(group), writer.Epoch);
        _lanes[lane] = row;
        Checkpoint = Math.Max(Checkpoint, LastSecond(row.Low));
    }

    /// <summary>The last second that a position is the end of.</summary>
    internal static long LastSecond(Position position) => (long)position.Major - (position.Minor < PerSecond ? 1 : 0);

    private static Position After(Position position) =>
        position.Minor < PerSecond ? new(position.Major, position.Minor + 1) : new(position.Major + 1, 1);
}
