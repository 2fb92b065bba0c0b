using System.Diagnostics.Metrics;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Measures;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Telemetry;

namespace Holdfast.HaScheduler.Api;

/// <summary>The scheduler's gauges, from the snapshot of its last pass.</summary>
internal sealed class SchedulerMeasures(
    Cluster cluster, LatestPass latest, Leadership leadership, FindingBoard findings, TimeProvider time) : IMeasures
{
    public void Register(Meter meter)
    {
        var fleet = new ReadOnce<FleetFigures>(
            () => latest.Snapshot is { } seen ? FleetFigures.Of(seen, leadership.Covers) : new FleetFigures(), time);
        var tickets = new ReadOnce<TicketFigures>(
            () => TicketFigures.Of(cluster.Tickets.All.Where(t => leadership.Covers(t.Region)), time.GetUtcNow()), time);

        meter.CreateObservableGauge("holdfast.scheduler.hosts", () => fleet.Now.Hosts.Figures(), "{host}",
            "Hosts, by region and by what they are held for");
        meter.CreateObservableGauge("holdfast.scheduler.hosts.set_apart", () => fleet.Now.SetApart.Figures(), "{host}",
            "Hosts in drain or in maintenance, by region");
        meter.CreateObservableGauge("holdfast.scheduler.heartbeat.age", () => fleet.Now.HeartbeatAge.Figures(), "s",
            "Time since hosts that are not Down were heard, by region and percentile of the hosts");
        meter.CreateObservableGauge("holdfast.scheduler.lease.left", () => fleet.Now.LeaseLeft.Figures(), "s",
            "Time until hosts that are not Down stop what they run, by region and percentile of the hosts");
        meter.CreateObservableGauge("holdfast.scheduler.lease.granted", () => latest.Snapshot?.Feed.Lease.TotalSeconds ?? 0, "s",
            "The longest lease that a collector grants");
        meter.CreateObservableGauge("holdfast.scheduler.components", () => fleet.Now.Components.Figures(), "{component}",
            "Components that are registered, by region, kind and reported state; Stores are the store manager's");
        meter.CreateObservableGauge("holdfast.scheduler.tasks", () => fleet.Now.Tasks.Figures(), "{task}", "Tasks, by region");
        meter.CreateObservableGauge("holdfast.scheduler.task.delay", () => fleet.Now.TaskDelay.Figures(), "s",
            "How far tasks are behind their sources, by region and percentile of the tasks");

        meter.CreateObservableGauge("holdfast.scheduler.feed.complete", () => latest.Snapshot is { Feed.IsComplete: true } ? 1 : 0, null,
            "1: heartbeats arrive without a gap, so that silence means something; 0: no host is judged");
        meter.CreateObservableGauge("holdfast.scheduler.brake.engaged", Brakes, null,
            "1: too many hosts of the region are silent at once; with confirmed=\"no\" nothing moves there");
        meter.CreateObservableGauge("holdfast.scheduler.leader", Leaders, null, "1: this replica leads the region");
        meter.CreateObservableGauge("holdfast.scheduler.pass.age", () => latest.Progress.SinceFinished.TotalSeconds, "s",
            "Time since a pass came to its end, or since the process started");
        meter.CreateObservableGauge("holdfast.scheduler.pass.interval", () => latest.Every.TotalSeconds, "s",
            "Time from the start of a pass to the start of the next, as configured");
        meter.CreateObservableGauge("holdfast.scheduler.decisions", () => latest.Progress.Decided.Figures(), "{object}",
            "Objects by the code of what the last pass decided about them: a reason why nothing was done, or ACTION");
        meter.CreateObservableGauge("holdfast.scheduler.findings", () => findings.Counts.Figures(), "{finding}",
            "What people are told of at present, by event");
        meter.CreateObservableGauge("holdfast.scheduler.tickets.open", () => tickets.Now.Open.Figures(), "{ticket}",
            "Tickets that are open, by kind and status");
        meter.CreateObservableGauge("holdfast.scheduler.tickets.oldest", () => tickets.Now.Oldest(), "s",
            "Age of the oldest open ticket, by kind");
    }

    private IEnumerable<Measurement<int>> Brakes() => cluster.Brakes.All.Where(b => leadership.Covers(b.Region)).Select(
        b => new Measurement<int>(b.State.Engaged ? 1 : 0, new("region", b.Region), new("confirmed", b.State.Confirmed ? "yes" : "no")));

    private IEnumerable<Measurement<int>> Leaders() => leadership.Known.Select(
        region => new Measurement<int>(leadership.Leads(region) ? 1 : 0, new KeyValuePair<string, object?>("region", region)));
}

/// <summary>Open tickets in figures. Pure.</summary>
internal sealed class TicketFigures
{
    private readonly Dictionary<string, double> _oldest = new(StringComparer.Ordinal);

    internal Tally<(string Kind, string Status)> Open { get; } = new(k => [new("kind", k.Kind), new("status", k.Status)]);

    internal static TicketFigures Of(IEnumerable<Ticket> tickets, DateTimeOffset now)
    {
        var figures = new TicketFigures();
        foreach (var ticket in tickets)
        {
            if (ticket.IsOpen)
            {
                var kind = SchedulerCounters.LabelOf(ticket.Kind);
                figures.Open.Add((kind, SchedulerCounters.LabelOf(ticket.Status)));
                var age = Math.Max(0, (now - ticket.CreatedAt).TotalSeconds);
                figures._oldest[kind] = Math.Max(age, figures._oldest.GetValueOrDefault(kind));
            }
        }

        return figures;
    }

    internal IEnumerable<Measurement<double>> Oldest() =>
        _oldest.Select(o => new Measurement<double>(o.Value, new KeyValuePair<string, object?>("kind", o.Key)));
}
