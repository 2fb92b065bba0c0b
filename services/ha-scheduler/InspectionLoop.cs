using System.Diagnostics.Metrics;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>One pass: look, decide, apply, say, record.</summary>
internal sealed partial class InspectionLoop(
    Cluster cluster, LivenessFeed feed, HaConfigStore config, Applier applier, Announcer announcer, BrakeBoard brakes, Why why,
    TimeProvider time, ILogger<InspectionLoop> logger) : TickLoop(time, logger)
{
    private static readonly Histogram<double> PassSeconds =
        HoldfastTelemetry.Meter.CreateHistogram<double>("holdfast.scheduler.pass", "s", "Duration of an inspection pass");

    private TimeSpan? _lastPass;
    private (long Tasks, long Components) _registered = (-1, -1);

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
        await Register(cancel);
        await OpenTickets(cancel);
        var now = Time.GetUtcNow();
        var decisions = Decider.Decide(Look(pipe, now), config.Current);
        await applier.Apply(decisions, cancel);
        await UpdateTickets(decisions, now, cancel);
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

    private Snapshot Look(PipeSnapshot pipe, DateTimeOffset now) => new()
    {
        Now = now,
        Pipe = pipe,
        Hosts = feed.Hosts(cluster.Hosts.All.Select(v => (v, applier.VerdictMade(v.Host)))),
        Registrations = [.. cluster.Components.All],
        StoresByHost = cluster.Stores.All.Where(s => s.Placed.Desired != DesiredState.Absent)
            .CountBy(s => s.Placed.Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
        Brakes = brakes.States,
    };

    /// <summary>Hosts that report for the first time, tasks whose component is not registered yet, components that are over.</summary>
    private async Task Register(CancellationToken cancel)
    {
        foreach (var host in feed.Fleet.Hosts)
        {
            await RegisterHost(host, cancel);
        }

        // Read first: what changes meanwhile is looked at by the next pass.
        var changes = (cluster.Tasks.Changes, cluster.Components.Changes);
        if (changes == _registered)
        {
            return;
        }

        foreach (var task in cluster.Tasks.All)
        {
            await RegisterComponent(task, cancel);
        }

        foreach (var over in cluster.Components.All.Where(c => c is { Desired: DesiredState.Absent, Host: null, Former.Count: 0 }).ToList())
        {
            await cluster.Components.Delete(over.Id, cancel);
        }

        _registered = changes;
    }

    private async Task RegisterHost(Fleet.FleetHost host, CancellationToken cancel)
    {
        var report = host.Report;
        var known = cluster.Hosts.Find(host.Host);
        if (known is null)
        {
            await cluster.Hosts.Insert(new HostVerdict
            {
                Host = host.Host,
                Region = report.Region,
                Idc = report.Idc,
                Address = report.Address,
                State = HostState.Online,
                Since = Time.GetUtcNow(),
                Incarnation = report.Incarnation,
            }, cancel);
        }
        else if ((known.Region, known.Idc, known.Address) != (report.Region, report.Idc, report.Address))
        {
            await cluster.Hosts.Change(host.Host,
                v => v with { Region = report.Region, Idc = report.Idc, Address = report.Address }, cancel);
        }
    }

    private async Task RegisterComponent(TaskDocument task, CancellationToken cancel)
    {
        var id = Registration.IncrSyncId(task.Id);
        if (cluster.Components.Find(id) is not { } component)
        {
            if (task.Status != TaskStatus.Released)
            {
                await cluster.Components.Insert(ForTask(task), cancel);
            }
        }
        else if (TaskRules.IsBehind(component, task))
        {
            // Whoever changed the task did not live to change its component.
            await cluster.Components.Change(id,
                r => cluster.Tasks.Find(task.Id) is { } now && TaskRules.IsBehind(r, now)
                    ? TaskRules.Follow(r, now.Desired)
                    : null,
                cancel);
        }
    }

    /// <summary>A verdict whose ticket was lost with the process: opened before anything is moved off its list.</summary>
    private async Task OpenTickets(CancellationToken cancel)
    {
        foreach (var down in cluster.Hosts.All
            .Where(h => h is { State: HostState.Down, Incident: { } incident } && cluster.Tickets.Find(incident) is null).ToList())
        {
            await cluster.Tickets.Insert(FailoverTicket.Open(down, cluster.Components.All, Time.GetUtcNow()), cancel);
        }
    }

    private static Registration ForTask(TaskDocument task) => new()
    {
        Id = Registration.IncrSyncId(task.Id),
        Kind = ComponentKind.IncrSync,
        Task = task.Id,
        Region = task.Region,
        Command = task.IncrSync.Command,
        Desired = task.Desired,
    };

    private async Task UpdateTickets(IReadOnlyList<Decision> decisions, DateTimeOffset now, CancellationToken cancel)
    {
        var open = cluster.Tickets.All.Where(t => t.Status == TicketStatus.InProgress).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var held = decisions.OfType<Hold>().ToLookup(h => h.Object, h =>
            $"{h.Reason.Code} {h.Reason.Name}: {h.Because}", StringComparer.Ordinal);
        foreach (var ticket in open)
        {
            var isDown = cluster.Hosts.Find(ticket.Host) is { State: HostState.Down } host && host.Incident == ticket.Id;
            await cluster.Tickets.Change(ticket.Id,
                t => FailoverTicket.Update(t, isDown, cluster.Components.Find, o => held[o].FirstOrDefault(), now), cancel);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pipe is not whole, no host is judged: {Why}")]
    private partial void LogBroken(string? why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The pipe is whole: silence counts from now on")]
    private partial void LogWhole();
}
