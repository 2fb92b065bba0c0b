using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Leases;

/// <summary>The lease that this collector grants and how often it speaks, as they hold at one moment.</summary>
/// <param name="Granted">The terms that each reply grants.</param>
/// <param name="Longest">Covers all terms that a host may still run by, whichever collector granted them.</param>
/// <param name="Beat">The time between two reports of a host by the profile.</param>
internal sealed record HeartbeatTerms(LeaseTerms Granted, LeaseTerms Longest, TimeSpan Beat)
{
    internal TimeSpan Lease => Granted.Lease;

    internal TimeSpan KillGrace => Granted.KillGrace;

    /// <summary>The time after a grant for which a component of that host may still run.</summary>
    internal TimeSpan MayRun => Longest.MayRun;

    /// <summary>The time between two reports of a host: several fit into a lease, however short it became.</summary>
    internal TimeSpan Interval => Lease / 3 < Beat ? Lease / 3 : Beat;

    /// <summary>A reply that is held for longer comes when its lease is nearly over: it counts from the sending.</summary>
    internal TimeSpan HoldMax => Lease / 2;

    /// <summary>A collector whose last confirmed batch is older asks whether another one still gets through.</summary>
    internal TimeSpan SilenceMax => Lease < TimeSpan.FromSeconds(5) ? Lease : TimeSpan.FromSeconds(5);

    /// <summary>
    /// Component lists and registrations are said again this often, for schedulers that started meanwhile.
    /// </summary>
    internal TimeSpan Refresh => TimeSpan.FromSeconds(Beat <= TimeSpan.FromSeconds(1) ? 2 : 10);
}

/// <summary>Time since this process began, on the monotonic clock: what every deadline here is measured on.</summary>
internal sealed class Uptime(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    internal TimeSpan Now => time.GetElapsedTime(_started);
}
