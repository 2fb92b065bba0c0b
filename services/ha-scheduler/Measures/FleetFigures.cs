using Holdfast.Platform.Telemetry;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Measures;

/// <summary>
/// The fleet in figures, from what the last pass saw: one walk over its hosts and registrations. Of the regions that this replica
/// leads, so that the replicas' figures add up. Pure.
/// </summary>
internal sealed class FleetFigures
{
    private const string Unreported = "Unreported";

    internal Tally<(string Region, HostState State)> Hosts { get; } =
        new(k => [new("region", k.Region), new("state", k.State.ToString())]);

    internal Tally<(string Region, string By)> SetApart { get; } = new(k => [new("region", k.Region), new("by", k.By)]);

    internal Spread HeartbeatAge { get; } = new();

    internal Spread LeaseLeft { get; } = new();

    internal Tally<(string Region, ComponentKind Kind, ComponentState? State)> Components { get; } = new(k =>
        [new("region", k.Region), new("kind", k.Kind.ToString()), new("state", k.State?.ToString() ?? Unreported)]);

    internal Spread TaskDelay { get; } = new();

    internal Tally<string> Tasks { get; } = Tally.By("region");

    internal static FleetFigures Of(Snapshot snapshot, Func<string, bool> leads)
    {
        var figures = new FleetFigures();
        var hosts = new Dictionary<string, HostSnapshot>(snapshot.Hosts.Count, StringComparer.Ordinal);
        foreach (var host in snapshot.Hosts)
        {
            if (leads(host.Verdict.Region))
            {
                hosts[host.Verdict.Host] = host;
                figures.Take(host, snapshot.Feed.Lease);
            }
        }

        foreach (var component in snapshot.Registrations)
        {
            if (component.Desired != DesiredState.Absent && leads(component.Region))
            {
                figures.Take(component, component.Host is { } name ? hosts.GetValueOrDefault(name) : null, snapshot.Now);
            }
        }

        foreach (var task in snapshot.Tasks.Values)
        {
            if (leads(task.Region))
            {
                figures.Tasks.Add(task.Region);
            }
        }

        return figures;
    }

    /// <summary>A host that is Down is counted; how long ago it was heard would hide how the others are.</summary>
    private void Take(HostSnapshot host, TimeSpan lease)
    {
        var verdict = host.Verdict;
        Hosts.Add((verdict.Region, verdict.State));
        if (verdict.Maintenance is not null || verdict.Drain is not null)
        {
            SetApart.Add((verdict.Region, verdict.Maintenance is not null ? "maintenance" : "drain"));
        }

        if (verdict.State != HostState.Down)
        {
            HeartbeatAge.Add(verdict.Region, host.Unheard.TotalSeconds);
            LeaseLeft.Add(verdict.Region, Math.Max(0, (lease - host.Unheard).TotalSeconds));
        }
    }

    private void Take(Registration component, HostSnapshot? host, DateTimeOffset now)
    {
        var said = TaskHealth.Named(host, component.Name) is { } report && report.Epoch == component.Epoch ? report : null;
        var state = host is { Verdict.State: HostState.Down } ? ComponentState.Abnormal : said?.State;
        Components.Add((component.Region, component.Kind, state));
        if (component.Kind == ComponentKind.IncrSync
            && Lag.Shown(said, component, state ?? ComponentState.Abnormal, now) is { } delay)
        {
            TaskDelay.Add(component.Region, Math.Max(0, delay));
        }
    }
}
