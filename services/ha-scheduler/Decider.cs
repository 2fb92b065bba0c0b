using Holdfast.Contracts;
using Holdfast.Fleet;

namespace Holdfast.HaScheduler;

/// <summary>
/// <c>Decide(snapshot, config) → decisions</c>: no I/O, no clock, no randomness, linear in the fleet. One decision per
/// host; per component one when it has no host, or its host is Down.
/// </summary>
internal static class Decider
{
    internal static IReadOnlyList<Decision> Decide(Snapshot snapshot, HaConfig config)
    {
        var decisions = new List<Decision>(snapshot.Hosts.Count);
        var braked = Brakes(snapshot, config, decisions);
        var owned = Owned(snapshot);
        var hosts = new Dictionary<string, (HostSnapshot Host, string? Incident)>(snapshot.Hosts.Count, StringComparer.Ordinal);
        foreach (var host in snapshot.Hosts)
        {
            var decision = Liveness.Judge(host, snapshot, config, owned);
            decisions.Add(decision);
            hosts[host.Verdict.Host] = (host, DownFor(host, decision));
        }

        MoveComponents(snapshot, config, hosts, braked, decisions);
        return decisions;
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

    private static HashSet<string> Brakes(Snapshot snapshot, HaConfig config, List<Decision> decisions)
    {
        var braked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var region in snapshot.Hosts.GroupBy(h => h.Verdict.Region, StringComparer.Ordinal))
        {
            var before = snapshot.Brakes.GetValueOrDefault(region.Key) ?? new BrakeState(false, false);
            var hosts = region.ToList();
            var hold = Brake.ShouldHold(hosts, config, before, out var silent);
            if (hold != before.Engaged)
            {
                decisions.Add(new SetBrake(region.Key, hold, silent, hosts.Count));
            }
            else if (hold)
            {
                decisions.Add(new Hold(SetBrake.ObjectOf(region.Key), Reason.Brake,
                    $"{silent} of {hosts.Count} hosts are silent{(before.Confirmed ? ", confirmed by an operator: moves go on" : "")}"));
            }

            if (hold && !(before.Engaged && before.Confirmed))
            {
                braked.Add(region.Key);
            }
        }

        return braked;
    }

    private static void MoveComponents(Snapshot snapshot, HaConfig config,
        Dictionary<string, (HostSnapshot Host, string? Incident)> hosts, HashSet<string> braked, List<Decision> decisions)
    {
        Dictionary<string, Placement>? places = null;
        foreach (var component in snapshot.Registrations)
        {
            var known = component.Host is { } name && hosts.TryGetValue(name, out var found) ? found : default;
            if (component.Host is not null && known.Incident is null)
            {
                continue;
            }

            places ??= Places(snapshot, config, hosts);
            var @case = new Failover.Case(component, known.Host, known.Incident is not null, known.Incident,
                braked.Contains(component.Region), PipeFault(snapshot.Pipe));
            if (Failover.Decide(@case, places.GetValueOrDefault(component.Region), config, snapshot.Now) is { } decision)
            {
                decisions.Add(decision);
            }
        }
    }

    private static string? PipeFault(PipeSnapshot pipe) => pipe.Whole ? null : pipe.Why ?? "reports do not come without a hole";

    /// <summary>Room by region, counted only in a pass that has something to place.</summary>
    private static Dictionary<string, Placement> Places(
        Snapshot snapshot, HaConfig config, Dictionary<string, (HostSnapshot Host, string? Incident)> hosts)
    {
        var others = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var component in snapshot.Registrations)
        {
            if (component.Host is { } host)
            {
                others[host] = others.GetValueOrDefault(host) + 1;
            }
        }

        return snapshot.Hosts
            .Where(h => h.Verdict.State == HostState.Online && hosts[h.Verdict.Host].Incident is null
                && h.Reported is not null && h.HeardSinceVerdict && !Liveness.IsUnheard(h, config))
            .Select(h => Candidate.Of(h.Reported!, h.Verdict.Region, h.Verdict.Idc,
                snapshot.StoresByHost.GetValueOrDefault(h.Verdict.Host), others.GetValueOrDefault(h.Verdict.Host)))
            .GroupBy(c => c.Region, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => new Placement(g), StringComparer.Ordinal);
    }
}
