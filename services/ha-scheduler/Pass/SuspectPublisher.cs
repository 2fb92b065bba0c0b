using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Suspects;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Tells the store manager which subtopics are suspect, again and again while they are, and once that they are not any more. Said
/// before the hosts' falls are, so that no Store is made for one of them.
/// </summary>
internal sealed class SuspectPublisher(LeaderView cluster, LivenessFeed feed, Publisher publisher, TimeProvider time)
{
    private readonly RepublishLedger<(string Subtopic, SuspectStanding Standing, string Hosts)> _said = new(TimeSpan.FromSeconds(5));
    private Dictionary<string, string> _suspects = new(StringComparer.Ordinal);

    internal async Task Say(CancellationToken cancel)
    {
        var suspects = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var subtopic in cluster.Stores.All.Where(s => s.Suspicion is { IsSuspect: true } && cluster.Covers(s.Placed.Region))
            .Select(s => s.Placed.Subtopic).Distinct(StringComparer.Ordinal).ToList())
        {
            var newest = StoreArrivals.Of(cluster.Stores.All.Where(s => s.Placed.Subtopic == subtopic), _ => null, (_, _) => true);
            if (newest is [{ Suspicion: { IsSuspect: true } suspicion } store])
            {
                suspects[subtopic] = store.Region;
                await Say(subtopic, store, suspicion, cancel);
            }
        }

        foreach (var (subtopic, region) in _suspects.Where(s => !suspects.ContainsKey(s.Key) && cluster.Covers(s.Value)))
        {
            await publisher.Publish(Of(subtopic, region, SuspectStanding.Cleared, [], "nothing is held against it any more"), null, cancel);
        }

        _suspects = suspects;
    }

    private async Task Say(string subtopic, Registration store, Suspicion suspicion, CancellationToken cancel)
    {
        var standing = suspicion.IsHeld ? SuspectStanding.Held
            : suspicion.TriedAt is null ? SuspectStanding.Waits : SuspectStanding.Watched;
        // In its turn the newest one runs, and no other.
        var hosts = suspicion.Hosts.Where(h => standing != SuspectStanding.Watched || h != store.Host).ToList();
        var key = (subtopic, standing, string.Join(' ', hosts));
        if (_said.IsDue(key, feed.Elapsed))
        {
            await publisher.Publish(Of(subtopic, store.Region, standing, hosts, SuspectWords.Held(suspicion)), null, cancel);
            _said.Said(key, feed.Elapsed);
        }
    }

    private StoreSuspected Of(
        string subtopic, string region, SuspectStanding standing, IReadOnlyList<string> hosts, string because) => new()
        {
            Subtopic = subtopic,
            Region = region,
            Standing = standing,
            Hosts = hosts,
            Because = because,
            At = time.GetUtcNow(),
        };
}
