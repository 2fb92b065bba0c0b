using System.Diagnostics.Metrics;
using Holdfast.Fleet;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>One pass over the regions that this replica leads: look, decide, carry out.</summary>
internal sealed partial class InspectionLoop(
    Cluster cluster, LivenessFeed feed, HaConfigStore config, Leadership leadership, Takeover takeover, Lookout lookout, PassWork work,
    StandingHeadroom headroom, PassRecorder recorder, TimeProvider time, ILogger<InspectionLoop> logger) : TickLoop(time, logger)
{
    private static readonly Histogram<double> PassSeconds =
        HoldfastTelemetry.Seconds("holdfast.scheduler.pass.duration", "Time that a reconcile pass of a leader takes");

    /// <summary>The last pass, and the interval that was waited for after it.</summary>
    private (TimeSpan At, TimeSpan Wait)? _lastPass;

    private volatile Snapshot? _latest;
    private volatile Tally<string> _decided = DecisionFigures.Of([]);
    private long _finished;
    private long _finishedAt;

    private volatile bool _hasHeard;
    private volatile string? _listening;
    private TimeSpan? _brokenSince;

    /// <summary>
    /// Somebody who lives is still to be heard since the pipe broke, in a sentence: what is known may be of before. Null: nobody is,
    /// or a pipe that stays broken says so itself.
    /// </summary>
    internal string? Listening => _listening;

    /// <summary>
    /// Everybody who lives has been heard in this life, with what runs there; or had the time for it. Until then nothing is said
    /// of what runs where.
    /// </summary>
    internal bool HasHeard => _hasHeard || feed.Elapsed > 2 * Rehearing.HeardWithin(config.HeartbeatInterval, config.Current.Lease);

    /// <summary>Passes that have come to their end.</summary>
    internal long Finished => Interlocked.Read(ref _finished);

    /// <summary>Since a pass came to its end, or since the process started.</summary>
    internal TimeSpan SinceFinished => feed.Elapsed - new TimeSpan(Interlocked.Read(ref _finishedAt));

    /// <summary>What the last pass decided, by code; nothing while this replica leads no region.</summary>
    internal Tally<string> Decided => _decided;

    /// <summary>From the start of one pass to the start of the next.</summary>
    internal TimeSpan Every => Interval;

    /// <summary>What was looked at last, of all regions whoever leads them; null before the first look.</summary>
    internal Snapshot? Latest
    {
        get => _latest;
        private set => _latest = value;
    }

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

        // A takeover that takes its time is no stall: the batches that come meanwhile show whether the pipe was whole.
        var started = feed.Elapsed;
        _lastPass = (started, Interval);
        try
        {
            await Pass(stall, started, cancel);
            Interlocked.Increment(ref _finished);
            Interlocked.Exchange(ref _finishedAt, feed.Elapsed.Ticks);
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
            _decided = DecisionFigures.Of([]);
            See(lookout.Look(stall).Whole, started);
            return;
        }

        await work.Prepare(cancel);
        var (snapshot, whole) = lookout.Look(stall);
        See(whole, started);
        var current = config.Current;
        var decisions = Decider.Decide(snapshot, current);
        _decided = DecisionFigures.Of(decisions);
        recorder.Record(snapshot, current, decisions);
        await work.CarryOut(snapshot, current, decisions, cancel);
        PassSeconds.Record((feed.Elapsed - started).TotalSeconds);
    }

    /// <summary>For questions that any replica answers.</summary>
    private void See(Snapshot whole, TimeSpan started)
    {
        Latest = whole;
        var awaited = Awaited.Of(whole).Count;
        _brokenSince = whole.Pipe.Whole ? null : _brokenSince ?? feed.Elapsed;
        _listening = Awaited.InWords(whole, awaited, feed.Elapsed - (_brokenSince ?? feed.Elapsed));
        _hasHeard |= whole.Pipe.Whole && awaited == 0 && Awaited.SayWhatTheyRun(whole);
        if (!whole.Pipe.Whole || awaited > 0)
        {
            // Who is up is not known: the last answer stands.
            return;
        }

        headroom.Look(started, () => StandingHeadroom.Of(
            whole, [.. Decider.Candidates(whole, config.Current).Where(c => c.Avoided is null)],
            c => whole.Tasks.GetValueOrDefault(c.Task)?.Tags));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rest of a pass was dropped: leadership was lost {Of}")]
    private partial void LogDropped(string of);
}
