namespace Holdfast.Simulation.Tests;

/// <summary>
/// A task's target. It refuses the past: a write under a lower epoch than one that it has seen is refused. It also
/// knows the truth, which no real sink knows: who lives and writes.
/// </summary>
internal sealed class Sink(World world, string task, long start)
{
    private readonly List<IncrSyncWorker> _writers = [];

    internal string Task { get; } = task;

    internal long Epoch { get; private set; }

    /// <summary>The highest epoch of which a process has tried to write.</summary>
    internal long Tried { get; private set; }

    internal long Checkpoint { get; private set; } = start;

    /// <summary>When a write was accepted last, in the world's ticks.</summary>
    internal long AcceptedAt { get; private set; } = -1;

    internal IncrSyncWorker? Writer { get; private set; }

    /// <summary>False: refused, the process must exit.</summary>
    internal bool Write(IncrSyncWorker writer)
    {
        world.Truth.Check(this, writer, _writers);
        if (!_writers.Contains(writer))
        {
            _writers.RemoveAll(w => w.IsDead);
            _writers.Add(writer);
        }

        Tried = Math.Max(Tried, writer.Epoch);
        if (writer.Epoch < Epoch && world.Mutation.SinkChecksEpoch)
        {
            return false;
        }

        world.Truth.Moved(this, writer);
        (Epoch, AcceptedAt, Writer) = (Math.Max(Epoch, writer.Epoch), world.Time.Now, writer);
        Checkpoint = writer.After(Checkpoint);
        return true;
    }
}
