using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>The data for a picture of the whole fleet, in one answer.</summary>
internal static class OverviewEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapLoadedGroup("/api/v1/ha", "ha")
        .MapGet("/overview", Get).OnceHeard()
        .WithSummary("Hosts by region, components by state, feed and brakes: the fleet at a glance. dots: of a region with more hosts "
            + "than that only so many are listed, and only such as are not simply Online.")
        .Produces<FleetOverview>();

    private static IResult Get(
        Cluster cluster, ComponentIndex index, LivenessFeed feed, FailedTasks failed, LatestPass latest, HaConfigStore config,
        TimeProvider time, int? dots)
    {
        if (dots < 0)
        {
            return Fault.Invalid(
                "HA-103", "Give 0 or more, or leave it out.", new FieldFault("dots", dots, "must be 0 or more")).ToResult();
        }

        var (seen, effective) = (latest.Snapshot, new EffectiveConfig(config.Current));
        var heard = seen?.Feed;
        var quiet = (seen?.Hosts ?? []).Where(h => IsQuiet(h, effective, heard!))
            .ToLookup(h => h.Verdict.Region, h => h.Verdict.Host, StringComparer.Ordinal);
        var lapses = seen?.Lapses.Keys.ToHashSet(StringComparer.Ordinal) ?? [];
        return Results.Ok(new FleetOverview(
            time.GetUtcNow(), heard?.IsComplete, heard?.Why,
            [.. cluster.Hosts.All.GroupBy(h => h.Region, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => Region(g.Key, Dots(g, feed), cluster.Brakes.Find(g.Key), dots ?? int.MaxValue) with
                {
                    Quiet = Noted.Of(quiet[g.Key]),
                    Lapsing = Noted.Of(lapses.Count == 0 ? [] : g.Select(h => h.Host).Where(lapses.Contains)),
                })],
            index.Counts(), cluster.Tasks.Count, failed.Look(), latest.Listening));
    }

    /// <summary>It is not Down yet, and on the way there.</summary>
    internal static bool IsQuiet(HostSnapshot host, EffectiveConfig config, FeedSnapshot feed) =>
        host.Verdict is { State: HostState.Online, Maintenance: null } verdict
        && Liveness.IsSuspect(host, config.For(verdict.Region), feed.HeardWithin);

    /// <summary>Pure; nobody in it is quiet or lapses.</summary>
    internal static RegionOverview Region(string region, IReadOnlyList<HostDot> hosts, BrakeDocument? brake, int dots)
    {
        var isWhole = hosts.Count <= dots;
        return new RegionOverview(region, brake?.State.Engaged ?? false, brake?.State.Confirmed ?? false, brake?.Silent ?? 0,
            [.. hosts.GroupBy(h => h.Idc, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(Idc)],
            [.. (isWhole ? hosts : hosts.Where(h => h.State != HostState.Online || h.Mark is not null))
                .OrderBy(h => h.Idc, StringComparer.Ordinal).ThenBy(h => h.Host, StringComparer.Ordinal).Take(dots)],
            isWhole, Noted.Of([]), Noted.Of([]));
    }

    private static IdcOverview Idc(IGrouping<string, HostDot> hosts) => new(hosts.Key, hosts.Count(),
        [.. hosts.CountBy(h => h.State).OrderBy(c => c.Key).Select(c => new HostCount(c.Key, c.Value))], hosts.Average(h => h.Load));

    private static IReadOnlyList<HostDot> Dots(IEnumerable<HostVerdict> hosts, LivenessFeed feed) =>
        [.. hosts.Select(h => Dot(h, feed.Fleet.Find(h.Host)?.Report.Usage))];

    /// <summary>Pure.</summary>
    internal static HostDot Dot(HostVerdict host, Usage? said) => new(host.Host, host.Idc, host.State,
        host.State != HostState.Down && said is { } usage ? Math.Max(usage.Cpu, Math.Max(usage.Memory, usage.Disk)) : null,
        host.Maintenance is not null ? "maintenance" : host.Drain is not null ? "drain" : null);
}
