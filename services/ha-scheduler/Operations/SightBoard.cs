using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Operations;

/// <summary>Reads the present state of components and hosts.</summary>
internal sealed class SightBoard(Cluster cluster, LivenessFeed feed, SchedulerDecisionLog decisionLog)
{
    internal Sight Of(Registration component) => new(
        component.Host is { } on ? cluster.Hosts.Find(on)?.State : null,
        component is { Host: { } host, Name: { } name }
            ? feed.Fleet.Find(host)?.Components.FirstOrDefault(c => c.Name == name && c.Epoch == component.Epoch)
            : null,
        decisionLog.Latest(component.Id)?.Sentence);

    /// <summary>Names of the Stores that a host said last that it has; null: it has not said what it has.</summary>
    internal IReadOnlyList<string>? StoresOn(string host) => feed.Fleet.Find(host) is { ComponentsInventory: >= 0 } said
        ? [.. said.Components.Where(c => c.Kind == ComponentKind.Store).Select(c => c.Name)]
        : null;

    internal IReadOnlyList<Destination> Destinations() => [.. cluster.Hosts.All.OrderBy(h => h.Host, StringComparer.Ordinal).Select(Of)];

    private Destination Of(HostVerdict host) => new(host.Host, host.Region, host switch
    {
        { State: not HostState.Online } => $"is {host.State}",
        { Drain: not null } => "is being drained",
        { Maintenance: not null } => "is in maintenance",
        _ => cluster.Maintenances.Find(MaintenanceScope.IdcKey(host.Region, host.Idc)) is null
            ? null : $"is in maintenance with its IDC {host.Idc}",
    });
}
