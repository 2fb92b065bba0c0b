using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Operations;

/// <summary>
/// An operator's move of one component: asked for in its registration (<see cref="Migration"/>), done by <see cref="Moving"/>,
/// watched here. One that is late is taken back: the component goes on where it is. Pure.
/// </summary>
internal static class ManualMove
{
    internal static Work Step(SubTask part, Registration component, Sight sight, DateTimeOffset now, HaConfig config) =>
        part.Status == TicketStatus.InProgress
            ? IsAway(part, component)
                ? new(Arriving(part, component, sight, now, config), component)
                : Leaving(part, component, sight, now, config)
            : Begin(part, component, now);

    private static Work Begin(SubTask part, Registration component, DateTimeOffset now) => component switch
    {
        { Host: null } => new(ManualWork.Failed(part, "it has no host yet", now), component),
        // A crash came between the order and this line.
        { Migration: { } own } when own.Ticket == part.Ticket => new(ManualWork.Begun(part, now), component),
        { Migration: { } other } =>
            new(ManualWork.Failed(part, $"it is moving already ({other.Cause}, to {other.Target})", now), component),
        _ when IsAway(part, component) && IsWanted(part, component) => new(ManualWork.Begun(part, now), component),
        _ => new(ManualWork.Begun(part, now) with { From = component.Host }, component with { Migration = new Migration
        {
            Cause = MoveCause.Operator,
            At = now,
            Ticket = part.Ticket,
            Target = part.NamedTarget,
            IsNamed = part.NamedTarget is not null,
        } }),
    };

    private static Work Leaving(SubTask part, Registration component, Sight sight, DateTimeOffset now, HaConfig config)
    {
        if (component.Migration?.Ticket != part.Ticket)
        {
            return new(ManualWork.Failed(part, $"{sight.Why ?? $"stays on {component.Host}"}", now), component);
        }

        var stage = component.Migration.StoppingSince is null ? sight.Why ?? "asked for" : $"stops there; {sight.In(component)}";
        return ManualWork.IsLate(part, now, config)
            ? new(ManualWork.Failed(part, $"not within {config.OperationTimeoutSec} s: {stage}; it stays on {component.Host}", now),
                ComponentChange.Stays(component))
            : new(part with { Note = stage }, component);
    }

    private static SubTask Arriving(SubTask part, Registration component, Sight sight, DateTimeOffset now, HaConfig config)
    {
        if (!IsWanted(part, component))
        {
            return ManualWork.Failed(part, $"it went to {component.Host}, not to {part.NamedTarget}", now);
        }

        var isThere = component.Desired == DesiredState.Running ? ManualWork.Runs(component, sight) : sight.HasStopped;
        return isThere ? ManualWork.Done(part, component, now)
            : ManualWork.IsLate(part, now, config)
                ? ManualWork.Failed(part with { Target = component.Host }, ManualWork.Late(component, sight, config), now)
            : part with { Target = component.Host, Note = $"is on {component.Host}; {sight.In(component)}" };
    }

    private static bool IsAway(SubTask part, Registration component) => component.Host is not null && component.Host != part.From;

    private static bool IsWanted(SubTask part, Registration component) => part.NamedTarget is null || part.NamedTarget == component.Host;
}
