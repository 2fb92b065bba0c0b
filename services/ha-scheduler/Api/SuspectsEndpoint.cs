using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Body of POST /api/v1/ha/suspects/{id}/release; all of it may be left out.</summary>
internal sealed record SuspectRelease
{
    public string? Reason { get; init; }

    /// <summary>Person who releases it.</summary>
    public string? By { get; init; }
}

/// <summary>Components that are suspect of felling hosts, and a person's word that one is not.</summary>
internal static class SuspectsEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var suspects = routes.MapLoadedGroup("/api/v1/ha/suspects", "ha");
        suspects.MapGet("", (Cluster cluster, string? cursor, int? limit) => Paging.Page(
                cluster.Components.All
                    .Concat(StoreArrivals.Of(cluster.Stores.All, _ => null, (_, _) => false)).Select(SuspectView.Of).OfType<SuspectView>(),
                s => s.Id, s => s, cursor, limit))
            .WithSummary("Components that came to two hosts in a row which then went Down: who waits, is watched, or is held.")
            .Produces<ListPage<SuspectView>>();
        suspects.MapPost("/{id}/release", Release)
            .WithSummary("Nothing is held against the component any more: it goes on at once, as if it had never been suspect. "
                + "By its id or any of its names; one that is not suspect stays as it is.")
            .Produces(204).ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> Release(
        string id, SuspectRelease? body, SuspectBoard board, PassTrigger passes, CancellationToken cancel)
    {
        if (OperationRules.BadReason(body?.Reason) is { } bad)
        {
            return bad.ToResult();
        }

        if (!await board.Release(id, OperationsEndpoint.By(body?.By), body?.Reason, cancel))
        {
            return Fault.NotFound("HA-111", "component", id, "See GET /api/v1/ha/suspects for what is suspect.").ToResult();
        }

        passes.Hurry();
        return Results.NoContent();
    }
}
