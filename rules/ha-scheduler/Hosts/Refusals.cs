using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>Findings and decisions about hosts whose reports are refused. Pure.</summary>
internal static class Refusals
{
    /// <summary>Adds the reason of the refusal to each decision about a host that is refused.</summary>
    internal static Decision Named(Decision decision, Snapshot snapshot) => decision is Hold hold && hold.Reason != Reason.Healthy
        && snapshot.Refused.GetValueOrDefault(hold.Object) is { } refused
            ? hold with { Because = $"{hold.Because}; {refused.Sentence}" }
            : decision;

    internal static IEnumerable<Finding> Of(Snapshot snapshot) => snapshot.Refused.Count == 0 ? [] : snapshot.Hosts
        .Where(h => snapshot.Refused.ContainsKey(h.Verdict.Host)).Select(h => Of(h.Verdict, snapshot.Refused[h.Verdict.Host]));

    private static Finding Of(HostVerdict host, RefusedHost refused) => new()
    {
        Event = AlertEvents.HostRefused,
        Scope = AlertScope.System,
        Target = host.Host,
        Level = AlertLevel.Critical,
        Summary = $"The reports of host {host.Host} are refused: {refused.Code}",
        Description = $"Host {host.Host} ({refused.Address}) reports, and {refused.Sentence} It has no lease, so its components "
            + $"are stopped. See /api/v1/ha/why/{host.Host}.",
        Over = $"The reports of host {host.Host} are taken again, or it has ended to report",
        Region = host.Region,
        Since = refused.Since,
        Host = host.Host,
        HostIp = refused.Address,
        Incident = host.Incident,
        Parts = [refused.Code],
    };
}
