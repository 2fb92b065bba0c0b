using Holdfast.Platform;

namespace Holdfast.Heartbeat;

/// <summary>What this collector grants and how often it speaks; all of it follows from the profile.</summary>
internal sealed record Terms(TimeSpan Lease, TimeSpan KillGrace, TimeSpan ClockDrift, TimeSpan Interval)
{
    /// <summary>How long after a grant something of that host may still run (design, section 2).</summary>
    internal TimeSpan MayRun => Lease + KillGrace + ClockDrift;

    /// <summary>A collector whose last confirmed batch is older asks whether another one still gets through.</summary>
    internal TimeSpan SilenceMax => Lease < TimeSpan.FromSeconds(5) ? Lease : TimeSpan.FromSeconds(5);

    /// <summary>
    /// Component lists and registrations are said again this often, for schedulers that started meanwhile.
    /// </summary>
    internal TimeSpan Refresh => TimeSpan.FromSeconds(Interval <= TimeSpan.FromSeconds(1) ? 2 : 10);

    internal static Terms Of(Profile profile) =>
        new(profile.Ha.Lease, profile.Ha.KillGrace, profile.Ha.ClockDrift, profile.HeartbeatInterval);
}

/// <summary>Time since this process began, on the monotonic clock: what every deadline here is measured on.</summary>
internal sealed class Uptime(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    internal TimeSpan Now => time.GetElapsedTime(_started);
}
