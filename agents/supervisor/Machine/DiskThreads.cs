namespace Holdfast.Supervisor.Machine;

/// <summary>A piece of work on a disk, as the loop sees it.</summary>
internal sealed class DiskTask(Action work, BootTime asked)
{
    private volatile bool _isDone;

    /// <summary>Done, well or not; what the work left behind may be read.</summary>
    public bool IsDone => _isDone;

    public BootTime Asked { get; } = asked;

    /// <summary>The moment at which a thread took it.</summary>
    public BootTime? Begun { get; private set; }

    /// <summary>The failure; null: it went well, or is not done.</summary>
    public Exception? Failed { get; private set; }

    public void Run(BootTime now)
    {
        Begun = now;
        try
        {
            work();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Failed = e; // told by whoever asked
        }

        _isDone = true;
    }
}

/// <summary>
/// Does what a disk may keep waiting: apart from the loop that keeps the lease, and apart from each other. A component's directory can
/// hang for ever (a dead server behind it); its work keeps the thread that it has, and another thread does the rest.
/// </summary>
internal sealed class DiskThreads(TimeProvider clock)
{
    /// <summary>The most hanging pieces. Beyond them everything waits: then the machine's disk has died, not a component.</summary>
    public const int ThreadsMax = 512;

    /// <summary>A thread that takes longer does not count as a worker any more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new(); // waited on, which a Lock cannot
    private readonly Queue<DiskTask> _waiting = new();
    private readonly List<DiskTask> _running = [];
    private int _threads;

    public DiskTask Begin(Action work)
    {
        var task = new DiskTask(work, BootTime.Now(clock));
        lock (_gate)
        {
            _waiting.Enqueue(task);
            GrowNeedsLock();
            Monitor.Pulse(_gate);
        }

        return task;
    }

    /// <summary>Makes up for hung threads, with each pass of the loop.</summary>
    public void Tend()
    {
        lock (_gate)
        {
            GrowNeedsLock();
        }
    }

    private void GrowNeedsLock()
    {
        while (_waiting.Count > 0 && _threads < Math.Min(1 + StuckNeedsLock(), ThreadsMax))
        {
            _threads++;
            new Thread(Work) { IsBackground = true, Name = "disk" }.Start();
        }
    }

    private int StuckNeedsLock()
    {
        var now = BootTime.Now(clock);
        return _running.Count(t => now - (t.Begun ?? now) > Patience);
    }

    private void Work()
    {
        while (true)
        {
            DiskTask task;
            lock (_gate)
            {
                while (_waiting.Count == 0)
                {
                    Monitor.Wait(_gate);
                }

                task = _waiting.Dequeue();
                _running.Add(task);
            }

            task.Run(BootTime.Now(clock));
            lock (_gate)
            {
                _running.Remove(task);
                if (_threads > 1 + StuckNeedsLock())
                {
                    _threads--; // it hung, and was made up for
                    return;
                }
            }
        }
    }
}
