using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>
/// Writes the sentence that tells how a finding of a task has ended. It must be true: the task may be well, or nobody may want it to be
/// well any more. Pure.
/// </summary>
internal static class TaskEndings
{
    /// <param name="told">A finding that does not hold any more.</param>
    /// <returns>The sentence about its end.</returns>
    internal static string Of(Finding told, Snapshot snapshot)
    {
        if (told is not { Task: { } id } || !IsOfTask(told.Event))
        {
            return told.Over;
        }

        var task = snapshot.Tasks.GetValueOrDefault(id);
        var name = task?.Name ?? told.TaskName ?? id;
        if (told.Event == AlertEvents.SyncStatusInconsistent)
        {
            return task?.Status == TaskIntent.Running ? $"Task {name} is {task.Status} again, and so may its Incr-Sync be" : told.Over;
        }

        return task switch
        {
            null => $"Task {name} is not there any more",
            { Status: TaskIntent.Released } => $"Task {name} is released: nothing of it is watched any more",
            { Status: not TaskIntent.Running } => $"Task {name} is {task.Status}: {Watched(told)} is not watched while it does not run",
            { Protection: ProtectionLevel.Ignore } => $"Task {name} has no protection any more (IGNORE): {Watched(told)} is not watched",
            _ when snapshot.Maintenances.ContainsKey(MaintenanceScope.TaskKey(id)) =>
                $"Task {name} is in maintenance: what is found of it is held back until that ends",
            _ => ByHand(told, Concerned(told, task, snapshot), name) ?? told.Over,
        };
    }

    private static string? ByHand(Finding told, Registration? component, string name) => component switch
    {
        null => null,
        { Desired: DesiredState.Absent } => $"The {Failover.Word(component.Kind)} of task {name} was deleted by hand",
        { ByHand: DesiredState.Stopped } =>
            $"The {Failover.Word(component.Kind)} of task {name} was stopped by hand: {Watched(told)} is not watched until it is started",
        _ => null,
    };

    /// <summary>A failure names its component; a lag is always the Incr-Sync's.</summary>
    private static Registration? Concerned(Finding told, TaskDocument task, Snapshot snapshot)
    {
        var id = told.Parts is [var part] ? part : Registration.IncrSyncId(task.Id);
        return snapshot.Registrations.FirstOrDefault(r => r.Id == id);
    }

    private static string Watched(Finding told) =>
        told.Event is AlertEvents.MigrationFailed or AlertEvents.SyncFailed ? "whether it has failed" : "its lag";

    private static bool IsOfTask(string @event) => @event is AlertEvents.MigrationFailed or AlertEvents.SyncFailed
        or AlertEvents.MigrationDelay or AlertEvents.SyncDelay or AlertEvents.SyncStatusInconsistent;
}
