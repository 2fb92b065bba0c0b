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
