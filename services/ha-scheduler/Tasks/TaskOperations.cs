using System.Text.Json;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.HaScheduler;

/// <summary>Body of POST /api/v1/tasks. Fields are nullable so that all that is missing can be told at once.</summary>
internal sealed record NewTask
{
    /// <summary>1 to 64 of a-z, A-Z, 0-9, '-', '_', '.', a letter or digit among them; the name when left out, if that is one.</summary>
    public string? Id { get; init; }

    /// <summary>1 to 64 characters of any script.</summary>
    public string? Name { get; init; }

    /// <summary>migration or synchronization.</summary>
    public string? Type { get; init; }

    /// <summary>Where its Incr-Sync runs; work never leaves it.</summary>
    public string? Region { get; init; }

    /// <summary>HIGH, MEDIUM (default), LOW or IGNORE.</summary>
    public string? Protection { get; init; }

    public NewTaskSource? Source { get; init; }
    public NewTaskComponent? IncrSync { get; init; }
    public NewTaskComponent? Store { get; init; }

    /// <summary>Copies all data once; never moved by HA.</summary>
    public NewTaskComponent? FullImport { get; init; }

    /// <summary>Compares all data once; never moved by HA.</summary>
    public NewTaskComponent? FullVerification { get; init; }

    /// <summary>Its components go only to hosts that carry all of these.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Use the same Stores as others over this source; true for synchronization, never for migration.</summary>
    public bool? ShareStore { get; init; }

    /// <summary>Position that its Store starts from, unix seconds; now when left out.</summary>
    public long? StartTimestamp { get; init; }
}

/// <summary>Region is the task's when left out; Log is what is known of the source's log.</summary>
internal sealed record NewTaskSource(string? Name, string? Region, SourceLog? Log = null);

/// <summary>Command is an argument vector. Desired is Running (default) or Stopped.</summary>
internal sealed record NewTaskComponent(IReadOnlyList<string>? Command, string? Desired)
{
    /// <summary>A JSON object of at most 64 KiB, which its supervisor writes to config.json before each start; may hold secrets.</summary>
    public JsonElement? Config { get; init; }
}

/// <summary>What people do with tasks; the next pass, which is at once, does the rest.</summary>
internal sealed class TaskOperations(Cluster cluster, SightBoard sights, InspectionLoop loop, TimeProvider time)
{
    private const string CreateWorkaround = "Correct the named fields and send it again; nothing was created.";

    internal static Fault Unknown(string id) => Problems.NotFound("HA-112", "task", id, "See GET /api/v1/tasks for all tasks.");

    internal static Fault Released(TaskDocument task) => new("HA-106", 409, "The task is released",
        $"Task '{task.Id}' is released: its components are gone, or go.",
        "Create a new task, under this id once this one is deleted: DELETE /api/v1/tasks/{id}.");

    internal async Task<Outcome<TaskDocument>> Create(NewTask body, CancellationToken cancel)
    {
        var regions = cluster.Hosts.All.Select(h => h.Region).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var faults = TaskRules.Check(body, regions);
        if (faults.Count > 0)
        {
            return Fault.Invalid("HA-104", CreateWorkaround, faults);
        }

        var task = TaskRules.Create(body, time.GetUtcNow());
        if (cluster.Tasks.All.FirstOrDefault(other => TaskRules.NamesSourceElsewhere(other, task)) is { } elsewhere)
        {
            return Fault.Invalid("HA-104", CreateWorkaround, new FieldFault("source.region", task.Source.Region,
                $"must be {elsewhere.Source.Region}: task {elsewhere.Id} has source {task.Source.Name} there, "
                + "and they would share its Stores"));
        }

        if (cluster.Tasks.All.FirstOrDefault(other => TaskRules.HasStoresOfItsOwn(other, task)) is { } owner)
        {
            return Fault.Invalid("HA-104", CreateWorkaround, new FieldFault("source.name", task.Source.Name,
                $"must not lead to subtopic {task.Subtopic}: it is task {owner.Id}'s, and one of the two shares no Stores"));
        }

        if (!await cluster.Tasks.Insert(task, cancel))
        {
            return new Fault("HA-105", 409, "The task exists", $"There is a task '{task.Id}' already.",
                "Choose another id, or use the task that exists; one that is RELEASED can be deleted: DELETE /api/v1/tasks/{id}.");
        }

        loop.Hurry();
        return task;
    }

    internal async Task<Outcome<TaskDocument>> Set(string id, string status, CancellationToken cancel)
    {
        if (cluster.Tasks.Find(id) is not { } task)
        {
            return Unknown(id);
        }

        if (task.Status == TaskStatus.Released && status != TaskStatus.Released)
        {
            return Released(task);
        }

        var changed = await cluster.Tasks.Change(id, t => t.Status == TaskStatus.Released
            ? null
            : t with { Status = status, StatusAt = time.GetUtcNow() }, cancel);
        var after = changed?.Document ?? task;
        foreach (var (kind, _) in after.Placed)
        {
            await cluster.Components.Change(Registration.IdOf(id, kind), r => ComponentChange.Dated(
                r, TaskRules.Follow(r, after.Desired, sights.Of(r).Reported), time.GetUtcNow()), cancel);
        }

        loop.Hurry();
        return after;
    }
}
