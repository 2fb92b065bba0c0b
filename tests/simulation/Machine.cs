namespace Holdfast.Simulation.Tests;

/// <summary>A machine with clocks of its own: a rate, a wall clock that can be set, and it can be suspended as a whole.</summary>
internal sealed class Machine(Timeline timeline, double rate, bool countsSuspensions)
{
    private readonly List<Proc> _procs = [];

    internal bool IsSuspended { get; private set; }

    /// <summary>Time at which it last came out of a suspension, in the world's ticks.</summary>
    internal long ResumedAt { get; private set; } = long.MinValue / 2;

    /// <summary>Offset of its wall clock.</summary>
    internal TimeSpan WallOffset { get; set; }

    /// <summary>Kept right by a time server, but for what it was set off.</summary>
    internal long Wall => timeline.Now + WallOffset.Ticks;

    /// <summary>Time at which its wall clock was last set, in the world's ticks.</summary>
    internal long WallSetAt { get; set; } = long.MinValue / 2;

    private long _suspendedAt;
    private long _slept;

    /// <summary>Time as this machine counts it, suspensions included.</summary>
    internal long Boot => (long)(timeline.Now * rate);

    /// <summary>The clock of the services' timers: on some machines it stands still while they are suspended.</summary>
    internal long Monotonic => Boot - _slept;

    internal long TicksOf(TimeSpan own) => Math.Max(0, (long)Math.Ceiling(own.Ticks / rate));

    internal void Join(Proc proc) => _procs.Add(proc);

    internal void Leave(Proc proc) => _procs.Remove(proc);

    internal void Suspend() => (IsSuspended, _suspendedAt) = (true, IsSuspended ? _suspendedAt : Boot);

    /// <summary>Its processes wake in any order, each as late as <paramref name="wake"/> says.</summary>
    internal void Resume(Func<TimeSpan> wake)
    {
        if (!IsSuspended)
        {
            return; // two suspensions at once end with the first
        }

        IsSuspended = false;
        _slept += countsSuspensions ? 0 : Boot - _suspendedAt;
        ResumedAt = timeline.Now;
        foreach (var proc in _procs.ToList())
        {
            proc.IsWaking = true;
            timeline.After(wake(), null, proc.CatchUp);
        }
    }
}
