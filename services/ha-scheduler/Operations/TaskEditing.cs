using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Operations;

/// <summary>Changes a task that there is, and forgets one that is over. What is not carried through here the next pass does.</summary>
internal sealed class TaskEditing(
    Cluster cluster, TaskSights sights, IDocuments<PastPlacement> past, SuspectBoard suspects, PassTrigger passes, TimeProvider time)
{
    /// <param name="ifMatch">The version that the caller has read; null or *: any.</param>
    internal async Task<Outcome<TaskDocument>> Change(string id, TaskChange change, string? ifMatch, CancellationToken cancel)
    {
        if (cluster.Tasks.FindVersioned(id) is not { } known)
        {
            return TaskOperations.Unknown(id);
        }

        if (Outdated(known, ifMatch) is { } outdated)
        {
            return outdated;
        }

        if (known.Document.Status == TaskIntent.Released)
        {
            return TaskOperations.Released(known.Document);
        }

        if (TaskChangeRules.Check(change, known.Document) is { } fault)
        {
            return fault;
        }

        var isAny = ifMatch is null or "*";
        var changed = await cluster.Tasks.Change(id, t => t.Status == TaskIntent.Released || !isAny && !ReferenceEquals(t, known.Document)
            || TaskChangeRules.Check(change, t) is not null
            ? null
            : TaskChangeRules.Apply(t, change, Micros(time.GetUtcNow())), cancel);
        if (changed is not { } done)
        {
            return cluster.Tasks.FindVersioned(id) is not { } now ? TaskOperations.Unknown(id)
                : TaskChangeRules.Check(change, now.Document) is { } meanwhile ? meanwhile
                : isAny ? TaskOperations.Released(now.Document)
                : Outdated(now, ifMatch) ?? ChangedMeanwhile(now);
        }

        foreach (var (kind, wanted) in done.Document.Placed)
        {
            await cluster.Components.Change(Registration.IdOf(id, kind),
                r => ComponentChange.Dated(r,
                    TaskChangeRules.Follow(r, wanted, done.Document.Desired, sights.IsComplete(r)), time.GetUtcNow()), cancel);
        }

        if (!ReferenceEquals(done.Document.Store, known.Document.Store))
        {
            await suspects.Release(done.Document.Subtopic, "a new command of task " + id, null, cancel);
        }

        passes.Hurry();
        return done.Document;
    }

    /// <summary>Gone for good; what epochs its id had is kept.</summary>
    internal async Task<Outcome<TaskDocument>> Delete(string id, string? ifMatch, CancellationToken cancel)
    {
        if (cluster.Tasks.FindVersioned(id) is not { } known)
        {
            return TaskOperations.Unknown(id);
        }

        if (Outdated(known, ifMatch) is { } outdated)
        {
            return outdated;
        }

        var task = known.Document;
        if (sights.StateOf(task) is { Word: not TaskIntent.Released } state)
        {
            return new Fault("HA-118", 409, "The task is not released",
                $"Task '{id}' is {state.Word}{(state.Reason is { } why ? $": {why}" : "")}; only what is RELEASED is deleted.",
                state.Word == TaskStates.Releasing ? "Wait until its hosts have said so; one that is gone for good is deleted with "
                    + "DELETE /api/v1/hosts/{id}." : "Release it: POST /api/v1/tasks/{id}/release.");
        }

        foreach (var (kind, _) in task.Placed)
        {
            await Remember(Registration.IdOf(id, kind), task, cancel);
        }

        await cluster.Maintenances.Delete(MaintenanceScope.TaskKey(id), cancel);
        if (!await cluster.Tasks.DeleteIfStill(task, cancel))
        {
            return cluster.Tasks.FindVersioned(id) is { } now ? ChangedMeanwhile(now) : TaskOperations.Unknown(id);
        }

        passes.Hurry();
        return task;
    }

    /// <summary>
    /// A component that an earlier version forgot with its epochs: who comes after it begins above any that it can have had.
    /// </summary>
    private async Task Remember(string component, TaskDocument task, CancellationToken cancel)
    {
        if (await past.Find(component, cancel) is null)
        {
            var seen = new[] { time.GetUtcNow(), task.CreatedAt, task.StatusAt ?? task.CreatedAt }.Max();
            await PastPlacement.Keep(past, PastPlacement.Above(component, seen), cancel);
        }
    }

    /// <summary>Documents keep microseconds.</summary>
    private static DateTimeOffset Micros(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    private static Fault? Outdated(Versioned<TaskDocument> known, string? ifMatch)
    {
        if (ifMatch is null or "*")
        {
            return null;
        }

        return long.TryParse(ifMatch.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version == known.Version ? null : ChangedMeanwhile(known)
            : Fault.Invalid("HA-116", "Give the version that GET shows, or leave the header out; nothing was changed.",
                new FieldFault("If-Match", ifMatch, "must be the version that GET shows"));
    }

    private static Fault ChangedMeanwhile(Versioned<TaskDocument> now) => new("HA-117", 412, "Changed meanwhile",
        $"Task '{now.Document.Id}' is at version {now.Version} by now.", "Read it again, then repeat the change.");
}
