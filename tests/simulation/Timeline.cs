namespace Holdfast.Simulation.Tests;

/// <summary>
/// All that happens, in order of virtual time and, within one moment, of having been asked for. One thread; a run is a
/// function of its seed.
/// </summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Happening, (long At, long Order)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;
    private volatile string? _foreign;

    private readonly record struct Happening(Proc? Owner, Action Run);

    /// <summary>Ticks of 100 ns since the world began.</summary>
    internal long Now { get; private set; }

    internal long Events { get; private set; }

    /// <summary>Grows with each event and differs when two runs differ.</summary>
    internal ulong Hash { get; private set; } = 14695981039346656037;

    internal TimeSpan Elapsed => TimeSpan.FromTicks(Now);

    /// <summary>Runs something later for a process: it does not happen once the process is dead, and waits while it does not run.</summary>
    internal void After(TimeSpan delay, Proc? owner, Action run) => At(Now + Math.Max(0, delay.Ticks), owner, run);

    internal void At(long at, Proc? owner, Action run)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _foreign ??= Environment.StackTrace;
            return;
        }

        _queue.Enqueue(new Happening(owner, run), (Math.Max(at, Now), _order++));
    }

    internal void Note(long what) => Hash = (Hash ^ (ulong)what) * 1099511628211;

    internal void RunUntil(TimeSpan until)
    {
        while (_queue.TryPeek(out _, out var next) && next.At <= until.Ticks)
        {
            if (_foreign is { } trace)
            {
                throw new InvalidOperationException($"Something in the world goes on on a thread of its own:\n{trace}");
            }

            var (owner, run) = _queue.Dequeue();
            Now = next.At;
            Events++;
            if (owner is null)
            {
                run();
            }
            else
            {
                owner.Run(run);
            }

            Note(Now + ((owner?.Number ?? 0) << 48));
        }

        Now = Math.Max(Now, until.Ticks);
    }
}

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

/// <summary>A process's clocks and timers.</summary>
/// <param name="countsSuspensions">Its timestamps are the machine's boot clock.</param>
internal sealed class ProcClock(Timeline timeline, Proc proc, bool countsSuspensions = false) : TimeProvider
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => countsSuspensions ? proc.Machine.Boot : proc.Machine.Monotonic;

    /// <summary>Whole microseconds, as stores keep them.</summary>
    public override DateTimeOffset GetUtcNow() => WallClock(proc.Machine);

    internal static DateTimeOffset WallClock(Machine machine) => WallClock(machine.Wall);

    /// <param name="ticks">Since the world began.</param>
    internal static DateTimeOffset WallClock(long ticks) => Origin.AddTicks(ticks - (ticks % TimeSpan.TicksPerMicrosecond));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ProcTimer(timeline, proc, callback, state).Start(dueTime, period);

    private sealed class ProcTimer(Timeline timeline, Proc proc, TimerCallback callback, object? state) : ITimer
    {
        private long _turn;

        internal ProcTimer Start(TimeSpan due, TimeSpan period)
        {
            Change(due, period);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var turn = ++_turn;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timeline.At(timeline.Now + proc.Machine.TicksOf(dueTime), proc, () => Fire(turn, period));
            }

            return true;
        }

        private void Fire(long turn, TimeSpan period)
        {
            if (turn != _turn)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                Change(period, period);
            }

            callback(state);
        }

        public void Dispose() => _turn++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
