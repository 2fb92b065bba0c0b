using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Forecast;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Findings;

/// <summary>
/// Watches tasks, hosts and maintenances beside the decisions of a pass, and tells people what they should know of them.
/// </summary>
internal sealed class TaskMonitor(
    FindingBoard findings, RipeFindings ripe, ThresholdsHeard thresholds, StandingHeadroom headroom, LivenessFeed feed)
{
    private readonly StillWell _well = new();
    private Health _last = new([], [], HealthBefore.Nothing.FailingSince);
    private List<Finding> _holds = [];
    private Func<Finding, string> _endOf = f => f.Over;

    /// <summary>Alerts of this pass that a maintenance of their task holds back, to be recorded with the other decisions.</summary>
    internal IReadOnlyList<Hold> HeldBack => _last.HeldBack;

    /// <summary>The maintenances that this pass has seen.</summary>
    internal IReadOnlyList<OpenMaintenance> Open { get; private set; } = [];

    internal Task Load(CancellationToken cancel) => findings.Load(cancel);

    /// <summary>Collects the findings of this pass.</summary>
    internal void Look(Snapshot snapshot, HaConfig config, IReadOnlyList<Decision> decisions)
    {
        var before = new HealthBefore(_last.FailingSince, findings.Firing) { Well = _well };
        _last = TaskHealth.Look(snapshot, config, thresholds.Current, before);
        Open = MaintenanceAlerts.All(snapshot.Hosts.Select(h => h.Verdict), snapshot.Maintenances,
            task => snapshot.Tasks.GetValueOrDefault(task)?.Region);
        _endOf = f => FindingEndings.Of(f, snapshot, config);
        _holds = ripe.Of([.. _last.Findings, .. GradedAlerts.Of(decisions, snapshot), .. SuspectAlerts.Of(snapshot),
            .. Refusals.Of(snapshot), .. FeedAlerts.Of(snapshot), .. HostClocks.Of(snapshot, config, findings.Firing),
            .. Flapping.Findings(snapshot, config),
            .. LapseAlerts.Of(snapshot, config, findings.Firing.Values, feed.Elapsed),
            .. HeadroomAlerts.Of(snapshot, config, headroom.Answers, findings.Firing.Values),
            .. Open.Select(o => MaintenanceAlerts.Overdue(o, task => snapshot.Tasks.GetValueOrDefault(task), snapshot.Now))
                .OfType<Finding>()],
            findings.Firing, snapshot);
    }

    internal Task Say(Func<string, bool> leads, CancellationToken cancel) => findings.Tell(_holds, leads, _endOf, cancel);
}
