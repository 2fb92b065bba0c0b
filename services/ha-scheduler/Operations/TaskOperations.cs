using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Operations;

/// <summary>Takes operators' orders for tasks; the next pass, which is at once, does the rest.</summary>
internal sealed class TaskOperations(Cluster cluster, SightBoard sights, PassTrigger passes, TimeProvider time)
{
    private const string CreateWorkaround = "Correct the named fields and send it again; nothing was created.";

    internal static Fault Unknown(string id) => Fault.NotFound("HA-112", "task", id, "See GET /api/v1/tasks for all tasks.");

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

        passes.Hurry();
        return task;
    }

    internal async Task<Outcome<TaskDocument>> Set(string id, string status, CancellationToken cancel)
    {
        if (cluster.Tasks.Find(id) is not { } task)
        {
            return Unknown(id);
        }

        if (task.Status == TaskIntent.Released && status != TaskIntent.Released)
        {
            return Released(task);
        }

        var changed = await cluster.Tasks.Change(id, t => t.Status == TaskIntent.Released
            ? null
            : t with { Status = status, StatusAt = time.GetUtcNow() }, cancel);
        var after = changed?.Document ?? task;
        foreach (var (kind, _) in after.Placed)
        {
            await cluster.Components.Change(Registration.IdOf(id, kind), r => ComponentChange.Dated(
                r, TaskRules.Follow(r, after.Desired, sights.Of(r).Reported), time.GetUtcNow()), cancel);
        }

        passes.Hurry();
        return after;
    }
}
