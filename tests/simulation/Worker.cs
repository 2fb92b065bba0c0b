using Holdfast.Supervisor.Processes;

namespace Holdfast.Simulation.Tests;

/// <summary>The process of one component: starts, works every second until it is told to end, or refuses to.</summary>
internal abstract class Worker
{
    private static readonly TimeSpan WorkEvery = TimeSpan.FromSeconds(1);

    private readonly Guard _guard;
    private readonly Proc _proc;

    protected Worker(World world, Host host, Guard guard, long run, DesiredComponent what)
    {
        (World, Host, _guard, Run, What) = (world, host, guard, run, what);
        _proc = new Proc(world.Time, host.Machine, $"{what.Name}@{what.Epoch}");
        IgnoresTerm = host.ComponentsIgnoreTerm;
        _proc.After(world.Between(0.05, 0.5), Begin);
    }

    internal Host Host { get; }
    internal long Run { get; }
    internal DesiredComponent What { get; }
    internal long Epoch => What.Epoch;
    internal bool IgnoresTerm { get; }
    internal bool IsDead => _proc.IsDead;
    internal bool IsStopped => _proc.IsStopped;

    /// <summary>It said that it runs, in its status file.</summary>
    internal bool SaysRunning { get; private set; }

    /// <summary>Time since which it runs, in the world's ticks.</summary>
    internal long RunsSince { get; private set; }

    /// <summary>Its status file's contents while it is well.</summary>
    internal abstract ComponentStatus Status { get; }

    /// <summary>The key by which its poison is known, wherever it runs.</summary>
    internal string PoisonKey => What.Task ?? What.Name;

    /// <summary>Its status file; null: its directory does not answer.</summary>
    internal byte[]? StatusFile => World.HostileWords.TryGetValue(PoisonKey, out var poison) ? poison
        : System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Status, StatusJson.Default.ComponentStatus);

    /// <summary>It says hostile words, or said them so lately: it is Abnormal to everybody, whatever it does.</summary>
    internal bool SaidHostileWords(TimeSpan lately) => World.HostileWords.ContainsKey(PoisonKey)
        || World.HostileWordsEnded.TryGetValue(PoisonKey, out var ended) && World.Time.Now - ended <= lately.Ticks;

    /// <summary>Time at which it was last continued after having been stopped, in the world's ticks.</summary>
    internal long ContinuedAt { get; private set; } = long.MinValue / 2;

    protected World World { get; }

    /// <summary>A second's work; null: goes on, otherwise the number it exits with.</summary>
    protected abstract int? Work();

    /// <summary>While it lives; who is stopped does it when it goes on.</summary>
    internal void Later(TimeSpan delay, Action work) => _proc.After(delay, work);

    private void Begin()
    {
        (SaysRunning, RunsSince) = (true, World.Time.Now);
        World.Tell($"{Host.Name}: {What.Name}@{Epoch} runs");
        World.Edits.Runs(this);
        _guard.Host.Supervisor?.Noticed();
        Turn();
    }

    private void Turn()
    {
        if (Work() is { } number)
        {
            Exit(bySignal: false, number);
            return;
        }

        _proc.After(WorkEvery, Turn);
    }

    internal void Term()
    {
        if (!IgnoresTerm)
        {
            _proc.After(World.Between(0.001, 0.3), () => Exit(bySignal: false, 0));
        }
    }

    /// <summary>SIGKILL, which also ends what is stopped.</summary>
    internal void Kill() => Exit(bySignal: true, 9);

    internal void Stop() => _proc.Stop();

    internal void Continue()
    {
        ContinuedAt = World.Time.Now;
        _proc.Continue();
    }

    /// <summary>Nobody told it to.</summary>
    internal void Fail(bool bySignal, int number) => Exit(bySignal, number);

    internal void Exit(bool bySignal, int number)
    {
        if (!_proc.IsDead)
        {
            _proc.Kill();
            World.Tell($"{Host.Name}: {What.Name}@{Epoch} {(bySignal ? "signal" : "exit")} {number}");
            _guard.Ended(this, bySignal, number);
        }
    }
}
