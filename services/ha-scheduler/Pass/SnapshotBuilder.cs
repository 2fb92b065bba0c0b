using System.Collections.Frozen;
using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Trials;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>The snapshots of a pass, in one moment: of the regions that it covers, and of all regions.</summary>
internal readonly record struct PassSnapshots(Snapshot Covered, Snapshot All);

/// <summary>Makes the snapshots: documents as they are known, and the feed and the hosts as heard.</summary>
internal sealed partial class SnapshotBuilder(
    Cluster all, LeaderView view, Leadership leadership, Takeover takeover, LivenessFeed feed, HostExecutor executor, BrakeBoard brakes,
    MoveRateLimiter rateLimiter, HaConfigStore config, ToldFor toldFor, TimeProvider time, ILogger<SnapshotBuilder> logger)
{
    private (long Changes, FrozenDictionary<string, TaskDocument> ById) _tasks = (-1, FrozenDictionary<string, TaskDocument>.Empty);

    /// <summary>A start is no news: no feed was complete before.</summary>
    private bool _wasInterrupted = true;

    /// <summary>How far the clock that goes on while the machine sleeps was ahead of the feed's at the last snapshot.</summary>
    private TimeSpan? _ahead;

    /// <param name="stall">The time for which this process itself took none.</param>
    internal PassSnapshots Take(TimeSpan stall)
    {
        var (heard, hosts) = feed.TakeSnapshot(stall + Slept(), all.Hosts.All.Select(v => (v, NewsFrom(v))));
        heard = heard with
        {
            HeardWithin = Rehearing.HeardWithin(config.HeartbeatInterval, heard.Lease), ToldFor = IfShort(toldFor(), config.Current),
        };
        feed.HeardWithin = heard.HeardWithin;
        feed.OverAfter = OverAfter(heard, config.Current);
        LogChange(heard);
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
            Arrivals = Arrivals(config.Current, time.GetUtcNow()),
            Brakes = brakes.States,
            Tasks = Tasks(),
            Maintenances = all.Maintenances.All.ToDictionary(m => m.Key, m => m.Work, StringComparer.Ordinal),
            Approved = all.Tickets.All.Where(t => t is { Approval: not null, IsOpen: true }).Select(t => t.Id)
                .ToHashSet(StringComparer.Ordinal),
            MovesLeft = rateLimiter.Left(view.Hosts.All, config.Current, feed.Elapsed),
        };
        return leadership.CoversAll
            ? new PassSnapshots(whole, whole)
            : new PassSnapshots(
                whole with
                {
                    Hosts = [.. hosts.Where(h => leadership.Covers(h.Verdict.Region))],
                    Registrations = [.. view.Components.All],
                    Arrivals = [.. whole.Arrivals.Where(a => leadership.Covers(a.Region))],
                },
                whole);
    }

    /// <summary>Null when it is long enough in every region: then it is the same in pass after pass.</summary>
    private static TimeSpan? IfShort(TimeSpan told, HaConfig current) => told < current.CheckHostDownInterval
        || current.Regions.Keys.Any(r => told < current.ForRegion(r).CheckHostDownInterval) ? told : null;

    /// <summary>
    /// For how long the machine slept since the last snapshot. The feed's clock may stand still meanwhile: hosts that had been silent just
    /// before would seem to be so, and the batches that say otherwise have not come yet.
    /// </summary>
    private TimeSpan Slept()
    {
        var (before, now) = (_ahead, leadership.Now - feed.Elapsed);
        _ahead = now;
        return now > before ? now - before.Value : TimeSpan.Zero;
    }

    /// <summary>A life that nobody has heard for so long has no lease any more, nor anything that runs.</summary>
    private static TimeSpan OverAfter(FeedSnapshot feed, HaConfig current) =>
        feed.Lease + feed.KillGrace + current.ClockDrift is var fenced && fenced > current.CheckHostDownInterval
            ? fenced : current.CheckHostDownInterval;

    /// <summary>A fall is judged when its host is found Down, which takes an interval and some passes.</summary>
    private List<Registration> Arrivals(HaConfig current, DateTimeOffset now)
    {
        var regions = new EffectiveConfig(current);
        return StoreArrivals.Of(all.Stores.All, feed.Fleet.Find,
            (region, came) => regions.For(region) is var of && now - came <= of.SuspectWindow + (of.CheckHostDownInterval * 2));
    }

    /// <summary>Time from which a report is news to a verdict that does not name the last report that its judge heard.</summary>
    private TimeSpan NewsFrom(HostVerdict verdict)
    {
        var made = executor.VerdictMade(verdict.Host);
        return verdict.State == HostState.Down && takeover.LedFrom(verdict.Region) is var led && led > made ? led : made;
    }

    /// <summary>Made anew when a task has changed.</summary>
    private FrozenDictionary<string, TaskDocument> Tasks()
    {
        // Read first: what changes meanwhile is looked at by the next pass.
        var changes = all.Tasks.Changes;
        if (_tasks.Changes != changes)
        {
            _tasks = (changes, all.Tasks.All.ToFrozenDictionary(t => t.Id, StringComparer.Ordinal));
        }

        return _tasks.ById;
    }

    private void LogChange(FeedSnapshot feed)
    {
        if (feed.IsComplete == _wasInterrupted)
        {
            _wasInterrupted = !feed.IsComplete;
            if (feed.IsComplete)
            {
                LogComplete();
            }
            else
            {
                LogInterrupted(feed.Why);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feed is interrupted, no host is judged: {Why}")]
    private partial void LogInterrupted(string? why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The feed is complete: silence counts from now on")]
    private partial void LogComplete();
}
