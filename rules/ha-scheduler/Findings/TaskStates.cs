using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>A component of a task as its state depends on it.</summary>
/// <param name="State">As the list of components has it.</param>
/// <param name="IsInPlace">Its host has answered its present order.</param>
/// <param name="ExitCode">With which it ended by itself.</param>
internal readonly record struct TaskPart(
    Registration Component, ComponentState State, string? Error, bool IsDown, bool IsInPlace, int? ExitCode = null);

/// <summary>A state with what there is to say of it; null: nothing more.</summary>
internal readonly record struct TaskState(string Word, string? Reason = null);

/// <summary>
/// The state of a task (docs/reference/oms.md, States): what people want of it is stored, what has become of it is seen.
/// RUNNING_MERGING is never said: Holdfast merges no tasks. Pure.
/// </summary>
internal static class TaskStates
{
    internal const string Init = "INIT";
    internal const string Failed = "FAILED";
    internal const string Finished = "FINISHED";
    internal const string Releasing = "RELEASING";
    internal const string Deleted = "DELETED";
    internal const string Modifying = "RUNNING_MODIFYING";

    /// <summary>All that a list may be asked for.</summary>
    internal static IReadOnlyList<string> All { get; } =
        [Init, TaskIntent.Running, TaskIntent.Suspended, Failed, Finished, Releasing, TaskIntent.Released, Deleted, Modifying,
            "RUNNING_MERGING"];

    /// <summary>Tells whether a task with this intent can be in this state, so that the others need no closer look.</summary>
    internal static bool MayBe(TaskDocument task, string state) => state == task.Status || task.Status switch
    {
        TaskIntent.Running => state is Init or Failed or Finished or Modifying,
        TaskIntent.Released => state is Releasing,
        _ => false,
    };

    /// <param name="parts">Its components that are registered.</param>
    /// <param name="stores">Stores that still know it.</param>
    internal static TaskState Of(TaskDocument task, IReadOnlyList<TaskPart> parts, IReadOnlyList<string> stores) => task.Status switch
    {
        TaskIntent.Running => Running(task, parts),
        TaskIntent.Released when parts.Count > 0 => new(Releasing, Leaving(parts[0].Component)),
        TaskIntent.Released when stores.Count > 0 => new(Releasing, $"the Store {stores[0]} still has it among its consumers"),
        _ => new(task.Status, parts.Select(WhyNotStopped).FirstOrDefault(why => why is not null)),
    };

    private static TaskState Running(TaskDocument task, IReadOnlyList<TaskPart> parts)
    {
        foreach (var part in parts)
        {
            if (WhyFailed(part) is { } why)
            {
                return new(Failed, why);
            }
        }

        return parts switch
        {
            _ when !parts.Any(p => p.Component.Kind == ComponentKind.IncrSync && p.Component.Name is not null) && !IsByHand(parts) =>
                new(Init, "its Incr-Sync has no host yet"),
            _ when parts.Count == task.Placed.Count() && parts.All(p => p.State == ComponentState.Completed) =>
                new(Finished, "all of its components have completed"),
            _ when parts.FirstOrDefault(IsChanging) is { Component: { } changing } => new(Modifying,
                $"its {Failover.Word(changing.Kind)} is started with another command, epoch {changing.Epoch}"),
            _ => new(TaskIntent.Running, parts.Select(WhyIdle).FirstOrDefault(why => why is not null)),
        };
    }

    /// <summary>Stopped is normal (docs/reference/oms.md, Failure of an Incr-Sync), and so is waiting: RUNNING, at a standstill.</summary>
    private static string? WhyIdle(TaskPart part) => part switch
    {
        { State: ComponentState.Running, Error: { Length: > 0 } error, Component.Kind: var kind } =>
            $"its {Failover.Word(kind)} runs, and waits: {error}",
        { State: not ComponentState.Stopped } => null,
        { Component: { Desired: DesiredState.Running, Kind: var kind }, ExitCode: { } code } =>
            $"its {Failover.Word(kind)} ended by itself with exit code {code}; start the task, or the component, to have it run again",
        { Component: { CarriedState: ComponentState.Stopped, Kind: var kind } } =>
            $"its {Failover.Word(kind)} had ended by itself before it was moved; start the task, or the component, to have it run again",
        _ => null,
    };

    /// <summary>A part that is to stop may write until its process is gone: nobody should take its sink over before that.</summary>
    private static string? WhyNotStopped(TaskPart part) => part is
        { IsDown: false, State: ComponentState.Starting or ComponentState.Running or ComponentState.Abnormal }
        and { Component: { Desired: DesiredState.Stopped, CarriedState: null, Kind: var kind, Host: var host } }
            ? $"its {Failover.Word(kind)} on {host} has not stopped yet"
            : null;

    /// <summary>Its Incr-Sync was deleted by hand.</summary>
    private static bool IsByHand(IReadOnlyList<TaskPart> parts) => parts.Any(p => p.Component.ByHand == DesiredState.Absent);

    /// <summary>Names the failure of a part. A component that an operator stopped has not failed.</summary>
    private static string? WhyFailed(TaskPart part)
    {
        var component = part.Component;
        if (component.Desired != DesiredState.Running && component.CarriedState != ComponentState.Abnormal)
        {
            return null;
        }

        var what = $"its {Failover.Word(component.Kind)}";
        return component switch
        {
            { Host: null, Name: not null, CarriedState: null } => $"{what} has lost its host and waits for room on another one",
            _ when part.IsDown => $"{what} is on host {component.Host}, which is Down",
            _ when part.State == ComponentState.Abnormal =>
                $"{what} is Abnormal on {component.Host ?? "no host"}: {part.Error ?? "no error given"}",
            _ => null,
        };
    }

    private static bool IsChanging(TaskPart part) =>
        part.Component is { Desired: DesiredState.Running, ChangedEpoch: { } changed } component && changed == component.Epoch
        && !part.IsInPlace;

    private static string Leaving(Registration component) => component.Former is [.. , var former]
        ? $"{former.Host} has not said yet that {former.Name} is gone"
        : $"{component.Name ?? component.Id} is being removed";
}
