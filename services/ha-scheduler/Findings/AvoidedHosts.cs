using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Findings;

/// <summary>
/// Tells the store manager, which places Stores, to which hosts no new work is to come. It does so again and again while there are any,
/// and once when there are none any more.
/// </summary>
internal sealed class AvoidedHosts(LeaderView cluster, LivenessFeed feed, Publisher publisher, TimeProvider time)
{
    private readonly ContentLedger<string, string> _said = new(TimeSpan.FromSeconds(5));
    private HashSet<string> _regions = new(StringComparer.Ordinal);

    internal async Task Say(Snapshot snapshot, HaConfig config, CancellationToken cancel)
    {
        var regions = Find(snapshot, config).ToLookup(h => h.Region, h => h.Avoided, StringComparer.Ordinal);
        foreach (var region in regions.Select(r => r.Key).Concat(_regions.Where(r => !regions.Contains(r) && cluster.Covers(r))).ToList())
        {
            var hosts = regions[region].ToList();
            var names = string.Join(' ', hosts.Select(h => h.Host));
            if (hosts.Count == 0 || _said.IsDue(region, names, feed.Elapsed))
            {
                await publisher.Publish(new HostsAvoided { Region = region, Hosts = hosts, At = time.GetUtcNow() }, null, cancel);
                _said.Said(region, names, feed.Elapsed);
            }
        }

        _regions = regions.Select(r => r.Key).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Pure.</summary>
    private static IEnumerable<(string Region, AvoidedHost Avoided)> Find(Snapshot snapshot, HaConfig config)
    {
        foreach (var host in snapshot.Hosts)
        {
            if (host.Verdict is { State: HostState.Online } verdict
                && CandidateHosts.Avoided(host, snapshot, config.ForRegion(verdict.Region)) is { } because)
            {
                yield return (verdict.Region, new AvoidedHost(verdict.Host, because));
            }
        }
    }
}
