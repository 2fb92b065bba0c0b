using System.Collections.Frozen;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// The snapshots of a pass, in one moment: of the regions that it covers, and of all regions; with the configuration by which it decides.
/// </summary>
internal readonly record struct PassSnapshots(Snapshot Covered, Snapshot All, HaConfig Config);

/// <summary>Makes the snapshots: documents as they are known, and the feed and the hosts as heard.</summary>
internal sealed class SnapshotBuilder(
    LeaderView cluster, FeedSnapshots feeds, LivenessFeed feed, MoveRateLimiter rateLimiter, HaConfigStore config, TimeProvider time)
{
    private (long Changes, FrozenDictionary<string, TaskDocument> ById) _tasks = (-1, FrozenDictionary<string, TaskDocument>.Empty);

    /// <param name="stall">The time for which this process itself took none.</param>
    internal PassSnapshots Take(TimeSpan stall)
    {
        var (all, current) = (cluster.Everywhere, config.Current);
        var (heard, hosts) = feeds.Take(stall, all.Hosts.All, current);
        var whole = new Snapshot
        {
            Now = time.GetUtcNow(),
            Feed = heard,
            Hosts = hosts,
            Registrations = [.. all.Components.All],
            StoresByHost = all.Stores.All.Where(s => s.Placed.Desired != DesiredState.Absent)
                .CountBy(s => s.Placed.Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            Refused = feed.Refused(),
            Lapses = feed.Lapses(),
            Arrivals = Arrivals(current, time.GetUtcNow()),
            Brakes = all.Brakes.All.Where(b => b.State.Engaged).ToDictionary(b => b.Region, b => b.State, StringComparer.Ordinal),
            Tasks = Tasks(),
            Maintenances = all.Maintenances.All.ToDictionary(m => m.Key, m => m.Work, StringComparer.Ordinal),
            Approved = all.Tickets.All.Where(t => t is { Approval: not null, IsOpen: true }).Select(t => t.Id)
                .ToHashSet(StringComparer.Ordinal),
            MovesLeft = rateLimiter.Left(cluster.Hosts.All, current, feed.Elapsed),
        };
        return cluster.CoversAll
            ? new PassSnapshots(whole, whole, current)
            : new PassSnapshots(
                whole with
                {
                    Hosts = [.. hosts.Where(h => cluster.Covers(h.Verdict.Region))],
                    Registrations = [.. cluster.Components.All],
                    Arrivals = [.. whole.Arrivals.Where(a => cluster.Covers(a.Region))],
                },
                whole, current);
    }

    /// <summary>A fall is judged when its host is found Down, which takes an interval and some passes.</summary>
    private List<Registration> Arrivals(HaConfig current, DateTimeOffset now)
    {
        var regions = new EffectiveConfig(current);
        return StoreArrivals.Of(cluster.Stores.All, feed.Fleet.Find,
            (region, came) => regions.For(region) is var of && now - came <= of.SuspectWindow + (of.CheckHostDownInterval * 2));
    }

    /// <summary>Made anew when a task has changed.</summary>
    private FrozenDictionary<string, TaskDocument> Tasks()
    {
        // Read first: what changes meanwhile is looked at by the next pass.
        var tasks = cluster.Everywhere.Tasks;
        var changes = tasks.Changes;
        if (_tasks.Changes != changes)
        {
            _tasks = (changes, tasks.All.ToFrozenDictionary(t => t.Id, StringComparer.Ordinal));
        }

        return _tasks.ById;
    }
}
