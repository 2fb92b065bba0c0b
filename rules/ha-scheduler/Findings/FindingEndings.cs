using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>
/// Writes the sentence that tells how a finding has ended. The sentence must be true: a host that went Down is not "below its
/// thresholds again". Findings of tasks are left to <see cref="TaskEndings"/>. Pure.
/// </summary>
internal static class FindingEndings
{
    /// <param name="told">A finding that does not hold any more.</param>
    /// <returns>The sentence that people are told.</returns>
    internal static string Of(Finding told, Snapshot snapshot, HaConfig config) => told.Event switch
    {
        AlertEvents.HostThreshold => OfThreshold(told, snapshot),
        AlertEvents.HostLapses or AlertEvents.HostClock => OfLiving(told, snapshot),
        AlertEvents.Headroom => OfHeadroom(told, snapshot, config),
        AlertEvents.MaintenanceOverdue => OfMaintenance(told, snapshot),
        _ => TaskEndings.Of(told, snapshot),
    };

    private static string OfLiving(Finding told, Snapshot snapshot) => VerdictOf(told.Target, snapshot) switch
    {
        null => $"Host {told.Target} is not there any more",
        { State: HostState.Down } => $"Host {told.Target} is Down",
        _ => told.Over,
    };

    private static string OfThreshold(Finding told, Snapshot snapshot) => VerdictOf(told.Target, snapshot) switch
    {
        null => $"Host {told.Target} is not there any more",
        { State: HostState.Down } => $"Host {told.Target} is Down: its CPU, memory and disk are not known",
        _ => told.Over,
    };

    private static string OfHeadroom(Finding told, Snapshot snapshot, HaConfig config)
    {
        var of = config.ForRegion(told.Region);
        var hosts = snapshot.Hosts.Where(h => h.Verdict.Region == told.Region).Take(2).ToList();
        return hosts switch
        {
            [] => $"Region {told.Region} has no host any more",
            _ when !of.Enable => $"HA is off in region {told.Region}: nobody watches whether it has room for a loss",
            _ when !of.EnableHost => $"enableHost is off in region {told.Region}: nobody watches whether it has room for a loss",
            [var only] => $"Host {only.Verdict.Host} is the only one of region {told.Region}: "
                + "there is no room for its loss, whatever is free",
            _ => told.Over,
        };
    }

    private static string OfMaintenance(Finding told, Snapshot snapshot)
    {
        var host = told.Host is { } id ? VerdictOf(id, snapshot) : null;
        var work = host?.Maintenance ?? snapshot.Maintenances.GetValueOrDefault(told.Target);
        return work is null ? $"The maintenance of {told.Target} is ended"
            : $"The maintenance of {told.Target} goes on until {Iso.Seconds(work.Until)}";
    }

    private static HostVerdict? VerdictOf(string host, Snapshot snapshot)
    {
        foreach (var seen in snapshot.Hosts)
        {
            if (seen.Verdict.Host == host)
            {
                return seen.Verdict;
            }
        }

        return null;
    }
}
