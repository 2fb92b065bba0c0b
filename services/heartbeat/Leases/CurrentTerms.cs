using Holdfast.Heartbeat.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Leases;

/// <summary>
/// The terms as they hold now: a read is one volatile field, changes come one after the other. Who answers a report
/// takes them once, when it comes: its lease counts from then.
/// </summary>
internal sealed partial class CurrentTerms(LeaseTerms profile, TimeSpan beat, ILogger<CurrentTerms> logger)
{
    private readonly Lock _gate = new();
    private volatile LeaseTermsRollout _rollout = new() { Version = 0, Granted = profile };
    private volatile HeartbeatTerms _now = new(profile, profile, beat);
    private volatile bool _areKnown;

    internal HeartbeatTerms Now => _now;

    internal LeaseTermsRollout Rollout => _rollout;

    /// <summary>The store was asked what holds and what may be out there; before that nobody can say how long is longest.</summary>
    internal bool AreKnown => _areKnown;

    internal void BecomeKnown() => _areKnown = true;

    /// <summary>Takes one step of the rollout; the terms follow.</summary>
    internal void Step(Func<LeaseTermsRollout, LeaseTermsRollout> step)
    {
        lock (_gate)
        {
            var before = _rollout;
            var after = step(before);
            if (ReferenceEquals(before, after))
            {
                return;
            }

            _rollout = after;
            if (after.Granted != _now.Granted || after.Longest != _now.Longest)
            {
                _now = _now with { Granted = after.Granted, Longest = after.Longest };
            }

            if (after.Granted != before.Granted)
            {
                LogGranted(after.Version, after.Granted.Lease, after.Granted.KillGrace, after.Granted.ClockDrift, after.Longest.MayRun);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "By version {Version} of ha.config hosts get a lease of {Lease}, kill grace {KillGrace}, clock drift {ClockDrift}; "
            + "for now something may still run for {MayRun} after a grant")]
    private partial void LogGranted(int version, TimeSpan lease, TimeSpan killGrace, TimeSpan clockDrift, TimeSpan mayRun);
}
