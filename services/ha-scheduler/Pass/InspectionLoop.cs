using System.Diagnostics.Metrics;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Measures;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>Makes a reconcile pass in each interval, after what it needs was read and new regions were made ready.</summary>
internal sealed partial class InspectionLoop(
    PassStart start, ReconcilePass pass, LatestPass latest, LivenessFeed feed, PassTrigger trigger, TimeProvider time,
    ILogger<InspectionLoop> logger) : TickLoop(time, logger, trigger)
{
    private static readonly Histogram<double> PassSeconds =
        HoldfastTelemetry.Seconds("holdfast.scheduler.pass.duration", "Time that a reconcile pass of a leader takes");

    /// <summary>The last pass, and the interval that was waited for after it.</summary>
    private (TimeSpan At, TimeSpan Wait)? _lastPass;

    protected override TimeSpan Interval => latest.Every;

    protected override async Task Tick(CancellationToken cancel)
    {
        await start.Load(cancel);
        // An interval that was made shorter while it was waited for is no stall.
        var stall = _lastPass is { } last ? feed.Elapsed - last.At - (last.Wait > Interval ? last.Wait : Interval) : TimeSpan.Zero;
        await start.TakeOver(feed.Elapsed, cancel);
        // A takeover that takes its time is no stall: the batches that come meanwhile show whether the feed was complete.
        var started = feed.Elapsed;
        _lastPass = (started, Interval);
        try
        {
            if (await pass.Run(stall, started, cancel))
            {
                PassSeconds.Record((feed.Elapsed - started).TotalSeconds);
            }
            else
            {
                // Stands by: it hears all, and keeps nothing that only a leader would say.
                feed.TakeConflicts();
            }

            latest.Progress.Finish();
        }
        catch (LeadershipLostException lost)
        {
            SchedulerCounters.PassDropped();
            LogDropped(lost.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rest of a pass was dropped: leadership was lost {Of}")]
    private partial void LogDropped(string of);
}
