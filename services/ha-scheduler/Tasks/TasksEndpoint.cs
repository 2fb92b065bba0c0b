using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

/// <summary>A task and the components that serve it.</summary>
internal sealed record TaskView
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }
    public required string Region { get; init; }
    public required ProtectionLevel Protection { get; init; }
    public required TaskSource Source { get; init; }
    public required string Subtopic { get; init; }
    public required string Status { get; init; }
    public required long StartTimestamp { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public ComponentView? IncrSync { get; init; }
    public IReadOnlyList<string>? Stores { get; init; }
}

internal static class TasksEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapLoadedGroup("/api/v1/tasks", "tasks");
        tasks.MapGet("", List).WithSummary("Tasks with their Incr-Sync.").Produces<ListPage<TaskView>>();
        tasks.MapGet("/{id}", Get).WithSummary("One task.").Produces<TaskView>().ProducesProblem(404);
        tasks.MapPost("", Create).WithSummary("A new task: its Store is requested and its Incr-Sync placed at once.")
            .Produces<TaskView>(201).ProducesProblem(400).ProducesProblem(409);
        tasks.MapPost("/{id}/start", (string id, TaskOperations operations, CancellationToken cancel) =>
            Operate(operations, id, TaskStatus.Running, cancel)).WithSummary("Its Incr-Sync runs.").Produces<TaskView>();
        tasks.MapPost("/{id}/stop", (string id, TaskOperations operations, CancellationToken cancel) =>
            Operate(operations, id, TaskStatus.Suspended, cancel)).WithSummary("Its Incr-Sync stops and stays registered.")
                .Produces<TaskView>();
        tasks.MapPost("/{id}/release", (string id, TaskOperations operations, CancellationToken cancel) =>
            Operate(operations, id, TaskStatus.Released, cancel))
                .WithSummary("Its components are removed; it cannot be started again.").Produces<TaskView>();
    }

    private static IResult List(Cluster cluster, Roster roster, LivenessFeed feed, string? cursor, int? limit,
        string? region, string? status, string? q)
    {
        var stores = cluster.Stores.All.Where(IsThere)
            .SelectMany(s => s.Placed.Tasks ?? [], (s, task) => (task, s.Placed.Store))
            .ToLookup(s => s.task, s => s.Store, StringComparer.Ordinal);
        return Paging.PageInOrder(roster.Tasks, t => t.Id, t => (region is null || t.Region == region)
            && (status is null || t.Status.Equals(status, StringComparison.OrdinalIgnoreCase))
            && (string.IsNullOrEmpty(q) || HostsEndpoint.Any(q, t.Id, t.Name, t.Subtopic)),
            t => View(t, cluster, feed, [.. stores[t.Id]]), cursor, limit);
    }

    private static IResult Get(string id, Cluster cluster, LivenessFeed feed) => cluster.Tasks.Find(id) is { } task
        ? Results.Ok(View(task, cluster, feed))
        : TaskOperations.Unknown(id).ToResult();

    private static async Task<IResult> Create(
        NewTask body, TaskOperations operations, Cluster cluster, LivenessFeed feed, CancellationToken cancel) =>
        (await operations.Create(body, cancel)).ToResult(task => Results.Created($"/api/v1/tasks/{task.Id}", View(task, cluster, feed)));

    private static async Task<IResult> Operate(TaskOperations operations, string id, string status, CancellationToken cancel) =>
        (await operations.Set(id, status, cancel)).ToResult(task => Results.Ok(View(task, operations.Cluster, operations.Feed)));

    private static TaskView View(TaskDocument task, Cluster cluster, LivenessFeed feed) => View(task, cluster, feed,
        [.. cluster.Stores.All.Where(s => IsThere(s) && s.Placed.Tasks?.Contains(task.Id, StringComparer.Ordinal) == true)
            .Select(s => s.Placed.Store)]);

    private static bool IsThere(StorePlace store) => store.Placed.Desired != DesiredState.Absent;

    private static TaskView View(TaskDocument task, Cluster cluster, LivenessFeed feed, IReadOnlyList<string> stores) => new()
    {
        Id = task.Id,
        Name = task.Name,
        Type = task.Type,
        Region = task.Region,
        Protection = task.Protection,
        Source = task.Source,
        Subtopic = task.Subtopic,
        Status = task.Status,
        StartTimestamp = task.StartTimestamp,
        CreatedAt = task.CreatedAt,
        IncrSync = cluster.Components.Find(Registration.IncrSyncId(task.Id)) is { Desired: not DesiredState.Absent } component
            ? ComponentsEndpoint.View(component, cluster, feed)
            : null,
        Stores = stores,
    };
}
