namespace Holdfast.Heartbeat.State;

/// <summary>
/// The terms of a lease: the host's components run for the lease, then may take the kill grace, by a clock that may
/// drift by so much from ours.
/// </summary>
internal sealed record LeaseTerms(TimeSpan Lease, TimeSpan KillGrace, TimeSpan ClockDrift)
{
    private static readonly TimeSpan LeaseMax = TimeSpan.FromDays(1);

    /// <summary>The time after the grant for which a component of that host may still run.</summary>
    internal TimeSpan MayRun => Lease + KillGrace + ClockDrift;

    /// <summary>Whether a wait for these is a wait for the others too.</summary>
    internal bool Covers(LeaseTerms other) =>
        Lease >= other.Lease && KillGrace >= other.KillGrace && ClockDrift >= other.ClockDrift;

    /// <summary>The shortest terms that cover both.</summary>
    internal LeaseTerms Or(LeaseTerms other) => Covers(other) ? this : new LeaseTerms(
        Longer(Lease, other.Lease), Longer(KillGrace, other.KillGrace), Longer(ClockDrift, other.ClockDrift));

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Throws for what no rule of ha.config lets through: nobody's components may hang on it.</summary>
    internal static LeaseTerms Of(HaConfig config)
    {
        var isSound = config.LeaseSec > 0 && config.LeaseSec <= LeaseMax.TotalSeconds
            && IsTime(config.KillGraceSec) && IsTime(config.ClockDriftSec);
        return isSound
            ? new LeaseTerms(config.Lease, config.KillGrace, config.ClockDrift)
            : throw new ArgumentException($"leaseSec {config.LeaseSec}, killGraceSec {config.KillGraceSec}, "
                + $"clockDriftSec {config.ClockDriftSec} cannot be granted", nameof(config));
    }

    private static bool IsTime(double seconds) => seconds >= 0 && seconds <= LeaseMax.TotalSeconds;
}
