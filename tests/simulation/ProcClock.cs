namespace Holdfast.Simulation.Tests;

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
