using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

/// <summary>A component: where it should be, and what its host says of it.</summary>
internal sealed record ComponentView
{
    /// <summary>Name on its present host; the registration's id while it has none.</summary>
    public required string Name { get; init; }

    public required ComponentKind Kind { get; init; }
    public string? Task { get; init; }
    public string? Subtopic { get; init; }
    public required string Region { get; init; }
    public string? Host { get; init; }
    public long? Epoch { get; init; }
    public required DesiredState Desired { get; init; }
    public required ComponentState State { get; init; }
    public long? Checkpoint { get; init; }
    public double? DelaySeconds { get; init; }
    public int? Pid { get; init; }
    public string? Error { get; init; }

    /// <summary>A move that is not over.</summary>
    public MigrationView? Migration { get; init; }

    /// <summary>Restarts in place, one failure after the other.</summary>
    public int? Restarts { get; init; }

    /// <summary>Abnormal under its epoch since then.</summary>
    public DateTimeOffset? FailedAt { get; init; }
}

/// <summary>A move to another host.</summary>
/// <param name="Phase">waiting: it runs on until there is room elsewhere; stopping: its host has been told to stop it.</param>
/// <param name="Target">Null while there is room nowhere.</param>
/// <param name="Ticket">The operator's; null: HA's own.</param>
internal sealed record MigrationView(string Phase, string? Target, MoveCause Cause, string? Ticket);

internal static class ComponentsEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var components = routes.MapLoadedGroup("/api/v1/components", "components");
        components.MapGet("", List)
            .WithSummary("Components: Incr-Syncs and Full-* with their epochs, and Stores. Filters: host, task, kind, state, q.")
            .Produces<ListPage<ComponentView>>();
        components.MapGet("/{name}", Get).WithSummary("One component.").Produces<ComponentView>().ProducesProblem(404);
    }

    private static IResult List(Cluster cluster, LivenessFeed feed,
        string? cursor, int? limit, string? host, string? task, string? kind, string? state, string? q)
    {
        var found = All(cluster, feed)
            .Where(c => host is null || c.Host == host)
            .Where(c => task is null || c.Task == task)
            .Where(c => kind is null || Word(c.Kind).Equals(kind, StringComparison.OrdinalIgnoreCase))
            .Where(c => state is null || c.State.ToString().Equals(state, StringComparison.OrdinalIgnoreCase))
            .Where(c => string.IsNullOrEmpty(q) || HostsEndpoint.Any(q, c.Name, c.Task, c.Subtopic, c.Host));
        return Paging.Page(found, c => c.Name, c => c, cursor, limit);
    }

    private static IResult Get(string name, Cluster cluster, LivenessFeed feed) =>
        All(cluster, feed).FirstOrDefault(c => c.Name == name) is { } found
            ? Results.Ok(found)
            : Problems.NotFound("HA-111", "component", name,
                "See GET /api/v1/components for the present names; a move gives a new one.").ToResult();

    internal static IEnumerable<ComponentView> All(Cluster cluster, LivenessFeed feed) =>
        cluster.Components.All.Where(r => r.Desired != DesiredState.Absent).Select(r => View(r, cluster, feed))
            .Concat(cluster.Stores.All.Where(s => s.Placed.Desired != DesiredState.Absent).Select(s => View(s.Placed, cluster, feed)));

    internal static ComponentView View(Registration registration, Cluster cluster, LivenessFeed feed)
    {
        var reported = Reported(registration.Host, registration.Name, registration.Epoch, feed);
        return new ComponentView
        {
            Name = registration.Name ?? registration.Id,
            Kind = registration.Kind,
            Task = registration.Task,
            Region = registration.Region,
            Host = registration.Host,
            Epoch = registration.Epoch,
            Desired = registration.Desired,
            State = registration.Migration is { StoppingSince: not null }
                ? ComponentState.Migrating
                : State(reported, registration.Desired, registration.CarriedState, registration.Host, cluster),
            Checkpoint = reported?.Checkpoint,
            DelaySeconds = reported?.DelaySeconds,
            Pid = reported?.Pid,
            Error = reported?.Error,
            Migration = registration.Migration is { } move
                ? new MigrationView(move.StoppingSince is null ? "waiting" : "stopping", move.Target, move.Cause, move.Ticket)
                : null,
            Restarts = registration.Restarts > 0 ? registration.Restarts : null,
            FailedAt = registration.FailedAt,
        };
    }

    private static ComponentView View(StorePlaced store, Cluster cluster, LivenessFeed feed)
    {
        var reported = feed.Fleet.Find(store.Host)?.Components.FirstOrDefault(c => c.Name == store.Store);
        return new ComponentView
        {
            Name = store.Store,
            Kind = ComponentKind.Store,
            Subtopic = store.Subtopic,
            Task = store.Tasks is [var only] ? only : null,
            Region = store.Region,
            Host = store.Host,
            Epoch = reported?.Epoch,
            Desired = store.Desired,
            State = State(reported, store.Desired, null, store.Host, cluster),
            Checkpoint = reported?.Checkpoint,
            DelaySeconds = reported?.DelaySeconds,
            Pid = reported?.Pid,
            Error = reported?.Error,
        };
    }

    /// <summary>A host that is Down says nothing of what ran there: by its lease all of that has ended.</summary>
    private static ComponentState State(
        ComponentReport? reported, DesiredState desired, ComponentState? carried, string? host, Cluster cluster)
    {
        if (carried is { } before)
        {
            return before;
        }

        var isDown = host is not null && cluster.Hosts.Find(host)?.State == HostState.Down;
        return desired == DesiredState.Stopped && reported?.State != ComponentState.Completed ? ComponentState.Stopped
            : isDown ? ComponentState.Abnormal
            : reported?.State ?? ComponentState.Starting;
    }

    private static ComponentReport? Reported(string? host, string? name, long epoch, LivenessFeed feed) => host is null
        ? null
        : feed.Fleet.Find(host)?.Components.FirstOrDefault(c => c.Name == name && c.Epoch == epoch);

    private static string Word(ComponentKind kind) =>
        System.Text.Json.JsonSerializer.SerializeToElement(kind).GetString()!;
}
