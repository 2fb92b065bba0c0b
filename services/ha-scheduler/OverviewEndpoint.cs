using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

/// <summary>A host on the map.</summary>
/// <param name="Load">The highest of CPU, memory and disk, 0 to 1; null: it has not said.</param>
/// <param name="Mark">drain or maintenance; null: neither.</param>
internal sealed record HostDot(string Host, string Idc, HostState State, double? Load, string? Mark);

/// <summary>Components of a kind in a state.</summary>
internal sealed record ComponentCount(ComponentKind Kind, ComponentState State, int Count);

/// <param name="Braked">Nothing moves: too many hosts are silent at once.</param>
/// <param name="Confirmed">An operator has confirmed that the silence is real.</param>
/// <param name="Silent">Silent hosts when the brake was looked at last.</param>
internal sealed record RegionOverview(string Region, bool Braked, bool Confirmed, int Silent, IReadOnlyList<HostDot> Hosts);

/// <summary>All of the fleet at a glance.</summary>
/// <param name="PipeWhole">Null until the scheduler has looked for the first time.</param>
/// <param name="PipeWhy">When the pipe is not whole: what is missing, in a sentence.</param>
internal sealed record FleetOverview(
    DateTimeOffset At, bool? PipeWhole, string? PipeWhy, IReadOnlyList<RegionOverview> Regions, IReadOnlyList<ComponentCount> Components,
    int Tasks);

/// <summary>What a picture of the whole fleet is drawn from, in one answer.</summary>
internal static class OverviewEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapLoadedGroup("/api/v1/ha", "ha")
        .MapGet("/overview", Get).WithSummary("Hosts by region, components by state, pipe and brakes: the fleet at a glance.")
        .Produces<FleetOverview>();

    private static IResult Get(Cluster cluster, LivenessFeed feed, InspectionLoop loop, TimeProvider time)
    {
        var pipe = loop.Latest?.Pipe;
        return Results.Ok(new FleetOverview(
            time.GetUtcNow(), pipe?.Whole, pipe?.Why,
            [.. cluster.Hosts.All.GroupBy(h => h.Region, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => Region(g.Key, g, cluster, feed))],
            [.. ComponentsEndpoint.All(cluster).CountBy(c => (c.Kind, State: ComponentsEndpoint.State(c, cluster, feed)))
                .OrderBy(c => c.Key).Select(c => new ComponentCount(c.Key.Kind, c.Key.State, c.Value))],
            cluster.Tasks.All.Count()));
    }

    private static RegionOverview Region(string region, IEnumerable<HostVerdict> hosts, Cluster cluster, LivenessFeed feed)
    {
        var brake = cluster.Brakes.Find(region);
        return new RegionOverview(region, brake?.State.Engaged ?? false, brake?.State.Confirmed ?? false, brake?.Silent ?? 0,
            [.. hosts.OrderBy(h => h.Idc, StringComparer.Ordinal).ThenBy(h => h.Host, StringComparer.Ordinal).Select(h => Dot(h, feed))]);
    }

    private static HostDot Dot(HostVerdict host, LivenessFeed feed) => new(host.Host, host.Idc, host.State,
        feed.Fleet.Find(host.Host)?.Report.Usage is { } usage ? Math.Max(usage.Cpu, Math.Max(usage.Memory, usage.Disk)) : null,
        host.Maintenance is not null ? "maintenance" : host.Drain is not null ? "drain" : null);
}
