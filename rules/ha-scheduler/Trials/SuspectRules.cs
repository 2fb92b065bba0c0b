using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.Rules.HaScheduler.Trials;

/// <summary>Result of a pass for one suspect, before it is known which suspect has its turn.</summary>
/// <param name="Decided">Decided already; null: it asks for its turn, or <paramref name="Asks"/> is null too.</param>
/// <param name="Asks">The act that it would do in its turn.</param>
/// <param name="Occupies">It is being watched in its turn, so nobody else's begins.</param>
internal readonly record struct SuspectAnswer(Answer Decided, Answer? Asks, bool Occupies);

/// <summary>
/// A suspect waits one window, has its turn on one host at a time, and is cleared once it has run there for a window while
/// the host was heard. One that fells a third host, or fails its restarts on two hosts, is held. Pure.
/// </summary>
internal static class SuspectRules
{
    /// <summary>A turn that shows nothing for so many windows (it never ran, its host is in maintenance) is not waited for.</summary>
    private const int TurnWindowsMax = 2;

    private const int RestartHostsMax = 2;

    internal static SuspectAnswer Look(Case @case, Snapshot snapshot, Evidence evidence)
    {
        var (component, suspicion) = (@case.Component, @case.Component.Suspicion!);
        var occupies = Occupies(@case, snapshot.Now);
        if (component.Migration is { Cause: MoveCause.Operator } or { StoppingSince: not null })
        {
            return new(ByHandOrUnderWay(@case, snapshot), null, occupies);
        }

        if (suspicion.IsHeld)
        {
            return Decided(Hold(component, Reason.SuspectHeld, SuspectWords.Held(suspicion)));
        }

        if (!@case.IsHaOn)
        {
            return Decided(new Suspect(component, null, "HA is switched off, so nothing is suspect"));
        }

        return suspicion.TriedAt is not null ? Tried(@case, snapshot, evidence, occupies)
            : Waits(@case, snapshot, evidence);
    }

    /// <summary>An operator's move, or one that has begun, goes its way: what has a move always has an answer about it.</summary>
    private static Answer ByHandOrUnderWay(Case @case, Snapshot snapshot) => @case.Incident is null
        ? Moving.Decide(@case, snapshot)!.Value
        : Failover.HeldBack(@case, snapshot) is { } hold ? Answer.Of(hold) : Answer.Of(new Wanted(@case, Want.Failover));

    private static bool Occupies(Case @case, DateTimeOffset now)
    {
        var (component, suspicion) = (@case.Component, @case.Component.Suspicion!);
        if (component.Migration is { StoppingSince: not null })
        {
            return true;
        }

        return suspicion is { TriedAt: { } tried, IsHeld: false } && component is { Desired: DesiredState.Running, CarriedState: null }
            && @case.LastState is not (ComponentState.Abnormal or ComponentState.Completed)
            && now - (suspicion.RanFrom ?? tried) <= @case.Config.SuspectWindow * TurnWindowsMax;
    }

    private static SuspectAnswer Waits(Case @case, Snapshot snapshot, Evidence evidence)
    {
        var (component, suspicion, config) = (@case.Component, @case.Component.Suspicion!, @case.Config);
        if (SuspectFalls.JudgedStart(@case, snapshot, evidence) is { } judged)
        {
            return Decided(judged);
        }

        if (component.Desired != DesiredState.Running && component.CarriedState != ComponentState.Abnormal)
        {
            return Decided(Hold(component, Reason.SuspectWaits, $"{SuspectWords.Of(suspicion)}; it is not to run"));
        }

        var until = suspicion.Since!.Value + config.SuspectWindow;
        if (snapshot.Now < until)
        {
            return Decided(Hold(component, Reason.SuspectWaits,
                $"{SuspectWords.Of(suspicion)}; it waits one suspectWindow of {config.SuspectWindow.TotalSeconds:0} s", until));
        }

        if (component.Kind == ComponentKind.Store)
        {
            return (@case.Braked || @case.FeedFault is not null) && @case.Incident is not null
                ? Decided(Hold(component, @case.Braked ? Reason.Brake : Reason.FeedInterrupted,
                    @case.FeedFault ?? $"too many hosts of region {component.Region} are silent at once"))
                : new(default, Answer.Of(new Suspect(component, suspicion.Tried(snapshot.Now),
                    $"its turn: one Store may run, and is watched for {config.SuspectWindow.TotalSeconds:0} s")), false);
        }

        if (@case.Incident is not null)
        {
            return (Failover.HeldBack(@case, snapshot) ?? Failover.Cooldown(@case, snapshot.Now)) is { } hold
                ? Decided(hold)
                : new(default, Answer.Of(new Wanted(@case, Want.Failover)), false);
        }

        return HeldInPlace(@case, snapshot) is { } held
            ? Decided(held)
            : new(default, Moving.Decide(@case, snapshot) ?? Answer.Of(new Suspect(component,
                suspicion.Tried(snapshot.Now, HostLife.Of(@case.Host)),
                $"its turn: goes on on {component.Host} and is watched for {config.SuspectWindow.TotalSeconds:0} s")), false);
    }

    /// <summary>
    /// Names the reason why it is not started where it is; null: nothing is in the way. Its host would have started it by itself
    /// when it came back, so this is no HA operation with a cooldown.
    /// </summary>
    private static Hold? HeldInPlace(Case @case, Snapshot snapshot)
    {
        var component = @case.Component;
        if (@case.FeedFault is { } broken)
        {
            return new Hold(component.Id, Reason.FeedInterrupted, broken) { Plan = $"start it on {component.Host}" };
        }

        if (@case.Host is not { Verdict.State: HostState.Online } host || Liveness.IsUnheard(host, @case.Config))
        {
            return new Hold(component.Id, Reason.Unheard, $"host {component.Host} is not Online or not heard of late");
        }

        return MaintenanceScope.OfComponent(component, host.Verdict, snapshot) is { } maintenance
            ? MaintenanceScope.Held(component.Id, maintenance, $"start it on {component.Host}")
            : null;
    }

    private static SuspectAnswer Tried(Case @case, Snapshot snapshot, Evidence evidence, bool occupies)
    {
        var (component, suspicion, now) = (@case.Component, @case.Component.Suspicion!, snapshot.Now);
        // The Store that it has its turn with is not there yet.
        if (component is { Kind: ComponentKind.Store } && @case.Incident is not null && suspicion.RanFrom is null
            && component.CameAt < suspicion.TriedAt)
        {
            return new(Answer.Of(Hold(component, Reason.SuspectWatched, $"{SuspectWords.Of(suspicion)}; its turn: a Store is to be made")),
                null, occupies);
        }

        if (@case is { Incident: { } incident, Host: { } fallen })
        {
            return new(Answer.Of((Decision?)Failover.Unwatched(@case, snapshot)
                ?? SuspectFalls.Felled(@case, fallen, incident, snapshot, evidence)), null, occupies);
        }

        var (host, life) = (@case.Host, HostLife.Of(@case.Host));
        var triedIn = life is null || suspicion.TriedIn?.Host == life.Host ? suspicion.TriedIn : life;
        if (life is not null && suspicion.TriedIn?.EndedBefore(life) == true)
        {
            return new(Answer.Of(SuspectFalls.StartedAnew(@case, life, snapshot, evidence)), null, occupies);
        }

        if (IncrSyncHealth.HasFailed(@case))
        {
            return Failed(@case, snapshot);
        }

        if (component.Desired != DesiredState.Running || @case.LastState == ComponentState.Completed)
        {
            return Decided(Hold(component, Reason.SuspectWaits, $"{SuspectWords.Of(suspicion)}; it is not to run"));
        }

        if (@case.Reported?.State == ComponentState.Running && (suspicion.RanFrom is null || suspicion.RanFrom < component.CameAt))
        {
            return new(Answer.Of(new Suspect(component, suspicion with { RanFrom = now, TriedIn = triedIn },
                $"runs on {component.Host}, and is watched for {@case.Config.SuspectWindow.TotalSeconds:0} s")), null, true);
        }

        if (triedIn != suspicion.TriedIn)
        {
            return new(Answer.Of(new Suspect(component, suspicion with { TriedIn = triedIn },
                $"its turn goes on on {component.Host}, whose supervisor is to live through it")), null, occupies);
        }

        var until = suspicion.RanFrom + @case.Config.SuspectWindow;
        var lived = host is not null && @case.Reported?.State == ComponentState.Running && SharedCauses.SilentSince(host, now) > until;
        return new(Answer.Of(lived
            ? new Suspect(component, null, $"not suspect any more: {component.Host} and it have lived through the window")
            : Hold(component, Reason.SuspectWatched, $"{SuspectWords.Of(suspicion)}; "
                + (until is null ? $"it is to start on {component.Host}"
                    : $"it runs on {component.Host}, which has to live through the window"),
                until)), null, occupies);
    }

    /// <summary>It has failed by itself: a restart is another turn, so it asks; what is only noted is noted at once.</summary>
    private static SuspectAnswer Failed(Case @case, Snapshot snapshot)
    {
        var (component, suspicion) = (@case.Component, @case.Component.Suspicion!);
        var answer = IncrSyncHealth.Decide(@case, snapshot);
        if (answer.Wanted is null)
        {
            return answer.Decided is Restart ? new(default, answer, false) : new(answer, null, false);
        }

        var failed = suspicion with
        {
            FailedOn = [.. suspicion.FailedOn.Append(component.Host!).Distinct(StringComparer.Ordinal)],
        };
        if (failed.FailedOn.Count < RestartHostsMax)
        {
            return new(default, answer, false);
        }

        var held = failed.Held(HeldFor.Restarts, snapshot.Now);
        return Decided(new Suspect(component, held, SuspectWords.Held(held)));
    }

    private static SuspectAnswer Decided(Decision decision) => new(Answer.Of(decision), null, false);

    private static Hold Hold(Registration component, Reason reason, string because, DateTimeOffset? earliest = null) =>
        new(component.Id, reason, because, earliest)
        {
            Ticket = component.Suspicion!.Incident,
            Inputs = new Figures(("hosts", string.Join(", ", component.Suspicion.Hosts)), ("host", component.Host ?? "none")),
        };
}
