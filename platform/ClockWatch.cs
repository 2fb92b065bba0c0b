using Holdfast.Contracts;

namespace Holdfast.Platform;

/// <summary>The result of one look at the wall clock; null fields: nothing was found.</summary>
/// <param name="Wrong">Reason why it cannot be right.</param>
/// <param name="Step">Time by which it was set since the look before.</param>
public readonly record struct ClockLook(string? Wrong, TimeSpan? Step);

/// <summary>Decides whether the wall clock can be right, and whether somebody has set it.</summary>
public static class WallClock
{
    /// <summary>This program did not exist before: a clock that shows less has never been set (a machine without a battery).</summary>
    public static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Nobody has run it for so long.</summary>
    public static readonly DateTimeOffset Latest = new(2126, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Less is a clock that is being steered, or a process that was paused between its two readings.</summary>
    public static readonly TimeSpan StepMin = TimeSpan.FromSeconds(2);

    public static string? WhyWrong(DateTimeOffset now) => now < Earliest || now >= Latest
        ? $"the clock says {Iso.Seconds(now)}, which cannot be right: set it "
            + "(timedatectl, chrony); it is taken at once"
        : null;

    /// <param name="wall">Progress of the wall clock since the look before.</param>
    /// <param name="elapsed">Time that has really gone by.</param>
    public static TimeSpan? Step(TimeSpan wall, TimeSpan elapsed) =>
        (wall - elapsed).Duration() >= StepMin ? wall - elapsed : null;
}

/// <summary>Looks at the wall clock once a second and tells each change: it cannot be right, it can again, it was set.</summary>
public sealed class ClockWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly Action<ClockLook> _tell;
    private readonly Lock _turn = new();
    private readonly ITimer _timer;
    private DateTimeOffset _wall;
    private long _stamp;
    private string? _wrong;

    public ClockWatch(TimeProvider time, Action<ClockLook> tell)
    {
        (_time, _tell) = (time, tell);
        (_wall, _stamp) = (time.GetUtcNow(), time.GetTimestamp());
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_turn)
        {
            var (wall, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
            var step = WallClock.Step(wall - _wall, _time.GetElapsedTime(_stamp, stamp));
            var (before, wrong) = (_wrong, WallClock.WhyWrong(wall));
            (_wall, _stamp, _wrong) = (wall, stamp, wrong);
            if (before is null != wrong is null || step is not null)
            {
                _tell(new ClockLook(wrong, step));
            }
        }
    }
}
