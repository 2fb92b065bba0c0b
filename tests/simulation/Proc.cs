namespace Holdfast.Simulation.Tests;

/// <summary>One life of one process: killed it does nothing any more, stopped it catches up later.</summary>
internal sealed class Proc : SynchronizationContext
{
    private readonly Timeline _timeline;
    private readonly Queue<Action> _missed = new();

    internal Proc(Timeline timeline, Machine machine, string name)
    {
        (_timeline, Machine, Name, Number) = (timeline, machine, name, timeline.Events + 1);
        machine.Join(this);
    }

    internal Machine Machine { get; }

    internal string Name { get; }

    internal long Number { get; }

    internal bool IsDead { get; private set; }

    /// <summary>SIGSTOP.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>Its machine has resumed and it has not been given the processor yet.</summary>
    internal bool IsWaking { get; set; }

    internal bool Runs => !IsDead && !IsStopped && !Machine.IsSuspended && !IsWaking;

    internal void Kill()
    {
        IsDead = true;
        _missed.Clear();
        Machine.Leave(this);
    }

    internal void Stop() => IsStopped = true;

    internal void Continue()
    {
        IsStopped = false;
        CatchUp();
    }

    /// <summary>All that it missed, in order, before anything new.</summary>
    internal void CatchUp()
    {
        if (IsDead || IsStopped || Machine.IsSuspended)
        {
            return;
        }

        IsWaking = false;
        while (_missed.TryDequeue(out var run))
        {
            _timeline.At(_timeline.Now, this, run);
        }
    }

    internal void After(TimeSpan delay, Action run) => _timeline.At(_timeline.Now + Machine.TicksOf(delay), this, run);

    internal void Run(Action run)
    {
        if (IsDead)
        {
            return;
        }

        if (!Runs)
        {
            _missed.Enqueue(run);
            return;
        }

        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            run();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Runs continuations of this process in this process, in the world's order.</summary>
    public override void Post(SendOrPostCallback d, object? state) => _timeline.At(_timeline.Now, this, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("nothing in the world blocks");
}
