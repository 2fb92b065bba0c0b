using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.Rules.HaScheduler.Trials;

/// <summary>A suspect whose host falls during its turn gets a turn more, or is held. Pure.</summary>
internal static class SuspectFalls
{
    /// <summary>It is held for the third host.</summary>
    private const int HostsMax = 3;

    /// <summary>A host that fell with it before may fall again for a cause of its own; so many falls in all are none of that.</summary>
    private const int FallsMax = 4;

    /// <summary>The host where it had its turn has gone.</summary>
    internal static Suspect Felled(Case @case, HostSnapshot host, string incident, Snapshot snapshot, Evidence evidence)
    {
        var (component, suspicion, now) = (@case.Component, @case.Component.Suspicion!, snapshot.Now);
        var came = component.CameAt ?? suspicion.TriedAt!.Value;
        if (!evidence.IsFelledBy(@case, host, came))
        {
            return new Suspect(component, suspicion.Waits(now),
                $"host {host.Verdict.Host} went Down for another cause while it was watched there: its turn comes again");
        }

        return Counted(component, new Fall(host.Verdict.Host, incident, came, SharedCauses.SilentSince(host, now)), now);
    }

    /// <summary>
    /// The supervisor of its host was started during its turn: the host died and was back before it could be Down, or a person
    /// did it. Nobody can tell which, so it is one fall more, but never the third host that holds it. It waits from now on: whether
    /// other hosts fell with this one shows a moment later.
    /// </summary>
    internal static Suspect StartedAnew(Case @case, HostLife life, Snapshot snapshot, Evidence evidence)
    {
        var (component, suspicion, now) = (@case.Component, @case.Component.Suspicion!, snapshot.Now);
        var isForAnother = component is not { Desired: DesiredState.Running, CarriedState: null }
            || @case.LastState == ComponentState.Completed || @case.Braked
            || MaintenanceScope.OfComponent(component, @case.Host?.Verdict, snapshot) is not null || evidence.IsShared(life.Host, now);
        var after = isForAnother ? suspicion
            : suspicion.And(new Fall(life.Host, null, component.CameAt ?? suspicion.TriedAt!.Value, now));
        return new Suspect(component, after.Waits(now), isForAnother
            ? $"the supervisor of {life.Host} was started anew for another cause while it was watched there: its turn comes again"
            : $"{SuspectWords.Of(after)}: its turn comes once more");
    }

    /// <summary>
    /// Judges its last fall, if that was a start. It counts for nobody once other hosts are seen to have fallen with it, and may hold
    /// the suspect once they would have been seen. Null: nothing yet, or it was no start.
    /// </summary>
    internal static Suspect? JudgedStart(Case @case, Snapshot snapshot, Evidence evidence)
    {
        var (component, suspicion) = (@case.Component, @case.Component.Suspicion!);
        if (suspicion.Falls is not [.., { IsStart: true } start])
        {
            return null;
        }

        if (evidence.IsShared(start.Host, start.SilentSince))
        {
            return new Suspect(component, suspicion with { Falls = [.. suspicion.Falls.SkipLast(1)] },
                $"the supervisor of {start.Host} was started anew when other hosts fell too, so that counts for nobody");
        }

        return IsTooMuch(suspicion) && snapshot.Now >= start.SilentSince + SharedCauses.StartsSeenWithin(@case.Config)
            ? Held(component, suspicion, snapshot.Now)
            : null;
    }

    private static Suspect Counted(Registration component, Fall fall, DateTimeOffset now)
    {
        var after = component.Suspicion!.And(fall);
        return IsTooMuch(after) ? Held(component, after, now)
            : new Suspect(component, after.Waits(now), $"{SuspectWords.Of(after)}: its turn comes once more");
    }

    private static bool IsTooMuch(Suspicion suspicion) => suspicion.Falls.Count >= FallsMax
        || suspicion.Falls.Where(f => !f.IsStart).Select(f => f.Host).Distinct(StringComparer.Ordinal).Count() >= HostsMax;

    private static Suspect Held(Registration component, Suspicion suspicion, DateTimeOffset now)
    {
        var held = suspicion.Held(HeldFor.Hosts, now);
        return new Suspect(component, held, SuspectWords.Held(held));
    }
}
