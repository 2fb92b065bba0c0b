using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>
/// Decides what HA does with a component that has failed on a living host (docs/reference/oms.md, Failure of an Incr-Sync). It is
/// restarted in place, later with each failure in a row. After several restarts another host is tried. Pure.
/// </summary>
internal static class IncrSyncHealth
{
    internal static Answer Decide(Case @case, Snapshot snapshot)
    {
        var component = @case.Component;
        if (!HasFailed(@case))
        {
            return Answer.Of(component.FailedAt is not null && @case.Reported?.State == ComponentState.Running
                ? new NoteRecovery(component)
                : Ended(@case));
        }

        if (component.Kind != ComponentKind.IncrSync)
        {
            return Answer.Of(new Hold(component.Id, Reason.NotMoved,
                $"the {Failover.Word(component.Kind)} has failed: {@case.Reported?.Error ?? "no error given"}")
            {
                Inputs = Failure(@case, component.Restarts),
            });
        }

        var restarts = component.FailedAt is null && WasQuiet(@case, snapshot.Now) ? 0 : component.Restarts;
        var moves = restarts % (@case.Config.RestartsMax + 1) == @case.Config.RestartsMax;
        if (HeldBack(@case, snapshot, restarts, moves) is { } hold)
        {
            return Answer.Of(component.FailedAt is null ? new NoteFailure(component, restarts) : hold);
        }

        return moves
            ? Answer.Of(new Wanted(@case with { Component = component with { Restarts = restarts } }, Want.Leave, MoveCause.Failing))
            : Answer.Of(Autonomous.Grade(@case, snapshot, TicketOf(component), "restart it where it is")
                ?? (Decision)new Restart(component, restarts + 1));
    }

    /// <summary>The ticket of an act for a failure that no host's failure caused.</summary>
    internal static string TicketOf(Registration component) => $"restart-{component.Id}-{component.Epoch}";

    /// <summary>Abnormal by its own report; or so when a move carried it here, while a person or its task wants it to run.</summary>
    internal static bool HasFailed(Case @case) => @case.Component switch
    {
        { Host: null } => false,
        { CarriedState: ComponentState.Abnormal } => (@case.Component.ByHand ?? @case.Task?.Desired) == DesiredState.Running,
        { Desired: DesiredState.Running, CarriedState: null } => @case.Reported?.State == ComponentState.Abnormal,
        _ => false,
    };

    /// <summary>It is to run, and ended by itself with nothing wrong: Stopped, which is normal, until somebody starts it.</summary>
    private static Hold? Ended(Case @case)
    {
        var component = @case.Component;
        var carried = component.CarriedState == ComponentState.Stopped
            && (component.ByHand ?? @case.Task?.Desired) == DesiredState.Running;
        return @case.EndedWith is null && !carried ? null : new Hold(component.Id, Reason.EndedByItself,
            $"the {Failover.Word(component.Kind)} ended by itself "
            + (@case.EndedWith is { } code
                ? $"with exit code {code} on host {component.Host}"
                : $"before it was moved to {component.Host}"))
        {
            Inputs = new Figures(("host", component.Host ?? "none"), ("exitCode", @case.EndedWith?.ToString() ?? "carried"),
                ("desired", $"{component.Desired}")),
        };
    }

    /// <summary>It had run well for as long as the wait that its failures had earned.</summary>
    private static bool WasQuiet(Case @case, DateTimeOffset now) =>
        @case.Component.OperatedAt is not { } operated || now - operated > Wait(@case.Config, @case.Component.Restarts);

    private static TimeSpan Wait(HaConfig config, int restarts)
    {
        var backoff = config.BackoffAfter(restarts);
        return backoff > config.CheckRequestInterval ? backoff : config.CheckRequestInterval;
    }

    private static Hold? HeldBack(Case @case, Snapshot snapshot, int restarts, bool moves)
    {
        var (component, config, now) = (@case.Component, @case.Config, snapshot.Now);
        var plan = moves ? "move it to another host" : "restart it where it is";
        if (!config.Enable || !config.EnableConnector)
        {
            return new Hold(component.Id, Reason.SwitchedOff, $"enable is {config.Enable}, enableConnector is {config.EnableConnector}")
            {
                Plan = plan,
                Inputs = Failure(@case, restarts),
            };
        }

        if (MaintenanceScope.OfComponent(component, @case.Host?.Verdict, snapshot) is { } maintenance)
        {
            return MaintenanceScope.Held(component.Id, maintenance, plan);
        }

        if (@case.Host is not { Verdict.State: HostState.Online } host || Liveness.IsUnheard(host, config))
        {
            return new Hold(component.Id, Reason.Unheard, $"host {component.Host} is not Online or not heard of late")
            {
                Plan = plan,
                Inputs = Failure(@case, restarts),
            };
        }

        if (moves && @case.Braked)
        {
            return new Hold(component.Id, Reason.Brake, $"too many hosts of region {component.Region} are silent at once")
            {
                Plan = plan,
                Inputs = Failure(@case, restarts),
            };
        }

        return Failover.Cooldown(@case, now) is { } cooldown ? cooldown with { Plan = plan } : Backoff(@case, restarts, now, plan);
    }

    private static Hold? Backoff(Case @case, int restarts, DateTimeOffset now, string plan)
    {
        return restarts > 0 && StoredTime.Rest(@case.Component.OperatedAt, @case.Config.BackoffAfter(restarts), now) is { } rest
            ? new Hold(@case.Component.Id, Reason.Backoff,
                $"failed again after {restarts} tries in a row, {Math.Ceiling(rest.TotalSeconds)} s of the wait left", now + rest)
            {
                Plan = plan,
                Inputs = Failure(@case, restarts),
            }
            : null;
    }

    private static Figures Failure(Case @case, int restarts) => new(
        ("host", @case.Component.Host ?? "none"), ("failedAt", $"{@case.Component.FailedAt:O}"), ("restarts", $"{restarts}"),
        ("restartsMax", $"{@case.Config.RestartsMax}"), ("error", @case.Reported?.Error ?? "none given"));
}
