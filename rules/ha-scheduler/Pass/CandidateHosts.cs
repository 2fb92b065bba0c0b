using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Pass;

/// <summary>The hosts that new work may come to. Pure.</summary>
internal static class CandidateHosts
{
    /// <summary>Hosts that take work now, of all regions, with what stands there or is on its way.</summary>
    internal static IReadOnlyList<Candidate> Of(Snapshot snapshot, HaConfig config) =>
        [.. Of(snapshot, new EffectiveConfig(config), _ => true)];

    /// <param name="snapshot">All hosts, and what stands on them.</param>
    /// <param name="config">The ha.config of each region.</param>
    /// <param name="isUp">Whether a host is up once this pass is through.</param>
    internal static IEnumerable<Candidate> Of(Snapshot snapshot, EffectiveConfig config, Func<HostSnapshot, bool> isUp)
    {
        var others = Others(snapshot);
        return snapshot.Hosts
            .Where(h => isUp(h) && TakesWork(h, snapshot, config.For(h.Verdict.Region)))
            .Select(h => Candidate.Of(h.Reported!, h.Verdict.Region, h.Verdict.Idc,
                snapshot.StoresByHost.GetValueOrDefault(h.Verdict.Host), others.GetValueOrDefault(h.Verdict.Host)) with
            {
                Avoided = Avoided(h, snapshot, config.For(h.Verdict.Region)),
            });
    }

    /// <summary>The reason why no new work comes to a host that takes work otherwise; null: it may come.</summary>
    internal static string? Avoided(HostSnapshot host, Snapshot snapshot, HaConfig config) =>
        Flapping.Of(host.Verdict, config, snapshot.Now)?.Sentence ?? snapshot.Lapses.GetValueOrDefault(host.Verdict.Host)?.Sentence;

    private static Dictionary<string, int> Others(Snapshot snapshot)
    {
        var others = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var component in snapshot.Registrations)
        {
            if (component.Host is { } host)
            {
                others[host] = others.GetValueOrDefault(host) + 1;
            }

            if (component.Migration is { StoppingSince: not null, Target: { } target })
            {
                others[target] = others.GetValueOrDefault(target) + 1;
            }
        }

        return others;
    }

    private static bool TakesWork(HostSnapshot host, Snapshot snapshot, HaConfig config) =>
        host is { Verdict: { State: HostState.Online, Drain: null }, Reported: not null, HeardSinceVerdict: true }
        && !Liveness.IsUnheard(host, config) && MaintenanceScope.OfHost(host.Verdict, snapshot) is null;
}
