namespace Holdfast.Tests;

/// <summary>
/// A clock that stands still until a test moves it. Timers, and with them delays, periodic timers and time limits, fire
/// on the thread that calls <see cref="Advance"/>, each at its own moment and in order.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<(int Timers, TaskCompletionSource Reached)> _watchers = [];
    private DateTimeOffset _now;
    private TimeSpan _elapsed;

    internal ManualTime(DateTimeOffset? start = null) =>
        _now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Time passes; what falls due on the way happens. A timer due at once happens even when no time passes.
    /// </summary>
    internal void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_gate)
        {
            end = _elapsed + by;
        }

        while (NextDue(end) is { } timer)
        {
            timer.Fire();
        }

        lock (_gate)
        {
            MoveToNeedsLock(end);
        }
    }

    /// <summary>The wall clock is set, forward or back; no time passes and no timer notices.</summary>
    internal void SetWallClock(DateTimeOffset now)
    {
        lock (_gate)
        {
            _now = now;
        }
    }

    /// <summary>Waits until a loop waits for this clock; a limit of 10 s.</summary>
    public Task Rest() => UntilWaiting(1).WaitAsync(TimeSpan.FromSeconds(60), System);

    /// <summary>Completes when so many timers are waiting: the loops under test have come to rest.</summary>
    internal Task UntilWaiting(int timers)
    {
        lock (_gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((timers, reached));
            TellWatchersNeedsLock();
            return reached.Task;
        }
    }

    private ManualTimer? NextDue(TimeSpan end)
    {
        lock (_gate)
        {
            var next = _armed.Where(t => t.Due <= end).MinBy(t => t.Due);
            if (next is not null)
            {
                MoveToNeedsLock(next.Due);
                RearmNeedsLock(next, next.Period > TimeSpan.Zero ? next.Due + next.Period : null);
            }

            return next;
        }
    }

    private void MoveToNeedsLock(TimeSpan elapsed)
    {
        if (elapsed > _elapsed)
        {
            _now += elapsed - _elapsed;
            _elapsed = elapsed;
        }
    }

    private void RearmNeedsLock(ManualTimer timer, TimeSpan? due)
    {
        _armed.Remove(timer);
        if (due is not null)
        {
            timer.Due = due.Value;
            _armed.Add(timer);
            TellWatchersNeedsLock();
        }
    }

    private void TellWatchersNeedsLock() =>
        _watchers.RemoveAll(watcher => _armed.Count >= watcher.Timers && watcher.Reached.TrySetResult());

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        internal TimeSpan Due { get; set; }

        internal TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                Period = period;
                time.RearmNeedsLock(this, dueTime == Timeout.InfiniteTimeSpan ? null : time._elapsed + dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _disposed = true;
                time.RearmNeedsLock(this, null);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire() => callback(state);
    }
}
