using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>Findings of hosts whose leases lapse again and again. Pure.</summary>
internal static class LapseAlerts
{
    /// <param name="before">Findings that were reported and are not over.</param>
    /// <param name="lifetime">Time since this process began to count. Earlier findings go on until it could have counted as many lapses
    /// itself.</param>
    internal static IEnumerable<Finding> Of(Snapshot snapshot, HaConfig config, IEnumerable<Finding> before, TimeSpan lifetime)
    {
        foreach (var host in snapshot.Hosts)
        {
            if (snapshot.Lapses.GetValueOrDefault(host.Verdict.Host) is { } lapses && host.Verdict.State != HostState.Down
                && MaintenanceScope.OfHost(host.Verdict, snapshot) is null)
            {
                yield return Of(host.Verdict, lapses, snapshot.Now);
            }
        }

        if (lifetime < LapseState.WindowOf(config.LeaseSec))
        {
            foreach (var told in before.Where(f => f.Event == AlertEvents.HostLapses && !snapshot.Lapses.ContainsKey(f.Target)))
            {
                yield return told;
            }
        }
    }

    private static Finding Of(HostVerdict host, Lapses lapses, DateTimeOffset now) => new()
    {
        Event = AlertEvents.HostLapses,
        Scope = AlertScope.System,
        Target = host.Host,
        Level = AlertLevel.Warning,
        Summary = $"The leases of host {host.Host} lapse again and again",
        Description = $"Host {host.Host} ({host.Address}, {host.Region}/{host.Idc}) is up, and {lapses.Sentence}. "
            + "Each time what it runs is stopped, and started again once it reports. "
            + "No new work comes to it while another host of its region takes it, "
            + $"and headroom does not count on it. {Reason.Lapsing.Workaround} See /api/v1/ha/why/{host.Host}.",
        Over = $"The leases of host {host.Host} hold",
        Region = host.Region,
        Since = now,
        Host = host.Host,
        HostIp = host.Address,
    };
}
