using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.IncrSync;
using Holdfast.Rules.Apply.Flow;
using Holdfast.Supervisor.Processes;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// An Incr-Sync: writes to its task's sink, which may refuse it; where there are Stores, what it reads from one. Of each third second
/// it writes the later transactions first, by a lane of their own, and the first one a moment later: whoever dies in between leaves
/// a done-set. What is done, and from where it goes on, is for the rules of the real one.
/// </summary>
internal sealed class IncrSyncWorker : Worker
{
    private const int EarlyLane = 1;
    private const int LateLane = 0;
    private const int LateEvery = 3;

    private readonly StoreReader? _reader;
    private SourceProgress? _progress;

    internal IncrSyncWorker(World world, Host host, Guard guard, long run, DesiredComponent what)
        : base(world, host, guard, run, what)
    {
        Sink = world.SinkOf(what.Task!);
        _reader = world.Logs?.Find(what.Task!) is { } reading ? new StoreReader(world, reading, this) : null;
        Checkpoint = Sink.Checkpoint;
    }

    internal Sink Sink { get; }

    internal long Checkpoint { get; private set; }

    /// <summary>The Store that it reads from now.</summary>
    internal StoreWorker? ReadsFrom => _reader?.From;

    internal override ComponentStatus Status => new()
    {
        State = ComponentState.Running,
        Checkpoint = Checkpoint,
        PositionEnd = World.Logs?.Find(What.Task!) is null ? null : Logs.Exactly(Checkpoint),
        SystemId = World.Logs?.Find(What.Task!)?.Source,
    };

    protected override int? Work()
    {
        if (_progress is null)
        {
            if (!Sink.Raise(this))
            {
                return FencedOff.ExitCode;
            }

            var start = Sink.Progress;
            _progress = new SourceProgress(start.Low, start.Done, start.SourceTime);
        }

        var (early, late) = Read(_progress);
        if (!Write(_progress, EarlyLane, early))
        {
            return FencedOff.ExitCode;
        }

        if (late.Count > 0)
        {
            // Another moment each second, and the same one whenever this seed is run.
            Later(TimeSpan.FromMilliseconds(50 + (late[^1].Major + (ulong)Epoch) % 7 * 50), () => WriteLate(_progress, late));
        }

        World.Poisons.Works(this);
        return null;
    }

    /// <summary>Reads what the source shows next, without what a former life has done.</summary>
    private (List<Position> Early, List<Position> Late) Read(SourceProgress progress)
    {
        var (early, late) = (new List<Position>(), new List<Position>());
        var from = Sink.LastSecond(progress.Last);
        var to = _reader is null ? from + 1 : _reader.Read(from);
        for (var second = from + 1; second <= to; second++)
        {
            for (var i = 1UL; i <= Sink.PerSecond; i++)
            {
                var position = new Position((ulong)second, i);
                progress.Begin(position, second * 1_000_000, null);
                if (!progress.IsDone(position))
                {
                    (i == 1 && second % LateEvery == 0 ? late : early).Add(position);
                }
            }
        }

        return (early, late);
    }

    private void WriteLate(SourceProgress progress, List<Position> late)
    {
        if (!Write(progress, LateLane, late))
        {
            Exit(bySignal: false, FencedOff.ExitCode);
        }
    }

    private bool Write(SourceProgress progress, int lane, List<Position> done)
    {
        var (low, time) = progress.Once(done);
        if (!Sink.Write(this, lane, new SinkGroup([], done, low, time)))
        {
            return false;
        }

        done.ForEach(progress.Complete);
        Checkpoint = Sink.LastSecond(progress.Low);
        return true;
    }
}
