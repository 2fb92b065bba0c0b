using System.Diagnostics.Metrics;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Measures;
using Holdfast.HaScheduler.Replay;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Holdfast.Rules.HaScheduler.Forecast;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Pass;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>A reconcile pass over the regions that this replica leads: take a snapshot, decide, carry out.</summary>
internal sealed partial class InspectionLoop(
    Cluster cluster, LivenessFeed feed, HaConfigStore config, Leadership leadership, Takeover takeover, SnapshotBuilder snapshots,
    PassPipeline work, StandingHeadroom headroom, PassRecorder recorder, LatestPass latest, PassTrigger trigger, TimeProvider time,
    ILogger<InspectionLoop> logger) : TickLoop(time, logger, trigger)
{
    private static readonly Histogram<double> PassSeconds =
        HoldfastTelemetry.Seconds("holdfast.scheduler.pass.duration", "Time that a reconcile pass of a leader takes");

    /// <summary>The last pass, and the interval that was waited for after it.</summary>
    private (TimeSpan At, TimeSpan Wait)? _lastPass;

    protected override TimeSpan Interval => config.Current.InspectionInterval;

    protected override async Task Tick(CancellationToken cancel)
    {
        if (!cluster.Loaded)
        {
            await config.Load(cancel);
            await work.Load(cancel);
            await cluster.Load(cancel);
        }

        // An interval that was made shorter while it was waited for is no stall.
        var stall = _lastPass is { } last ? feed.Elapsed - last.At - (last.Wait > Interval ? last.Wait : Interval) : TimeSpan.Zero;
        if (await takeover.Prepare(feed.Elapsed, cancel))
        {
            await work.Load(cancel);
        }

        // A takeover that takes its time is no stall: the batches that come meanwhile show whether the feed was complete.
        var started = feed.Elapsed;
        _lastPass = (started, Interval);
        try
        {
            await Pass(stall, started, cancel);
            latest.Progress.Finish();
        }
        catch (LeadershipLostException lost)
        {
            SchedulerCounters.PassDropped();
            LogDropped(lost.Message);
        }
    }

    private async Task Pass(TimeSpan stall, TimeSpan started, CancellationToken cancel)
    {
        if (leadership.Covered.Count == 0)
        {
            // Stands by: it hears all, and keeps nothing that only a leader would say.
            feed.TakeConflicts();
            latest.Progress.Decide<Decision>([], LatestPass.CodeOf);
            See(snapshots.Take(stall).All, started);
            return;
        }

        await work.Prepare(cancel);
        var (snapshot, all) = snapshots.Take(stall);
        See(all, started);
        var current = config.Current;
        var decisions = Decider.Decide(snapshot, current);
        latest.Progress.Decide(decisions, LatestPass.CodeOf);
        recorder.Record(snapshot, current, decisions);
        await work.CarryOut(snapshot, current, decisions, cancel);
        PassSeconds.Record((feed.Elapsed - started).TotalSeconds);
    }

    /// <summary>For questions that any replica answers.</summary>
    private void See(Snapshot all, TimeSpan started)
    {
        if (!latest.See(all))
        {
            // Who is up is not known: the last answer stands.
            return;
        }

        headroom.Look(started, () => StandingHeadroom.Of(
            all, [.. CandidateHosts.Of(all, config.Current).Where(c => c.Avoided is null)],
            c => all.Tasks.GetValueOrDefault(c.Task)?.Tags));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rest of a pass was dropped: leadership was lost {Of}")]
    private partial void LogDropped(string of);
}
