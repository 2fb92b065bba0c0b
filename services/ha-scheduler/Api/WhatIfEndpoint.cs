using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Forecast;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>An IDC of a region.</summary>
internal sealed record IdcName(string? Region, string? Idc);

/// <summary>Hosts and IDCs that are lost.</summary>
internal sealed record WhatIfLoss(IReadOnlyList<string>? Hosts, IReadOnlyList<IdcName>? Idcs);

/// <summary>Body of POST /api/v1/ha/what-if: what is to be supposed, at least one of them.</summary>
/// <param name="Drain">Hosts that are to be empty.</param>
/// <param name="Config">Keys of ha.config with other values.</param>
internal sealed record WhatIfQuestion(WhatIfLoss? Lose, IReadOnlyList<string>? Drain, JsonObject? Config);

/// <summary>Answers what would happen, and whether the regions would bear it.</summary>
internal static class WhatIfEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var ha = routes.MapLoadedGroup("/api/v1/ha", "ha");
        ha.MapPost("/what-if", Ask).WithSummary("What would happen if hosts or IDCs were lost, hosts drained, ha.config changed.")
            .Produces<WhatIfForecast>().ProducesProblem(400).ProducesProblem(503);
        ha.MapGet("/brake/plan", BrakePlan).WithSummary("What would move if the brake of this region were confirmed now.")
            .Produces<WhatIfForecast>().ProducesProblem(409).ProducesProblem(503);
        ha.MapGet("/headroom", (StandingHeadroom headroom) => Results.Ok(headroom.Answers)).OnceHeard()
            .WithSummary("Whether each region tolerates the loss of its largest host, and of each IDC.")
            .Produces<IReadOnlyList<Headroom>>();
    }

    private static IResult Ask(WhatIfQuestion body, LatestPass latest, HaConfigStore config, Cluster cluster)
    {
        if (latest.Snapshot is not { } snapshot)
        {
            return Faults.NoPassYet.ToResult();
        }

        return Supposed(body, cluster, config).ToResult(supposed => Results.Ok(
            WhatIf.Ask(snapshot, config.Current, supposed, CatchUpPace.Of(cluster.Tickets.All)) with
            {
                Stores = StoreForecast.Of(
                    snapshot, supposed.Config ?? config.Current, supposed, cluster.Stores.All.Select(s => s.Placed)),
            }));
    }

    private static Outcome<Supposition> Supposed(WhatIfQuestion body, Cluster cluster, HaConfigStore present)
    {
        var hosts = body.Lose?.Hosts ?? [];
        var drained = body.Drain ?? [];
        var idcs = body.Lose?.Idcs ?? [];
        List<FieldFault> faults =
        [
            .. hosts.Where(h => h is null || cluster.Hosts.Find(h) is null)
                .Select(h => new FieldFault("lose.hosts", h, "must be a known host")),
            .. drained.Where(h => h is null || cluster.Hosts.Find(h) is null)
                .Select(h => new FieldFault("drain", h, "must be a known host")),
            .. idcs.Where(i => !cluster.Hosts.All.Any(h => h.Region == i.Region && h.Idc == i.Idc))
                .Select(i => new FieldFault("lose.idcs", $"{i.Region}/{i.Idc}", "must be an IDC of a region that has hosts")),
        ];
        if (hosts.Count + drained.Count + idcs.Count == 0 && body.Config is null)
        {
            faults.Add(new FieldFault("body", null, "must suppose something: lose.hosts, lose.idcs, drain or config"));
        }

        if (faults.Count > 0)
        {
            return Fault.Invalid("HA-114", "Name hosts and IDCs as GET /api/v1/hosts lists them.", faults);
        }

        var config = body.Config is null ? new Outcome<MergedConfig>(null, null) : present.Merge(present.Held, body.Config);
        return config.Fault is { } fault
            ? fault
            : new Supposition(hosts.ToHashSet(StringComparer.Ordinal), idcs.Select(i => (i.Region!, i.Idc!)).ToHashSet(),
                drained.ToHashSet(StringComparer.Ordinal), config.Value?.Config);
    }

    private static IResult BrakePlan(string? region, LatestPass latest, HaConfigStore config, Cluster cluster)
    {
        if (region is null || cluster.Brakes.Find(region) is not { State.Engaged: true })
        {
            return Faults.NotBraked(region).ToResult();
        }

        return latest.Snapshot is { } snapshot
            ? Results.Ok(WhatIf.IfConfirmed(snapshot, config.Current, region, CatchUpPace.Of(cluster.Tickets.All)))
            : Faults.NoPassYet.ToResult();
    }

    private static class Faults
    {
        internal static readonly Fault NoPassYet = new("HA-002", 503, "No pass yet",
            "The scheduler has not looked at the fleet yet since it started.", "Try again in a second.");

        internal static Fault NotBraked(string? region) => new("HA-109", 409, "Not braked", $"Region '{region}' is not braked.",
            "See GET /api/v1/ha/decisions.");
    }
}
