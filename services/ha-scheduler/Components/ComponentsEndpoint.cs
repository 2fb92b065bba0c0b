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

    /// <summary>By its own word while it runs; counted from its last checkpoint while it does not, though it is to.</summary>
    public double? DelaySeconds { get; init; }
    public int? Pid { get; init; }
    public string? Error { get; init; }

    /// <summary>With which it ended by itself, 128 + the number of a signal; null: it lives, or was ended on purpose.</summary>
    public int? ExitCode { get; init; }

    /// <summary>A move that is not over.</summary>
    public MigrationView? Migration { get; init; }

    /// <summary>Restarts in place, one failure after the other.</summary>
    public int? Restarts { get; init; }

    /// <summary>Abnormal under its epoch since then.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>It is suspect of felling hosts.</summary>
    public SuspectView? Suspect { get; init; }
}

/// <summary>A move to another host.</summary>
/// <param name="Phase">waiting: it runs on until there is room elsewhere; stopping: its host has been told to stop it.</param>
/// <param name="Target">Null while there is room nowhere.</param>
/// <param name="Ticket">The operator's; null: HA's own.</param>
internal sealed record MigrationView(string Phase, string? Target, MoveCause Cause, string? Ticket);

/// <summary>One of the scheduler's own, or a Store of the store manager's.</summary>
internal readonly record struct ListedComponent(Registration? Registration, StorePlaced? Store)
{
    internal string Name => Registration is { } own ? own.Name ?? own.Id : Store!.Store;

    internal ComponentKind Kind => Registration?.Kind ?? ComponentKind.Store;

    internal string? Host => Registration is { } own ? own.Host : Store!.Host;

    internal string? Subtopic => Store?.Subtopic;

    internal string? Task => Registration is { } own ? own.Task : Store!.Tasks is [var only] ? only : null;
}

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

    private static IResult List(Cluster cluster, Roster roster, LivenessFeed feed, StoreStates stores,
        string? cursor, int? limit, string? host, string? task, string? kind, string? state, string? q)
    {
        var (ofKind, inState) = (Named<ComponentKind>(kind, Word), Named<ComponentState>(state, s => s.ToString()));
        bool IsWanted(ListedComponent c) =>
            (task is null || c.Task == task)
            && (kind is null || c.Kind == ofKind)
            && (string.IsNullOrEmpty(q) || HostsEndpoint.Any(q, c.Name, c.Task, c.Subtopic, c.Host))
            && (state is null || State(c, cluster, feed, stores) == inState);
        return host is null
            ? Paging.PageInOrder(roster.ByName, c => c.Name, IsWanted, c => View(c, cluster, feed, stores), cursor, limit)
            : Paging.Page((roster.On(host)?.Listed ?? []).Where(IsWanted), c => c.Name, c => View(c, cluster, feed, stores), cursor, limit);
    }

    private static IResult Get(string name, Cluster cluster, Roster roster, LivenessFeed feed, StoreStates stores) =>
        (roster.Named(name) ?? Meant(name, cluster)) is { } component
        ? Results.Ok(View(component, cluster, feed, stores))
        : Problems.NotFound("HA-111", "component", name,
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

    internal static ComponentState State(ListedComponent component, Cluster cluster, LivenessFeed feed, StoreStates stores) =>
        component.Registration is { } registration
            ? State(registration, Reported(registration, feed), cluster)
            : stores.Of(component.Store!).State;

    private static ComponentView View(ListedComponent component, Cluster cluster, LivenessFeed feed, StoreStates stores) =>
        component.Registration is { } registration ? View(registration, cluster, feed) : View(component.Store!, stores);

    internal static ComponentView View(Registration registration, Cluster cluster, LivenessFeed feed)
    {
        var reported = Reported(registration, feed);
        var state = State(registration, reported, cluster);
        return new ComponentView
        {
            Name = registration.Name ?? registration.Id,
            Kind = registration.Kind,
            Task = registration.Task,
            Region = registration.Region,
            Host = registration.Host,
            Epoch = registration.Epoch,
            Desired = registration.Desired,
            State = state,
            Checkpoint = reported?.Checkpoint ?? registration.CarriedCheckpoint,
            DelaySeconds = Lag.Shown(reported, registration, state, feed.WallClock),
            Pid = reported?.Pid,
            Error = reported?.Error,
            ExitCode = reported?.ExitCode,
            Migration = registration.Migration is { } move
                ? new MigrationView(move.StoppingSince is null ? "waiting" : "stopping", move.Target, move.Cause, move.Ticket)
                : null,
            Restarts = registration.Restarts > 0 ? registration.Restarts : null,
            FailedAt = registration.FailedAt,
            Suspect = SuspectView.Of(registration),
        };
    }

    private static ComponentView View(StorePlaced store, StoreStates stores)
    {
        var reported = stores.Reported(store);
        var (state, error) = stores.Of(store, reported);
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
            State = state,
            Checkpoint = reported?.Checkpoint,
            DelaySeconds = state == ComponentState.Running ? reported?.DelaySeconds : null,
            Pid = reported?.Pid,
            Error = error,
            ExitCode = reported?.ExitCode,
        };
    }

    private static ComponentState State(Registration registration, ComponentReport? reported, Cluster cluster)
    {
        if (registration.Migration is { StoppingSince: not null })
        {
            return ComponentState.Migrating;
        }

        if (registration.CarriedState is { } before)
        {
            return before;
        }

        // A host that is Down says nothing of what ran there: by its lease all of that has ended.
        var isDown = registration.Host is { } host && cluster.Hosts.Find(host)?.State == HostState.Down;
        return registration.Desired == DesiredState.Stopped && reported?.State != ComponentState.Completed ? ComponentState.Stopped
            : isDown ? ComponentState.Abnormal
            : reported?.State ?? ComponentState.Starting;
    }

    private static ComponentReport? Reported(Registration registration, LivenessFeed feed)
    {
        foreach (var report in registration.Host is { } host ? feed.Fleet.Find(host)?.Components ?? [] : [])
        {
            if (report.Name == registration.Name && report.Epoch == registration.Epoch)
            {
                return report;
            }
        }

        return null;
    }

    private static string Word(ComponentKind kind) =>
        System.Text.Json.JsonSerializer.SerializeToElement(kind).GetString()!;
}
