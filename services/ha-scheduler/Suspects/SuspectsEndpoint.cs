using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

/// <summary>A component that is suspect of felling hosts.</summary>
internal sealed record SuspectView
{
    /// <summary>The registration's id; <c>subtopic:NAME</c> for the Stores of one.</summary>
    public required string Id { get; init; }

    /// <summary>Empty for Stores.</summary>
    public required string Task { get; init; }

    public required string Region { get; init; }

    /// <summary>Where it is placed; it may not run there.</summary>
    public string? Host { get; init; }

    /// <summary>waits: for its window or its turn; watched: it has its turn; held: until it is released.</summary>
    public required string Standing { get; init; }

    /// <summary>Hosts that went Down soon after it had come, the first one first.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Suspect, or waiting for its next turn, since then.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When its turn began.</summary>
    public DateTimeOffset? TriedAt { get; init; }

    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>What is held against it, in one sentence.</summary>
    public required string Because { get; init; }

    internal static SuspectView? Of(Registration component) => component.Suspicion is { Since: { } since } suspicion
        ? new SuspectView
        {
            Id = component.Id,
            Task = component.Task,
            Region = component.Region,
            Host = component.Host,
            Standing = suspicion.IsHeld ? "held" : suspicion.TriedAt is null ? "waits" : "watched",
            Hosts = [.. suspicion.Hosts],
            Since = since,
            TriedAt = suspicion.TriedAt,
            HeldAt = suspicion.HeldAt,
            Because = SuspectWords.Held(suspicion),
        }
        : null;
}

/// <summary>Body of POST /api/v1/ha/suspects/{id}/release; all of it may be left out.</summary>
internal sealed record SuspectRelease
{
    public string? Reason { get; init; }

    /// <summary>Who releases it.</summary>
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
        string id, SuspectRelease? body, SuspectBoard board, InspectionLoop loop, CancellationToken cancel)
    {
        if (OperationRules.BadReason(body?.Reason) is { } bad)
        {
            return bad.ToResult();
        }

        if (!await board.Release(id, OperationsEndpoint.By(body?.By), body?.Reason, cancel))
        {
            return Problems.NotFound("HA-111", "component", id, "See GET /api/v1/ha/suspects for what is suspect.").ToResult();
        }

        loop.Hurry();
        return Results.NoContent();
    }
}
