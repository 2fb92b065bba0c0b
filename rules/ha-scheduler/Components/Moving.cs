using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>
/// Decides what HA does with a component that is to leave a living host: an operator moves it, its host is drained, or it failed there
/// too often. It stops there, and its host confirms the stop under the epoch of that order. Only then is it placed elsewhere. Pure.
/// </summary>
internal static class Moving
{
    /// <summary>Asked of every component of a living host; null when it is to stay.</summary>
    internal static Answer? Decide(Case @case, Snapshot snapshot) => @case.Component.Migration switch
    {
        null => IsDrained(@case) ? Leave(@case, snapshot, MoveCause.Drain) : null,
        // Nothing has stopped yet for a host that is to keep it after all.
        { Cause: MoveCause.Drain } when @case.Host is { Verdict.Drain: null } && !HasStopped(@case) =>
            Answer.Of(new CancelMove(@case.Component, "the drain has ended")),
        { StoppingSince: null } migration => Leave(@case, snapshot, migration.Cause),
        { } migration => HasStopped(@case) ? Answer.Of(new Wanted(@case, Want.Arrive, migration.Cause)) : Wait(@case, migration, snapshot),
    };

    private static bool IsDrained(Case @case) => @case.Host?.Verdict.Drain is not null
        && @case.Component.Desired != DesiredState.Absent && @case.LastState != ComponentState.Completed;

    private static Answer Leave(Case @case, Snapshot snapshot, MoveCause cause)
    {
        var component = @case.Component;
        if (component.Kind != ComponentKind.IncrSync)
        {
            return Answer.Of(new Hold(component.Id, Reason.NotMoved,
                $"it is a {Failover.Word(component.Kind)}: host {component.Host} is empty once it has ended"));
        }

        if (@case.Host is not { Verdict.State: HostState.Online } host || Liveness.IsUnheard(host, @case.Config))
        {
            return Answer.Of(new Hold(component.Id, Reason.Unheard, $"host {component.Host} is not Online or not heard of late"));
        }

        return MaintenanceScope.OfComponent(component, null, snapshot) is { } maintenance && cause != MoveCause.Operator
            ? Answer.Of(MaintenanceScope.Held(component.Id, maintenance, $"move it off {component.Host}"))
            : Answer.Of(new Wanted(@case, Want.Leave, cause));
    }

    /// <summary>Under the epoch of the order to stop: an older report may be from before it was heard.</summary>
    private static bool HasStopped(Case @case) =>
        @case.Reported is { Pid: null, State: ComponentState.Stopped or ComponentState.Completed or ComponentState.Abnormal };

    private static Answer Wait(Case @case, Migration migration, Snapshot snapshot) => Answer.Of(new Hold(@case.Component.Id,
        Reason.StillStopping,
        $"told to stop on {@case.Component.Host} {(snapshot.Now - migration.StoppingSince!.Value).TotalSeconds:0} s ago, "
        + $"and its host says {@case.Reported?.State.ToString() ?? "nothing of that order"}"));
}
