using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// No new work comes to a host that flaps or whose leases lapse, while its region has one that does neither. Only in worlds in which
/// nothing but hosts goes wrong: elsewhere a lease lapses for the feed's sake.
/// </summary>
internal sealed class SteadyWatch(World world)
{
    /// <summary>A decision, and a report, may be so old.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(6);

    private readonly Dictionary<string, List<long>> _lapses = new(StringComparer.Ordinal);

    /// <summary>Set by whoever knows the plan.</summary>
    internal bool IsOn { get; set; }

    private HaConfig Config => world.Shape.Ha;

    /// <summary>A supervisor's lease is over, by its own clock.</summary>
    internal void Lapsed(string host)
    {
        world.Count("leases lapsed");
        (_lapses.TryGetValue(host, out var lapses) ? lapses : _lapses[host] = []).Add(world.Time.Now);
    }

    /// <summary>The host to which it goes once it has stopped, unless a person named the host.</summary>
    internal void Chosen(Registration component, Migration move)
    {
        if (!move.IsNamed)
        {
            Chosen(component, move.Target!);
        }
    }

    /// <summary>The target of a move was chosen when it began to stop.</summary>
    internal void Placed(Registration? before, Registration after)
    {
        if (before?.Migration is null)
        {
            Chosen(after, after.Host!);
        }
    }

    private void Chosen(Registration component, string host)
    {
        if (!IsOn || Unsteady(host, component.Region) is not { } why
            || !world.Hosts.Any(h => h.Name != host && h.Region == component.Region && IsSteady(h)))
        {
            return;
        }

        world.Broken("steady", $"{component.Id} goes to {host}, {why}");
    }

    private HostVerdict? Verdict(string host) => world.Store.Find<HostVerdict>(SchedulerCollections.Hosts.Name)?.Peek(host);

    private string? Unsteady(string host, string region)
    {
        var verdict = Verdict(host);
        var now = ProcClock.WallClock(world.Time.Now);
        if (verdict is { State: HostState.Online } && now - verdict.Since < Config.HoldOffAfter(verdict.Returns) - Slack)
        {
            return $"which came back {verdict.Returns} times in a row, {(now - verdict.Since).TotalSeconds:0.0} s ago";
        }

        // While the feed is interrupted for a leader (its clock runs apart from a collector's) no lapse is a host's.
        if (!(world.LeaderOf(region)?.CompleteFor > Config.Lease * LapseState.LeasesPerWindow))
        {
            return null;
        }

        // The last one may not have been reported yet.
        var known = Lately(host, Config.Lease * 12).Where(at => at < world.AskedAt - Slack.Ticks).ToList();
        return known.Count > LapseState.CountMin ? $"whose lease lapsed {known.Count} times of late" : null;
    }

    private bool IsSteady(Host host) =>
        Verdict(host.Name) is { State: HostState.Online, Drain: null, Maintenance: null, Returns: 0 } verdict
        && ProcClock.WallClock(world.Time.Now) - verdict.Since > Slack
        && Lately(host.Name, Config.Lease * LapseState.LeasesPerWindow * 2).Count == 0
        && world.Truth.WasAccepted(host.Name, TimeSpan.FromSeconds(3), TimeSpan.Zero);

    private List<long> Lately(string host, TimeSpan within) =>
        _lapses.GetValueOrDefault(host)?.FindAll(at => at > world.Time.Now - within.Ticks) ?? [];
}
