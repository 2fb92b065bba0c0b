using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>Decides what HA does with a component whose host is Down (docs/reference/oms.md, Failure of a host). Pure.</summary>
internal static class Failover
{
    internal static Answer Decide(Case @case, Snapshot snapshot, Evidence evidence)
    {
        var component = @case.Component;
        if (component.Kind == ComponentKind.Store)
        {
            return Answer.Of(evidence.OfStore(@case));
        }

        if (HeldBack(@case, snapshot) is { } hold)
        {
            return Answer.Of(hold);
        }

        // A plan alone keeps nobody from anything.
        var memory = @case.Config.Autonomy >= Autonomy.Approve ? evidence.After(@case) : component.Suspicion;
        var wanted = new Wanted(@case, Want.Failover) { Memory = memory };
        if (component.IsMovedByHand)
        {
            return Answer.Of(wanted);
        }

        return memory is { IsSuspect: true }
            ? Answer.Of(new Suspect(component, memory, "suspect: " + SuspectWords.Of(memory)))
            : Cooldown(@case, snapshot.Now) is { } cooldown ? Answer.Of(wanted.Noted(cooldown)) : Answer.Of(wanted);
    }

    /// <summary>Names the reason why nothing moves off a Down host now. The component's own cooldown is not looked at.</summary>
    internal static Hold? HeldBack(Case @case, Snapshot snapshot)
    {
        var (component, config) = (@case.Component, @case.Config);
        if (component.Kind != ComponentKind.IncrSync)
        {
            return new Hold(component.Id, Reason.NotMoved, $"it is a {Word(component.Kind)} on host {component.Host}, which is Down");
        }

        var byHand = component.IsMovedByHand;
        if (!byHand && !(config.Enable && config.EnableHost))
        {
            return new Hold(component.Id, Reason.SwitchedOff, $"enable is {config.Enable}, enableHost is {config.EnableHost}")
            {
                Plan = $"move it off {component.Host}",
                Ticket = @case.Incident,
                Inputs = new Figures(
                    ("enable", $"{config.Enable}"), ("enableHost", $"{config.EnableHost}"), ("host", component.Host ?? "")),
            };
        }

        if (Unwatched(@case, snapshot) is { } unwatched)
        {
            return unwatched;
        }

        if (!byHand && MaintenanceScope.OfComponent(component, @case.Host?.Verdict, snapshot) is { } maintenance)
        {
            return MaintenanceScope.Held(component.Id, maintenance, $"move off {component.Host}");
        }

        return @case.Braked
            ? new Hold(component.Id, Reason.Brake, $"too many hosts of region {component.Region} are silent at once")
            {
                Plan = $"move it off {component.Host}",
                Ticket = @case.Incident,
                Inputs = new Figures(("region", component.Region), ("brakeShare", $"{config.BrakeShare}"), ("host", component.Host ?? "")),
            }
            : null;
    }

    /// <summary>
    /// Holds a move while the scheduler cannot tell which other hosts are silent. Without that it knows neither whether the brake
    /// should hold, nor whether other hosts fell for the same cause. Null: it can tell.
    /// </summary>
    internal static Hold? Unwatched(Case @case, Snapshot snapshot)
    {
        var (component, config) = (@case.Component, @case.Config);
        if (@case.FeedFault is { } broken)
        {
            return new Hold(component.Id, Reason.FeedInterrupted, broken)
            {
                Plan = $"move it off {component.Host}",
                Ticket = @case.Incident,
            };
        }

        // Down, and unwatched since a restart or a break: it may report again, and so may many others be silent by now.
        if (@case.Host is { } host && host.Silence <= config.CheckHostDownInterval)
        {
            return new Hold(component.Id, Reason.FeedInterrupted,
                $"since heartbeats are complete again {host.Verdict.Host} was silent for {host.Silence.TotalSeconds:0.0} s "
                + $"of {config.CheckHostDownIntervalSec} s", snapshot.Now + config.CheckHostDownInterval - host.Silence)
            {
                Plan = $"move it off {component.Host}",
                Ticket = @case.Incident,
                Inputs = new Figures(("silenceSec", $"{host.Silence.TotalSeconds:0.0}"),
                    ("checkHostDownIntervalSec", $"{config.CheckHostDownIntervalSec}"), ("host", component.Host ?? "")),
            };
        }

        return null;
    }

    /// <summary>No second HA operation on an object within checkRequestIntervalSec.</summary>
    internal static Hold? Cooldown(Case @case, DateTimeOffset now)
    {
        return StoredTime.Rest(@case.Component.OperatedAt, @case.Config.CheckRequestInterval, now) is { } rest
            ? new Hold(@case.Component.Id, Reason.Cooldown,
                $"{Math.Ceiling(rest.TotalSeconds)} s of checkRequestIntervalSec left", now + rest)
            {
                Inputs = new Figures(
                    ("operatedAt", $"{@case.Component.OperatedAt:O}"),
                    ("checkRequestIntervalSec", $"{@case.Config.CheckRequestIntervalSec}")),
            }
            : null;
    }

    internal static string Word(ComponentKind kind) => System.Text.Json.JsonSerializer.SerializeToElement(kind).GetString()!;
}
