using System.Text.Json.Nodes;
using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

/// <summary>Body of POST /api/v1/ha/brake/confirm.</summary>
internal sealed record BrakeConfirmation(string? Region, string? Reason);

/// <summary>ha.config and decisions.</summary>
internal static class HaEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var ha = routes.MapLoadedGroup("/api/v1/ha", "ha");
        ha.MapGet("/config", (HaConfigStore config) => Results.Ok(config.Current))
            .WithSummary("ha.config as it holds now, the reference's keys first.").Produces<HaConfig>();
        ha.MapPut("/config", PutConfig).Accepts<HaConfig>("application/json")
            .WithSummary("Changes the keys that are given; the rest keep their values.").Produces<HaConfig>().ProducesProblem(400);
        ha.MapGet("/decisions", Decisions).WithSummary("What was decided, newest first.").Produces<ListPage<DecisionRecord>>();
        ha.MapGet("/why/{*id}", WhyOf).WithSummary("The latest decision about an object: an act, or the reason why not.")
            .Produces<DecisionRecord>().ProducesProblem(404);
        ha.MapPost("/brake/confirm", Confirm).WithSummary("The silence of a braked region is real: held moves go on.")
            .Produces(204).ProducesProblem(409);
    }

    private static async Task<IResult> PutConfig(JsonObject body, HaConfigStore config, InspectionLoop loop, CancellationToken cancel)
    {
        var merged = HaConfigRules.Merge(config.Current, body);
        if (merged.Fault is { } fault)
        {
            return fault.ToResult();
        }

        if (!await config.Change(merged.Value!, "token", cancel))
        {
            return new Fault("HA-107", 409, "Changed meanwhile", "Somebody else changed ha.config at the same time.",
                "Read it again, then repeat the change.")
                .ToResult();
        }

        loop.Hurry();
        return Results.Ok(config.Current);
    }

    private static async Task<IResult> Decisions(Why why, string? @object, string? cursor, int? limit, CancellationToken cancel)
    {
        if (limit is < 1 or > Paging.LimitMax)
        {
            return Paging.BadLimit(limit.Value).ToResult();
        }

        var page = await why.History(@object, cursor, limit ?? Paging.LimitDefault, cancel);
        return Results.Ok(new ListPage<DecisionRecord>([.. page.Items.Select(i => i.Document)], page.Next));
    }

    private static IResult WhyOf(string id, Why why, Cluster cluster, TimeProvider time)
    {
        var key = cluster.Components.All.FirstOrDefault(c => c.Name == id)?.Id ?? id;
        var isKnown = cluster.Hosts.Find(key) is not null || cluster.Components.Find(key) is not null;
        return (why.Latest(key), isKnown) switch
        {
            ({ } latest, _) => Results.Ok(latest),
            (null, true) => Results.Ok(new DecisionRecord
            {
                Id = "", Object = key, Code = Reason.Healthy.Code, Sentence = "healthy: stands where it should", At = time.GetUtcNow(),
            }),
            _ => Problems.NotFound("HA-113", "object", id, "Give a host, a component's name or a registration's id.").ToResult(),
        };
    }

    private static async Task<IResult> Confirm(
        BrakeConfirmation body, BrakeBoard brakes, InspectionLoop loop, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(body.Region) || string.IsNullOrWhiteSpace(body.Reason))
        {
            return Fault.Invalid("HA-108", "Name the region and the reason; nothing was confirmed.",
                new FieldFault("region", body.Region, "must be a braked region"),
                new FieldFault("reason", body.Reason, "must be given")).ToResult();
        }

        if (!await brakes.Confirm(body.Region, body.Reason, cancel))
        {
            return new Fault("HA-109", 409, "Not braked", $"Region '{body.Region}' is not braked.",
                "See GET /api/v1/ha/decisions.").ToResult();
        }

        loop.Hurry();
        return Results.NoContent();
    }
}
