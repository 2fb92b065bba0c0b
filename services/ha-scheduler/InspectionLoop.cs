using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>One pass over the regions that this replica leads: look, decide, apply, say, record.</summary>
internal sealed partial class InspectionLoop(
    Cluster all, Led cluster, Leadership leadership, Takeover takeover, LivenessFeed feed, HaConfigStore config, Registrar registrar,
    Applier applier, Pace pace, TicketBook tickets, Announcer announcer, BrakeBoard brakes, Why why, StandingHeadroom headroom,
    TimeProvider time, ILogger<InspectionLoop> logger) : TickLoop(time, logger)
{
    private static readonly Histogram<double> PassSeconds =
        HoldfastTelemetry.Meter.CreateHistogram<double>("holdfast.scheduler.pass", "s", "Duration of an inspection pass");

    private TimeSpan? _lastPass;
    private (long Changes, FrozenDictionary<string, TaskDocument> ById) _tasks = (-1, FrozenDictionary<string, TaskDocument>.Empty);

    private volatile Snapshot? _latest;

    /// <summary>What was looked at last, of all regions whoever leads them; null before the first look.</summary>
    internal Snapshot? Latest
    {
        get => _latest;
        private set => _latest = value;
    }

    /// <summary>A start is no news: nothing was whole before.</summary>
    private bool _wasBroken = true;

    protected override TimeSpan Interval => config.Current.InspectionInterval;

    protected override async Task Tick(CancellationToken cancel)
    {
        if (!all.Loaded)
        {
            await config.Load(cancel);
            await all.Load(cancel);
        }

        var before = feed.Elapsed;
        var stall = _lastPass is { } last ? before - last - Interval : TimeSpan.Zero;
        if (await takeover.Prepare(feed.Elapsed, cancel))
        {
            // Another replica decides there now: what was remembered is not the latest any more.
            why.Forget();
        }

        // A takeover that takes its time is no stall: the batches that come meanwhile show whether the pipe was whole.
        _lastPass = feed.Elapsed;
        try
        {
            await Pass(stall, _lastPass.Value, cancel);
        }
        catch (LeadershipLostException lost)
        {
            LogDropped(lost.Message);
        }
    }

    private async Task Pass(TimeSpan stall, TimeSpan started, CancellationToken cancel)
    {
        if (leadership.Covered.Count == 0)
        {
            // Stands by: it hears all, and keeps nothing that only a leader would say.
            feed.TakeConflicts();
            See(Look(stall, Time.GetUtcNow()).Whole, started);
            return;
        }

        await registrar.Register(cancel);
        await tickets.OpenMissing(cancel);
        var now = Time.GetUtcNow();
        var (snapshot, whole) = Look(stall, now);
        Latest = whole;
        var decisions = Decider.Decide(snapshot, config.Current);
        await applier.Apply(decisions, cancel);
        pace.Spend(decisions);
        await tickets.Update(decisions, cancel);
        leadership.Demand();
        await why.Record(decisions, now, cancel);
        See(whole, started);
        await announcer.Say(decisions, cancel);
        PassSeconds.Record((feed.Elapsed - started).TotalSeconds);
    }

    /// <summary>For questions that any replica answers.</summary>
    private void See(Snapshot whole, TimeSpan started)
    {
        Latest = whole;
        headroom.Look(started, () => StandingHeadroom.Of(
            whole, Decider.Candidates(whole, config.Current), c => whole.Tasks.GetValueOrDefault(c.Task)?.Tags));
    }

    private void LogChange(PipeSnapshot pipe)
    {
        if (pipe.Whole == _wasBroken)
        {
            _wasBroken = !pipe.Whole;
            if (pipe.Whole)
            {
                LogWhole();
            }
            else
            {
                LogBroken(pipe.Why);
            }
        }
    }

    /// <summary>What this pass is about, and the same of all regions, seen in one moment.</summary>
    private (Snapshot Led, Snapshot Whole) Look(TimeSpan stall, DateTimeOffset now)
    {
        // From when on a report is news to a verdict that does not name the last one that its judge heard.
        var verdicts = all.Hosts.All.Select(v => (v, v.State == HostState.Down ? Max(applier.VerdictMade(v.Host), takeover.LedFrom(v.Region))
            : applier.VerdictMade(v.Host)));
        var (pipe, hosts) = feed.Look(stall, verdicts);
        LogChange(pipe);
        var whole = new Snapshot
        {
            Now = now,
            Pipe = pipe,
            Hosts = hosts,
            Registrations = [.. all.Components.All],
            StoresByHost = all.Stores.All.Where(s => s.Placed.Desired != DesiredState.Absent)
                .CountBy(s => s.Placed.Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            Brakes = brakes.States,
            Tasks = Tasks(),
            Maintenances = all.Maintenances.All.ToDictionary(m => m.Key, m => m.Work, StringComparer.Ordinal),
            Approved = all.Tickets.All.Where(t => t is { Approval: not null, IsOpen: true }).Select(t => t.Id)
                .ToHashSet(StringComparer.Ordinal),
            MovesLeft = pace.Left(cluster.Hosts.All, config.Current, feed.Elapsed),
        };
        return leadership.CoversAll
            ? (whole, whole)
            : (whole with
            {
                Hosts = [.. hosts.Where(h => leadership.Covers(h.Verdict.Region))],
                Registrations = [.. cluster.Components.All],
            }, whole);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rest of a pass was dropped: leadership was lost {Of}")]
    private partial void LogDropped(string of);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pipe is not whole, no host is judged: {Why}")]
    private partial void LogBroken(string? why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The pipe is whole: silence counts from now on")]
    private partial void LogWhole();
}
