using Holdfast.Contracts;
using Holdfast.Supervisor;

namespace Holdfast.Simulation.Tests;

/// <summary>The process of one component: starts, writes to its task's sink until it is told to end, or refuses to.</summary>
internal sealed class Worker
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);

    private readonly World _world;
    private readonly Guard _guard;
    private readonly Proc _proc;

    internal Worker(World world, Host host, Guard guard, long run, DesiredComponent what)
    {
        (_world, Host, _guard, Run, What) = (world, host, guard, run, what);
        _proc = new Proc(world.Time, host.Machine, $"{what.Name}@{what.Epoch}");
        Sink = world.SinkOf(what.Task!);
        IgnoresTerm = host.ComponentsIgnoreTerm;
        _proc.After(world.Between(0.05, 0.5), Begin);
    }

    internal Host Host { get; }
    internal long Run { get; }
    internal DesiredComponent What { get; }
    internal long Epoch => What.Epoch;
    internal Sink Sink { get; }
    internal bool IgnoresTerm { get; }
    internal bool IsDead => _proc.IsDead;
    internal bool IsStopped => _proc.IsStopped;

    /// <summary>It said that it runs, in its status file.</summary>
    internal bool SaysRunning { get; private set; }

    internal long Checkpoint { get; private set; }

    private void Begin()
    {
        SaysRunning = true;
        _world.Tell($"{Host.Name}: {What.Name}@{Epoch} runs");
        _guard.Host.Supervisor?.Noticed();
        Write();
    }

    private void Write()
    {
        if (!Sink.Write(this))
        {
            Exit(bySignal: false, 3);
            return;
        }

        Checkpoint = Sink.Checkpoint;
        _proc.After(WriteEvery, Write);
    }

    internal void Term()
    {
        if (!IgnoresTerm)
        {
            _proc.After(_world.Between(0.001, 0.3), () => Exit(bySignal: false, 0));
        }
    }

    /// <summary>SIGKILL, which also ends what is stopped.</summary>
    internal void Kill() => Exit(bySignal: true, 9);

    internal void Stop() => _proc.Stop();

    internal void Continue() => _proc.Continue();

    /// <summary>Nobody told it to.</summary>
    internal void Fail(bool bySignal, int number)
    {
        Sink.EndedByItself = Epoch;
        Exit(bySignal, number);
    }

    internal void Exit(bool bySignal, int number)
    {
        if (!_proc.IsDead)
        {
            _proc.Kill();
            _world.Tell($"{Host.Name}: {What.Name}@{Epoch} {(bySignal ? "signal" : "exit")} {number}");
            _guard.Ended(this, bySignal, number);
        }
    }
}
