using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.StoreManager;

/// <summary>A Store: where it stands, what it can serve (unix seconds), who needs it.</summary>
internal sealed record StoreView
{
    public required string Name { get; init; }
    public required string Subtopic { get; init; }
    public required string Region { get; init; }
    public required string Host { get; init; }
    public required long StartTimestamp { get; init; }
    public required DesiredState Desired { get; init; }

    /// <summary>As its host says; Starting until it has said so.</summary>
    public required ComponentState State { get; init; }

    public long? Begin { get; init; }
    public long? End { get; init; }
    public required IReadOnlyList<string> Tasks { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
}

internal static class StoresEndpoint
{
    private static readonly Fault NotYet = new("ST-001", 503, "Still reading its state",
        "The store manager has started and has not read its state yet.", "Try again in a second; if it stays so, see /health/ready.");

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var stores = routes.MapGroup("/api/v1/stores").WithTags("stores");
        stores.MapGet("", List).WithSummary("Stores by name.").Produces<ListPage<StoreView>>();
        stores.MapGet("/{name}", Get).WithSummary("One Store.").Produces<StoreView>().ProducesProblem(404);
    }

    private static IResult List(Subtopics subtopics, HostsHeard hosts, string? cursor, int? limit, string? subtopic) => subtopics.Loaded
        ? Paging.Page(All(subtopics, hosts).Where(s => subtopic is null || s.Subtopic == subtopic), s => s.Name, s => s, cursor, limit)
        : NotYet.ToResult();

    private static IResult Get(string name, Subtopics subtopics, HostsHeard hosts)
    {
        if (!subtopics.Loaded)
        {
            return NotYet.ToResult();
        }

        return All(subtopics, hosts).FirstOrDefault(s => s.Name == name) is { } found
            ? Results.Ok(found)
            : Problems.NotFound("ST-110", "Store", name, "See GET /api/v1/stores for all Stores.").ToResult();
    }

    private static IEnumerable<StoreView> All(Subtopics subtopics, HostsHeard hosts) =>
        subtopics.Mirror.All.SelectMany(s => s.Stores.Select(store => View(s, store, hosts)));

    private static StoreView View(SubtopicDocument subtopic, Store store, HostsHeard hosts)
    {
        FleetHost? host = hosts.Fleet.Find(store.Host);
        var reported = host?.Components.FirstOrDefault(c => c.Name == store.Name);
        return new StoreView
        {
            Name = store.Name,
            Subtopic = subtopic.Subtopic,
            Region = subtopic.Region,
            Host = store.Host,
            StartTimestamp = store.StartTimestamp,
            Desired = store.Desired,
            State = !hosts.IsHeard(store.Host) && reported is not null ? ComponentState.Abnormal
                : reported?.State ?? ComponentState.Starting,
            Begin = reported?.Begin,
            End = reported?.End,
            Tasks = subtopic.Tasks,
            PlacedAt = store.PlacedAt,
        };
    }
}
