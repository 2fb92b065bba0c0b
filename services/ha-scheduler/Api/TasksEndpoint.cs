using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

internal static class TasksEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapLoadedGroup("/api/v1/tasks", "tasks");
        tasks.MapGet("", List).OnceHeard()
            .WithSummary("Tasks with their Incr-Sync. status: one of the reference's states; q: in id, name, subtopic.")
            .Produces<ListPage<TaskView>>().ProducesProblem(400);
        tasks.MapGet("/{id}", Get).OnceHeard().WithSummary("One task; its version is in the ETag too.")
            .Produces<TaskView>().ProducesProblem(404);
        tasks.MapPost("", Create)
            .WithSummary("A new task: its Store is requested and its Incr-Sync placed at once. The id of a deleted one may be used again.")
            .Produces<TaskView>(201).ProducesProblem(400).ProducesProblem(409);
        tasks.MapPatch("/{id}", Change)
            .WithSummary("Changes name, protection, tags, commands or configurations; what is left out stays as it is.")
            .WithDescription("A component whose command or configuration changes is started anew where it is, under a higher epoch: "
                + "RUNNING_MODIFYING until its host has said so. If-Match with the version that was read refuses the change when there is "
                + "a later one.")
            .Produces<TaskView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        tasks.MapDelete("/{id}", Delete)
            .WithSummary("Forgets a task that is RELEASED. Its id may be used again; epochs go on above all that it ever had.")
            .Produces<TaskView>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        Operation(tasks, "start", TaskIntent.Running, "Its components run.");
        Operation(tasks, "stop", TaskIntent.Suspended, "Its components stop and stay registered.");
        Operation(tasks, "release", TaskIntent.Released,
            "Its components are removed: RELEASING until all hosts have said so, then RELEASED. It cannot be started again.");
    }

    private static void Operation(RouteGroupBuilder tasks, string action, string status, string summary) =>
        tasks.MapPost("/{id}/" + action, async (string id, TaskOperations operations, TaskSights sights, Cluster cluster,
                LivenessFeed feed, CancellationToken cancel) =>
                (await operations.Set(id, status, cancel)).ToResult(task => Results.Ok(View(task, sights, cluster, feed))))
            .WithSummary(summary).Produces<TaskView>().ProducesProblem(404).ProducesProblem(409);

    private static IResult List(Cluster cluster, ComponentIndex index, TaskSights sights, LivenessFeed feed, string? cursor, int? limit,
        string? region, string? status, string? q)
    {
        var state = TaskStates.All.FirstOrDefault(s => s.Equals(status, StringComparison.OrdinalIgnoreCase));
        if (!string.IsNullOrEmpty(status) && state is null)
        {
            return Fault.Invalid("HA-115", "Use one of the states, or leave the filter out.",
                new FieldFault("status", status, $"must be one of {string.Join(", ", TaskStates.All)}")).ToResult();
        }

        var stores = sights.Stores();
        return Paging.PageInOrder(index.Tasks, t => t.Id, t => (region is null || t.Region == region)
            && (string.IsNullOrEmpty(q) || HostsEndpoint.Any(q, t.Id, t.Name, t.Subtopic))
            && (state is null || TaskStates.MayBe(t, state) && sights.StateOf(t, [.. stores[t.Id]]).Word == state),
            t => View(t, sights, cluster, feed, [.. stores[t.Id]]), cursor, limit);
    }

    private static IResult Get(string id, Cluster cluster, TaskSights sights, LivenessFeed feed, HttpResponse response)
    {
        if (cluster.Tasks.Find(id) is not { } task)
        {
            return TaskOperations.Unknown(id).ToResult();
        }

        var view = View(task, sights, cluster, feed);
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{view.Version}\"");
        return Results.Ok(view);
    }

    private static async Task<IResult> Create(
        NewTask body, TaskOperations operations, TaskSights sights, Cluster cluster, LivenessFeed feed, CancellationToken cancel) =>
        (await operations.Create(body, cancel)).ToResult(task =>
            Results.Created($"/api/v1/tasks/{task.Id}", View(task, sights, cluster, feed)));

    private static async Task<IResult> Change(string id, TaskChange body, [FromHeader(Name = "If-Match")] string? ifMatch,
        TaskEditing editing, TaskSights sights, Cluster cluster, LivenessFeed feed, HttpResponse response, CancellationToken cancel) =>
        (await editing.Change(id, body, ifMatch, cancel)).ToResult(task =>
        {
            var view = View(task, sights, cluster, feed);
            response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{view.Version}\"");
            return Results.Ok(view);
        });

    private static async Task<IResult> Delete(string id, [FromHeader(Name = "If-Match")] string? ifMatch,
        TaskEditing editing, TaskSights sights, Cluster cluster, LivenessFeed feed, CancellationToken cancel) =>
        (await editing.Delete(id, ifMatch, cancel)).ToResult(task =>
            Results.Ok(View(task, sights, cluster, feed) with { Status = TaskStates.Deleted, StatusReason = null }));

    private static TaskView View(TaskDocument task, TaskSights sights, Cluster cluster, LivenessFeed feed) =>
        View(task, sights, cluster, feed, sights.StoresOf(task.Id)) with { Configs = ShownConfigs.Of(task) };

    private static TaskView View(
        TaskDocument task, TaskSights sights, Cluster cluster, LivenessFeed feed, IReadOnlyList<string> stores)
    {
        var state = sights.StateOf(task, stores);
        return new TaskView
        {
            Id = task.Id,
            Name = task.Name,
            Type = task.Type,
            Region = task.Region,
            Protection = task.Protection,
            Source = task.Source,
            Subtopic = task.Subtopic,
            Status = state.Word,
            StatusReason = state.Reason,
            StatusAt = task.StatusAt,
            Tags = task.Tags,
            StartTimestamp = task.StartTimestamp,
            CreatedAt = task.CreatedAt,
            Version = cluster.Tasks.FindVersioned(task.Id)?.Version ?? 0,
            IncrSync = cluster.Components.Find(Registration.IncrSyncId(task.Id)) is { Desired: not DesiredState.Absent } component
                ? ComponentViews.Of(component, cluster, feed)
                : null,
            Stores = stores,
        };
    }
}
