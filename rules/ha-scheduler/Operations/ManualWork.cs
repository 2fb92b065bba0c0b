using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Operations;

/// <summary>Facts about a component that its registration does not hold.</summary>
/// <param name="Host">State of its host; null: it has none, or the host is unknown.</param>
/// <param name="Reported">Last report of this very placement by its host; null: there is none.</param>
/// <param name="Why">The latest decision about it, as a sentence.</param>
internal readonly record struct Sight(HostState? Host, ComponentReport? Reported, string? Why)
{
    /// <summary>Present report of its host. The report of a host that is away now is out of date.</summary>
    internal ComponentReport? Said => Host == HostState.Online ? Reported : null;

    /// <summary>It has stopped there, whatever made it stop, and no process is left.</summary>
    internal bool HasStopped =>
        Said is { Pid: null, State: ComponentState.Stopped or ComponentState.Completed or ComponentState.Abnormal };

    internal string In(Registration component) => component.Host is not { } host ? "it has no host"
        : Host is null or HostState.Online ? $"{host} says {Word}"
        : $"host {host} is {Host}";

    private string Word => Reported switch
    {
        null => "nothing of that order yet",
        { Error: { } error } => $"{Reported.State}: {error}",
        _ => $"{Reported.State}",
    };
}

/// <summary>A sub-task and its component after a step; the same instances where nothing has changed.</summary>
internal readonly record struct Work(SubTask Part, Registration? Component);

/// <summary>
/// Follows an operator's order for one component: it is given to its registration, then watched until its host shows the effect.
/// Level-triggered: if a crash cut a step off, the next step finds that. Pure.
/// </summary>
internal static class ManualWork
{
    internal static Work Step(SubTask part, Registration? component, Sight sight, DateTimeOffset now, HaConfig config) => part switch
    {
        { IsOver: true } => new(part, component),
        { SkippedBy: { } by } => Skip(part, component, by, now),
        { Status: TicketStatus.Failed } => new(part, component),
        { Kind: TicketKind.Delete } => ManualDelete.Step(part, component, sight, now, config),
        _ when component is null or { Desired: DesiredState.Absent } => new(Failed(part, "it is released", now), component),
        { Kind: TicketKind.Migrate } => ManualMove.Step(part, component, sight, now, config),
        { Kind: TicketKind.Start, Status: not TicketStatus.InProgress } => Order(part, component, DesiredState.Running, sight, now),
        { Kind: TicketKind.Stop, Status: not TicketStatus.InProgress } => Order(part, component, DesiredState.Stopped, sight, now),
        { Kind: TicketKind.Start } =>
            new(Watch(part, component, DesiredState.Running, Runs(component, sight), sight, now, config), component),
        { Kind: TicketKind.Stop } => new(
            Watch(part, component, DesiredState.Stopped, component.Host is null || sight.HasStopped, sight, now, config), component),
        _ => throw new System.Diagnostics.UnreachableException(part.Kind),
    };

    private static Work Order(SubTask part, Registration component, DesiredState desired, Sight sight, DateTimeOffset now)
    {
        var ordered = desired == DesiredState.Running
            ? ComponentChange.Started(component, sight.Reported)
            : ComponentChange.Ordered(component, desired);
        return new(
            Begun(part, now) with { Undo = part.Undo ?? new Undo(component.Desired, component.ByHand) }, ordered with { ByHand = desired });
    }

    private static SubTask Watch(SubTask part, Registration component, DesiredState desired, bool isDone, Sight sight,
        DateTimeOffset now, HaConfig config) => component.Desired != desired
            ? Failed(part, $"overtaken: it is to be {component.Desired} now", now)
            : isDone ? Done(part, component, now)
            : IsLate(part, now, config) ? Failed(part, Late(component, sight, config) + "; the order stands", now)
            : part with { Note = sight.In(component) };

    /// <summary>It runs where it is registered, or has run through there.</summary>
    internal static bool Runs(Registration component, Sight sight) => component.Told == DesiredState.Running
        && sight.Said?.State is ComponentState.Running or ComponentState.Completed;

    internal static SubTask Begun(SubTask part, DateTimeOffset now) =>
        part with { Status = TicketStatus.InProgress, StartedAt = now, Note = null };

    internal static bool IsLate(SubTask part, DateTimeOffset now, HaConfig config) => now - part.StartedAt >= config.OperationTimeout;

    internal static string Late(Registration component, Sight sight, HaConfig config) =>
        string.Create(CultureInfo.InvariantCulture, $"not within {config.OperationTimeoutSec} s: {sight.In(component)}");

    internal static SubTask Done(SubTask part, Registration component, DateTimeOffset now) =>
        Done(part with { Target = component.Host }, $"{component.Name ?? component.Id}, epoch {component.Epoch}", now);

    internal static SubTask Done(SubTask part, string note, DateTimeOffset now) =>
        part with { Status = TicketStatus.Successful, Note = note, FinishedAt = now, IsOver = true };

    /// <summary>Not over: somebody may try it again, or skip it.</summary>
    internal static SubTask Failed(SubTask part, string note, DateTimeOffset now) =>
        part with { Status = TicketStatus.Failed, Note = note, FinishedAt = now };

    /// <summary>Takes back an order that was begun and has had no effect yet. For one that has failed this was done already.</summary>
    private static Work Skip(SubTask part, Registration? component, string by, DateTimeOffset now)
    {
        var after = component is not null && part.Status != TicketStatus.Failed ? TakenBack(part, component) : component;
        return new(Done(part, $"skipped by {by}", now), after);
    }

    private static Registration TakenBack(SubTask part, Registration component) => part switch
    {
        { Kind: TicketKind.Migrate } => component.Migration?.Ticket == part.Ticket ? ComponentChange.Stays(component) : component,
        { Undo: { } undo } when component.ByHand == component.Desired =>
            ComponentChange.Ordered(component, undo.Desired) with { ByHand = undo.ByHand },
        _ => component,
    };
}
