using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

internal static class ComponentsEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var components = routes.MapLoadedGroup("/api/v1/components", "components");
        components.MapGet("", List).OnceHeard()
            .WithSummary("Components: Incr-Syncs and Full-* with their epochs, and Stores. Filters: host, task, kind, state, q.")
            .Produces<ListPage<ComponentView>>();
        components.MapGet("/{name}", Get).OnceHeard().WithSummary("One component, by its id, any of its names, or task:ID for a "
            + "task's Incr-Sync.").Produces<ComponentView>().ProducesProblem(404);
    }

    private static IResult List(Cluster cluster, ComponentIndex index, LivenessFeed feed, StoreStates stores,
        string? cursor, int? limit, string? host, string? task, string? kind, string? state, string? q)
    {
        var (ofKind, inState) = (Named<ComponentKind>(kind, Word), Named<ComponentState>(state, s => s.ToString()));
        bool IsWanted(ListedComponent c) =>
            (task is null || c.Task == task)
            && (kind is null || c.Kind == ofKind)
            && (string.IsNullOrEmpty(q) || HostsEndpoint.Any(q, c.Name, c.Task, c.Subtopic, c.Host))
            && (state is null || ComponentViews.State(c, cluster, feed, stores) == inState);
        return host is null
            ? Paging.PageInOrder(index.ByName, c => c.Name, IsWanted, c => ComponentViews.Of(c, cluster, feed, stores), cursor, limit)
            : Paging.Page((index.On(host)?.Listed ?? []).Where(IsWanted), c => c.Name, c => ComponentViews.Of(c, cluster, feed, stores),
                cursor, limit);
    }

    private static IResult Get(string name, Cluster cluster, ComponentIndex index, LivenessFeed feed, StoreStates stores) =>
        (index.Named(name) ?? Meant(name, cluster)) is { } component
        ? Results.Ok(ComponentViews.Of(component, cluster, feed, stores))
        : Fault.NotFound("HA-111", "component", name,
            "See GET /api/v1/components for the present names; a move gives a new one.").ToResult();

    private static ListedComponent? Meant(string name, Cluster cluster) =>
        cluster.Components.Find(Registration.IdMeantBy(name)) is { Desired: not DesiredState.Absent } registration
            ? new ListedComponent(registration, null) : null;

    /// <summary>The value that people call so; null: none, so nothing has it.</summary>
    private static T? Named<T>(string? name, Func<T, string> word) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (word(value).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private static string Word(ComponentKind kind) =>
        System.Text.Json.JsonSerializer.SerializeToElement(kind).GetString()!;
}
