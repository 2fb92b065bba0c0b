using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>One pass: look, decide, apply, say, record.</summary>
internal sealed partial class InspectionLoop(
    Cluster all, Led cluster, Leadership leadership, Takeover takeover, LivenessFeed feed, HaConfigStore config, Registrar registrar, Applier applier, Pace pace, TicketBook tickets,
    Announcer announcer, BrakeBoard brakes, Why why, TimeProvider time, ILogger<InspectionLoop> logger) : TickLoop(time, logger)
{
    private static readonly Histogram<double> PassSeconds =
        HoldfastTelemetry.Meter.CreateHistogram<double>("holdfast.scheduler.pass", "s", "Duration of an inspection pass");

    private TimeSpan? _lastPass;
    private (long Changes, FrozenDictionary<string, TaskDocument> ById) _tasks = (-1, FrozenDictionary<string, TaskDocument>.Empty);

    /// <summary>Since when this replica leads a region.</summary>
    private readonly Dictionary<string, TimeSpan> _ledFrom = new(StringComparer.Ordinal);

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

        var started = feed.Elapsed;
        var stall = _lastPass is { } last ? started - last - Interval : TimeSpan.Zero;
        await TakeOver(cancel);
        // A takeover that takes its time is no stall: the batches that come meanwhile show whether the pipe was whole.
        _lastPass = feed.Elapsed;
        try
        {
            await Pass(stall, started, cancel);
        }
        catch (LeadershipLostException lost)
        {
            LogDropped(lost.Message);
        }
    }

    /// <summary>What was taken is made ready; of what was lost nothing is remembered.</summary>
    private async Task TakeOver(CancellationToken cancel)
    {
        var before = leadership.Covered;
        var isNew = await takeover.MakeReady(cancel);
        leadership.BeginPass();
        if (isNew)
        {
            foreach (var region in leadership.Covered.Where(r => !before.Contains(r)))
            {
                _ledFrom[region] = feed.Elapsed;
            }
        }

        if (!before.All(leadership.Covers))
        {
            why.Forget();
        }
    }

    private async Task Pass(TimeSpan stall, TimeSpan started, CancellationToken cancel)
    {
        if (leadership.Covered.Count == 0)
        {
            // Stands by: it hears all, and keeps nothing that only a leader would say.
            LogChange(feed.Look(stall, []).Pipe);
            feed.TakeConflicts();
            return;
        }

        await registrar.Register(cancel);
        await tickets.OpenMissing(cancel);
        var now = Time.GetUtcNow();
        var decisions = Decider.Decide(Look(stall, now), config.Current);
        await applier.Apply(decisions, cancel);
        pace.Spend(decisions);
        await tickets.Update(decisions, cancel);
        leadership.Demand();
        await why.Record(decisions, now, cancel);
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

    /// <summary>From when on a report is news to a verdict that does not name the last one that its judge heard.</summary>
    private TimeSpan KnownFrom(HostVerdict verdict)
    {
        var (made, led) = (applier.VerdictMade(verdict.Host), _ledFrom.GetValueOrDefault(verdict.Region));
        return verdict.State == HostState.Down && led > made ? led : made;
    }

    private Snapshot Look(TimeSpan stall, DateTimeOffset now)
    {
        var (pipe, hosts) = feed.Look(stall, cluster.Hosts.All.Select(v => (v, KnownFrom(v))));
        LogChange(pipe);
        return Look(pipe, hosts, now);
    }

    private Snapshot Look(PipeSnapshot pipe, IReadOnlyList<HostSnapshot> hosts, DateTimeOffset now) => new()
    {
        Now = now,
        Pipe = pipe,
        Hosts = hosts,
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rest of a pass was dropped: leadership was lost {Of}")]
    private partial void LogDropped(string of);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pipe is not whole, no host is judged: {Why}")]
    private partial void LogBroken(string? why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The pipe is whole: silence counts from now on")]
    private partial void LogWhole();
}
