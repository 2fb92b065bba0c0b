using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.Rules.HaScheduler.Pass;

/// <summary>
/// <c>Decide(snapshot, config) → decisions</c>: no I/O, no clock, no randomness, linear in the fleet. One decision per
/// host; one per component that does not simply stand where it should.
/// </summary>
internal static class Decider
{
    internal static IReadOnlyList<Decision> Decide(Snapshot snapshot, HaConfig config)
    {
        var effective = new EffectiveConfig(config);
        var decisions = new List<Decision>(snapshot.Hosts.Count);
        var braked = Brakes(snapshot, effective, decisions);
        var owned = Owned(snapshot);
        var lost = IdcLoss.Find(snapshot, effective);
        var hosts = new Dictionary<string, JudgedHost>(snapshot.Hosts.Count, StringComparer.Ordinal);
        foreach (var host in snapshot.Hosts)
        {
            var verdict = host.Verdict;
            var decision = Liveness.Judge(
                host, snapshot, effective.For(verdict.Region), owned, lost.GetValueOrDefault((verdict.Region, verdict.Idc)));
            decisions.Add(snapshot.Refused.Count == 0 ? decision : Refusals.Named(decision, snapshot));
            hosts[verdict.Host] = new JudgedHost(host, DownFor(host, decision), SaysAbnormal(host));
        }

        Components(snapshot, effective, hosts, braked, decisions);
        return decisions;
    }

    /// <summary>A host as this pass leaves it; the incident when it is Down.</summary>
    private readonly record struct JudgedHost(HostSnapshot? Host, string? Incident, bool SaysAbnormal);

    /// <summary>Something there has failed, or has ended by itself.</summary>
    private static bool SaysAbnormal(HostSnapshot host)
    {
        var components = host.Reported?.Components ?? [];
        for (var i = 0; i < components.Count; i++)
        {
            if (components[i] is { State: ComponentState.Abnormal } or { State: ComponentState.Stopped, ExitCode: not null })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The incident of a host that is Down once this pass is through; null for any other.</summary>
    private static string? DownFor(HostSnapshot host, Decision decision) => decision switch
    {
        DeclareDown down => down.Incident,
        Hold when host.Verdict.State == HostState.Down => host.Verdict.Incident,
        _ => null,
    };

    private static HashSet<(string, long)> Owned(Snapshot snapshot)
    {
        // Only a host that comes back is held against this, so a quiet fleet does not pay for it.
        if (snapshot.Hosts.All(h => h.Verdict.State != HostState.Quarantined))
        {
            return [];
        }

        return [.. snapshot.Registrations.Where(r => r.Name is not null).Select(r => (r.Name!, r.Epoch))];
    }

    private static HashSet<string> Brakes(Snapshot snapshot, EffectiveConfig config, List<Decision> decisions)
    {
        var braked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var region in snapshot.Hosts.GroupBy(h => h.Verdict.Region, StringComparer.Ordinal))
        {
            var before = snapshot.Brakes.GetValueOrDefault(region.Key) ?? new BrakeState(false, false);
            var hosts = region.Where(h => MaintenanceScope.OfHost(h.Verdict, snapshot) is null).ToList();
            var after = Brake.Next(hosts, config.For(region.Key), before, snapshot.Now, out var count, snapshot.Feed.HeardWithin);
            if (after != before)
            {
                decisions.Add(new SetBrake(region.Key, after, count.Silent, count.Hosts));
            }
            else if (after.Engaged)
            {
                decisions.Add(new Hold(SetBrake.ObjectOf(region.Key), Reason.Brake,
                    $"{count.Silent} of {count.Hosts} hosts are silent{(after.Confirmed ? ", confirmed by an operator: moves go on" : "")}",
                    after.CalmSince + config.For(region.Key).BrakeCooldown));
            }

            if (after is { Engaged: true, Confirmed: false })
            {
                braked.Add(region.Key);
            }
        }

        return braked;
    }

    private static void Components(Snapshot snapshot, EffectiveConfig config, Dictionary<string, JudgedHost> hosts,
        HashSet<string> braked, List<Decision> decisions)
    {
        var wanted = new List<Wanted>();
        var (fallen, suspects) = (new List<Case>(), new List<Case>());
        var feedFault = snapshot.Feed.IsComplete ? null : snapshot.Feed.Why ?? "reports do not come without a hole";
        foreach (var component in snapshot.Registrations)
        {
            var host = component.Host is { } name ? hosts.GetValueOrDefault(name) : default;
            if (component.Desired == DesiredState.Absent || StandsWell(component, host))
            {
                continue;
            }

            var @case = new Case(component, snapshot.Tasks.GetValueOrDefault(component.Task), config.For(component),
                host.Host, host.Incident, braked.Contains(component.Region), feedFault);
            // The acts of these depend on all others like them.
            if (component is { Host: not null, Suspicion.IsSuspect: true })
            {
                suspects.Add(@case);
            }
            else if (host.Incident is not null)
            {
                fallen.Add(@case);
            }
            else
            {
                Take(Answer(@case, snapshot), decisions, wanted);
            }
        }

        foreach (var arrival in snapshot.Arrivals)
        {
            var host = hosts.GetValueOrDefault(arrival.Host!);
            if (arrival.Suspicion is { IsSuspect: true } || host.Incident is not null)
            {
                (arrival.Suspicion is { IsSuspect: true } ? suspects : fallen).Add(new Case(arrival, null, config.For(arrival.Region),
                    host.Host, host.Incident, braked.Contains(arrival.Region), feedFault));
            }
        }

        if (fallen.Count + suspects.Count + wanted.Count > 0)
        {
            Suspects(new Rest(snapshot, config, hosts, fallen, suspects, wanted), decisions);
        }
    }

    private readonly record struct Rest(Snapshot Snapshot, EffectiveConfig Config, Dictionary<string, JudgedHost> Hosts,
        List<Case> Fallen, List<Case> Suspects, List<Wanted> Wanted);

    private static void Suspects(Rest rest, List<Decision> decisions)
    {
        var (snapshot, wanted) = (rest.Snapshot, rest.Wanted);
        var watched = rest.Suspects.Where(s => s.Component.Suspicion is { TriedAt: not null, IsHeld: false })
            .Select(s => s.Component.Host!).ToHashSet(StringComparer.Ordinal);
        var evidence = new Evidence(snapshot, new SharedCauses(snapshot, rest.Config), watched);
        rest.Fallen.ForEach(c => Take(Failover.Decide(c, snapshot, evidence), decisions, wanted));
        var places = Places(snapshot, rest.Config, rest.Hosts);
        var trials = new TrialHosts(snapshot, rest.Config, places);
        var queue = new SuspectQueue(snapshot, evidence, trials);
        rest.Suspects.ForEach(c => Take(queue.Look(c), decisions, wanted));
        var placing = new Placing(snapshot, places.ToDictionary(
            r => r.Key, r => new Placement(Unwatched([.. r], watched)), StringComparer.Ordinal));
        wanted.Sort(Wanted.Order);
        foreach (var decision in wanted.Select(w => w.Noted(placing.Decide(w))))
        {
            decisions.Add(decision);
            trials.Takes(decision is Place place ? place.Host : decision is BeginMove { To.Target: { } target } ? target : "");
        }

        decisions.AddRange(queue.Turns(placing.Decide));
        NameSuspects(rest.Suspects, snapshot, decisions);
    }

    /// <summary>Nothing else comes to a host on which a suspect is watched, where there is another one.</summary>
    private static List<Candidate> Unwatched(List<Candidate> region, HashSet<string> watched) =>
        watched.Count > 0 && region.FindAll(c => !watched.Contains(c.Host)) is { Count: > 0 } others ? others : region;

    private static void Take(Answer answer, List<Decision> decisions, List<Wanted> wanted)
    {
        if (answer.Decided is { } decided)
        {
            decisions.Add(decided);
        }
        else if (answer.Wanted is { } wants)
        {
            wanted.Add(wants);
        }
    }

    /// <summary>A host that is Down says who is suspect of it, not only that it is.</summary>
    private static void NameSuspects(List<Case> suspects, Snapshot snapshot, List<Decision> decisions)
    {
        var of = suspects.SelectMany(s => s.Component.Suspicion!.Falls.Select(f => (Fall: (f.Host, f.Incident ?? ""), s.Component)))
            .ToLookup(f => f.Fall, f => (f.Component.Id, f.Component.Suspicion!));
        for (var i = 0; i < decisions.Count; i++)
        {
            if (decisions[i] is Hold { Down: { Incident: { } incident } host } hold && of.Contains((host.Host, incident)))
            {
                decisions[i] = Refusals.Named(hold with
                {
                    Reason = Reason.DownWithSuspect,
                    Because = SuspectWords.FelledBy(host, [.. of[(host.Host, incident)].OrderBy(s => s.Id, StringComparer.Ordinal)]),
                }, snapshot);
            }
        }
    }

    /// <summary>The common case, told without a look at its reports: its host is up, says nothing bad, and is not to be left.</summary>
    private static bool StandsWell(Registration component, JudgedHost host) =>
        component is { Migration: null, FailedAt: null, CarriedState: null, Suspicion: null or { IsSuspect: false } }
        && host is { Incident: null, SaysAbnormal: false, Host.Verdict.Drain: null };

    private static Answer Answer(Case @case, Snapshot snapshot) => @case switch
    {
        { Component.Host: null } => Model.Answer.Of(new Wanted(@case, Want.First)),
        _ => Moving.Decide(@case, snapshot) ?? IncrSyncHealth.Decide(@case, snapshot),
    };

    /// <summary>Room by region, counted only in a pass that has something to place.</summary>
    private static ILookup<string, Candidate> Places(
        Snapshot snapshot, EffectiveConfig config, Dictionary<string, JudgedHost> hosts) =>
        CandidateHosts.Of(snapshot, config, h => hosts[h.Verdict.Host].Incident is null)
            .ToLookup(c => c.Region, StringComparer.Ordinal);
}
