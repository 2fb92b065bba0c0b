using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.Rules.HaScheduler.Operations;

/// <summary>An operator's release of one component: out of the desired lists, then forgotten once its host shows it gone. Pure.</summary>
internal static class ManualDelete
{
    internal static Work Step(SubTask part, Registration? component, Sight sight, DateTimeOffset now, HaConfig config) => component switch
    {
        null or { Desired: DesiredState.Absent, Former.Count: 0 } => new(ManualWork.Done(part, "released", now), component),
        { Desired: DesiredState.Absent } => new(Watch(part, component, now, config), component),
        _ when part.Status == TicketStatus.InProgress || !MayGo(component, sight) =>
            new(ManualWork.Failed(part, $"it is to be {component.Desired} and {sight.In(component)}: stop it first", now), component),
        _ => new(ManualWork.Begun(part, now), TaskRules.Follow(component, DesiredState.Absent)! with { ByHand = DesiredState.Absent }),
    };

    /// <summary>Nothing that works is deleted.</summary>
    internal static bool MayGo(Registration component, Sight sight) => component.Migration is null
        && (sight.Reported?.State is ComponentState.Abnormal or ComponentState.Completed
            || component.Desired == DesiredState.Stopped && sight.Said?.State is not (ComponentState.Running or ComponentState.Starting));

    private static SubTask Watch(SubTask part, Registration component, DateTimeOffset now, HaConfig config)
    {
        var begun = part.StartedAt is null ? ManualWork.Begun(part, now) : part;
        var hosts = string.Join(", ", component.Former.Select(f => f.Host).Distinct(StringComparer.Ordinal));
        var waits = $"{hosts} has not said that it is gone";
        return ManualWork.IsLate(begun, now, config)
            ? ManualWork.Failed(begun, $"not within {config.OperationTimeoutSec} s: {waits}; the release stands", now)
            : begun with { Note = waits };
    }
}
