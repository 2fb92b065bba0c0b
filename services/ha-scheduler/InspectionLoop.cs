using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>One pass: look, decide, apply, say, record.</summary>
internal sealed partial class InspectionLoop(
    Cluster cluster, LivenessFeed feed, HaConfigStore config, Registrar registrar, Applier applier, Pace pace, TicketBook tickets,
    Announcer announcer, BrakeBoard brakes, Why why, StandingHeadroom headroom, PassRecorder recorder, TimeProvider time,
    ILogger<InspectionLoop> logger) : TickLoop(time, logger)
{
    private static readonly Histogram<double> PassSeconds =
        HoldfastTelemetry.Meter.CreateHistogram<double>("holdfast.scheduler.pass", "s", "Duration of an inspection pass");

    private TimeSpan? _lastPass;
    private (long Changes, FrozenDictionary<string, TaskDocument> ById) _tasks = (-1, FrozenDictionary<string, TaskDocument>.Empty);

    private volatile Snapshot? _latest;

    /// <summary>What the last pass looked at; null before the first one.</summary>
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
        if (!cluster.Loaded)
        {
            await config.Load(cancel);
            await cluster.Load(cancel);
        }

        var started = feed.Elapsed;
        var stall = _lastPass is { } last ? started - last - Interval : TimeSpan.Zero;
        _lastPass = started;
        var pipe = feed.Look(stall);
        LogChange(pipe);
        await registrar.Register(cancel);
        await tickets.OpenMissing(cancel);
        var now = Time.GetUtcNow();
        var snapshot = Look(pipe, now);
        Latest = snapshot;
        var current = config.Current;
        var decisions = Decider.Decide(snapshot, current);
        recorder.Record(snapshot, current, decisions);
        await applier.Apply(decisions, cancel);
        pace.Spend(decisions);
        await tickets.Update(decisions, cancel);
        await why.Record(decisions, now, cancel);
        headroom.Look(started, () => StandingHeadroom.Of(
            snapshot, Decider.Candidates(snapshot, config.Current), c => snapshot.Tasks.GetValueOrDefault(c.Task)?.Tags));
        await announcer.Say(decisions, cancel);
        PassSeconds.Record((feed.Elapsed - started).TotalSeconds);
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

    private Snapshot Look(PipeSnapshot pipe, DateTimeOffset now) => new()
    {
        Now = now,
        Pipe = pipe,
        Hosts = feed.Hosts(cluster.Hosts.All.Select(v => (v, applier.VerdictMade(v.Host)))),
        Registrations = [.. cluster.Components.All],
        StoresByHost = cluster.Stores.All.Where(s => s.Placed.Desired != DesiredState.Absent)
            .CountBy(s => s.Placed.Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
        Brakes = brakes.States,
        Tasks = Tasks(),
        Maintenances = cluster.Maintenances.All.ToDictionary(m => m.Key, m => m.Work, StringComparer.Ordinal),
        Approved = cluster.Tickets.All.Where(t => t is { Approval: not null, IsOpen: true }).Select(t => t.Id)
            .ToHashSet(StringComparer.Ordinal),
        MovesLeft = pace.Left(cluster.Hosts.All, config.Current, feed.Elapsed),
    };

    /// <summary>Made anew when a task has changed.</summary>
    private FrozenDictionary<string, TaskDocument> Tasks()
    {
        // Read first: what changes meanwhile is looked at by the next pass.
        var changes = cluster.Tasks.Changes;
        if (_tasks.Changes != changes)
        {
            _tasks = (changes, cluster.Tasks.All.ToFrozenDictionary(t => t.Id, StringComparer.Ordinal));
        }

        return _tasks.ById;
    }


    [LoggerMessage(Level = LogLevel.Warning, Message = "The pipe is not whole, no host is judged: {Why}")]
    private partial void LogBroken(string? why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The pipe is whole: silence counts from now on")]
    private partial void LogWhole();
}
