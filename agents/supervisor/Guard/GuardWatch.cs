using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Guard;

/// <summary>Judges whether the guard answers: pure arithmetic over pings and pongs.</summary>
internal readonly record struct GuardWatch(BootTime? UnansweredSince, bool Answers)
{
    public static TimeSpan PingInterval { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest silence: beyond it the guard is stopped or hung.</summary>
    public static TimeSpan SilenceMax { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A longer gap between two ticks means that this process itself was not running.</summary>
    public static TimeSpan OwnGapMax { get; } = TimeSpan.FromMilliseconds(600);

    /// <summary>A guard that was just started has answered nothing yet.</summary>
    public static GuardWatch Fresh => default;

    public GuardWatch Pinged(BootTime now) => UnansweredSince is null ? this with { UnansweredSince = now } : this;

    public static GuardWatch Answering { get; } = new(null, Answers: true);

    /// <summary>A supervisor that slept must not accuse others: after a gap of its own the measurement begins again.</summary>
    public GuardWatch Ticked(BootTime now, TimeSpan sinceLastTick) => UnansweredSince switch
    {
        null => this,
        _ when sinceLastTick > OwnGapMax => this with { UnansweredSince = now },
        { } since => now - since > SilenceMax ? this with { Answers = false } : this,
    };
}
