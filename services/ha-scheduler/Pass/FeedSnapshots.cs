using Holdfast.Fleet;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Takes the feed and the hosts as heard, in one moment, with the time for which this process and its machine heard nothing. Says when
/// the feed is interrupted and when it is complete again.
/// </summary>
internal sealed partial class FeedSnapshots(
    LivenessFeed feed, VerdictTimes verdicts, HaConfigStore config, ReadableFor readableFor, BootClock clock, ILogger<FeedSnapshots> logger)
{
    /// <summary>A start is no news: no feed was complete before.</summary>
    private bool _wasInterrupted = true;

    /// <summary>Time by which the clock that goes on while the machine sleeps was ahead of the feed's at the last snapshot.</summary>
    private TimeSpan? _ahead;

    /// <param name="stall">The time for which this process itself took none.</param>
    /// <param name="hosts">All verdicts.</param>
    /// <param name="current">The configuration of the pass.</param>
    internal (FeedSnapshot Feed, List<HostSnapshot> Hosts) Take(TimeSpan stall, IEnumerable<HostVerdict> hosts, HaConfig current)
    {
        var (heard, seen) = feed.TakeSnapshot(stall + Slept(), hosts.Select(v => (v, verdicts.NewsFrom(v))));
        heard = heard with
        {
            HeardWithin = Rehearing.HeardWithin(config.HeartbeatInterval, heard.Lease), ReadableFor = IfShort(readableFor(), current),
        };
        feed.HeardWithin = heard.HeardWithin;
        feed.OverAfter = OverAfter(heard, current);
        LogChange(heard);
        return (heard, seen);
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
        var (before, now) = (_ahead, clock.Now - feed.Elapsed);
        _ahead = now;
        return now > before ? now - before.Value : TimeSpan.Zero;
    }

    /// <summary>A life that nobody has heard for so long has no lease any more, nor anything that runs.</summary>
    private static TimeSpan OverAfter(FeedSnapshot feed, HaConfig current) =>
        feed.Lease + feed.KillGrace + current.ClockDrift is var fenced && fenced > current.CheckHostDownInterval
            ? fenced : current.CheckHostDownInterval;

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
