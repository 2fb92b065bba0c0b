using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Findings;

/// <summary>
/// Tells the store manager, which places Stores, to which hosts no new work is to come: again and again while there are any, and once
/// when there are none any more.
/// </summary>
internal sealed class AvoidedHosts(LeaderView cluster, LivenessFeed feed, Publisher publisher, TimeProvider time)
{
    private readonly RepublishLedger<string> _said = new(TimeSpan.FromSeconds(5));
    private Dictionary<string, string> _names = new(StringComparer.Ordinal);

    internal async Task Say(Snapshot snapshot, HaConfig config, CancellationToken cancel)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var region in Find(snapshot, config).GroupBy(h => h.Region, h => h.Avoided, StringComparer.Ordinal))
        {
            names[region.Key] = string.Join(' ', region.Select(h => h.Host));
            if (names[region.Key] != _names.GetValueOrDefault(region.Key) || _said.IsDue(region.Key, feed.Elapsed))
            {
                await Say(region.Key, [.. region], cancel);
            }
        }

        foreach (var region in _names.Keys.Where(r => !names.ContainsKey(r) && cluster.Covers(r)))
        {
            await Say(region, [], cancel);
        }

        _names = names;
    }

    /// <summary>Pure.</summary>
    private static IEnumerable<(string Region, AvoidedHost Avoided)> Find(Snapshot snapshot, HaConfig config)
    {
        foreach (var host in snapshot.Hosts)
        {
            if (host.Verdict is { State: HostState.Online } verdict
                && Decider.Avoided(host, snapshot, config.ForRegion(verdict.Region)) is { } because)
            {
                yield return (verdict.Region, new AvoidedHost(verdict.Host, because));
            }
        }
    }

    private async Task Say(string region, IReadOnlyList<AvoidedHost> hosts, CancellationToken cancel)
    {
        await publisher.Publish(new HostsAvoided { Region = region, Hosts = hosts, At = time.GetUtcNow() }, null, cancel);
        _said.Said(region, feed.Elapsed);
    }
}
