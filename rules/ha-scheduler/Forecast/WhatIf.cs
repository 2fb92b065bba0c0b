using System.Collections.Frozen;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.Rules.HaScheduler.Forecast;

/// <summary>The changes to be supposed, all of them at once.</summary>
/// <param name="Hosts">Lost.</param>
/// <param name="Idcs">Lost, as (region, IDC).</param>
/// <param name="Drained">Hosts that are to be empty.</param>
/// <param name="Config">ha.config instead of the present one; null: the present one.</param>
internal sealed record Supposition(
    IReadOnlySet<string> Hosts, IReadOnlySet<(string Region, string Idc)> Idcs, IReadOnlySet<string> Drained, HaConfig? Config)
{
    internal bool IsLost(HostVerdict host) => Hosts.Contains(host.Host) || Idcs.Contains((host.Region, host.Idc));
}

/// <summary>Time that a task needs to catch up, for each second that it was behind.</summary>
/// <param name="Failovers">Measured in so many; 0: nothing was measured yet and the ratio is assumed.</param>
internal sealed record CatchUpPace(double Ratio, int Failovers)
{
    private const double Assumed = 0.5;
    private const int FailoversMax = 20;

    /// <summary>The median of the latest failovers.</summary>
    internal static CatchUpPace Of(IEnumerable<Ticket> tickets)
    {
        var ratios = tickets
            .Where(t => t is { IsFailover: true, CatchUpSeconds: not null, DetectionSeconds: not null, MoveSeconds: not null })
            .OrderByDescending(t => t.CreatedAt).Take(FailoversMax)
            .Select(t => t.CatchUpSeconds!.Value / Math.Max(1, t.DetectionSeconds!.Value + t.MoveSeconds!.Value))
            .Order().ToList();
        return ratios.Count == 0 ? new CatchUpPace(Assumed, 0) : new CatchUpPace(ratios[ratios.Count / 2], ratios.Count);
    }

    internal string Basis => Failovers == 0
        ? string.Create(CultureInfo.InvariantCulture, $"no failover measured yet: {Ratio} s of catching up assumed for each second behind")
        : string.Create(CultureInfo.InvariantCulture,
            $"the median of {Failovers} failovers: {Ratio:0.##} s of catching up for each second behind");
}

/// <summary>The same Decide over the live snapshot, with something supposed. Pure.</summary>
internal static class WhatIf
{
    private const string Incident = "what-if";

    internal static WhatIfForecast Ask(Snapshot snapshot, HaConfig config, Supposition supposition, CatchUpPace pace)
    {
        var holds = supposition.Config ?? config;
        var supposed = Suppose(snapshot, holds, supposition);
        var first = Decider.Decide(supposed, holds);
        var brakes = first.OfType<SetBrake>().Where(b => b.After.Engaged)
            .Select(b => new ExpectedBrake(b.Region, b.Silent, b.Hosts)).ToList();
        var decisions = brakes.Count == 0 ? first : Decider.Decide(Confirmed(supposed, brakes.Select(b => b.Region)), holds);
        return Tell(snapshot, supposed, decisions, brakes, supposition, holds, pace);
    }

    /// <summary>Forecasts the moves that would come at once if the brake of this region were confirmed now.</summary>
    internal static WhatIfForecast IfConfirmed(Snapshot snapshot, HaConfig config, string region, CatchUpPace pace)
    {
        var none = FrozenSet<string>.Empty;
        var nothing = new Supposition(none, FrozenSet<(string, string)>.Empty, none, null);
        var supposed = Confirmed(snapshot with { MovesLeft = Unlimited }, [region]);
        return Tell(snapshot, supposed, Decider.Decide(supposed, config), [], nothing, config, pace);
    }

    private static Dictionary<string, int> Unlimited { get; } = [];

    private static Snapshot Suppose(Snapshot snapshot, HaConfig config, Supposition supposition) => snapshot with
    {
        MovesLeft = Unlimited,
        // Asked is what HA would do, not whether it could see at this moment.
        Feed = snapshot.Feed with { IsComplete = true, Why = null, Lease = config.Lease, KillGrace = config.KillGrace },
        Hosts = supposition is { Hosts.Count: 0, Idcs.Count: 0, Drained.Count: 0 }
            ? snapshot.Hosts
            : [.. snapshot.Hosts.Select(h => Suppose(h, config, supposition))],
    };

    private static HostSnapshot Suppose(HostSnapshot host, HaConfig config, Supposition supposition)
    {
        var verdict = host.Verdict;
        if (supposition.IsLost(verdict) && verdict.State != HostState.Down)
        {
            var silence = config.ForRegion(verdict.Region).CheckHostDownInterval + TimeSpan.FromSeconds(1);
            return host with
            {
                Verdict = verdict with { State = HostState.Down, Incident = Incident },
                Silence = silence,
                Unheard = silence,
                HeardSinceVerdict = false,
            };
        }

        return supposition.Drained.Contains(verdict.Host)
            ? host with { Verdict = verdict with { Drain = new Drain(Incident, Incident, verdict.Since) } }
            : host;
    }

    private static Snapshot Confirmed(Snapshot snapshot, IEnumerable<string> regions)
    {
        var brakes = new Dictionary<string, BrakeState>(snapshot.Brakes, StringComparer.Ordinal);
        foreach (var region in regions)
        {
            brakes[region] = new BrakeState(Engaged: true, Confirmed: true);
        }

        return snapshot with { Brakes = brakes };
    }

    private static WhatIfForecast Tell(Snapshot live, Snapshot supposed, IReadOnlyList<Decision> decisions, List<ExpectedBrake> brakes,
        Supposition supposition, HaConfig config, CatchUpPace pace)
    {
        var lost = live.Hosts.Select(h => h.Verdict).Where(v => v.State != HostState.Down && supposition.IsLost(v)).ToList();
        var down = lost.Concat(decisions.OfType<DeclareDown>().Select(d => d.Host.Verdict)).ToList();
        var detection = lost.Count == 0
            ? 0
            : lost.Max(v => config.ForRegion(v.Region).CheckHostDownIntervalSec) + config.InspectionIntervalSec;
        var delays = Delays(supposed);
        var moves = decisions.Select(d => Move(d, delays, detection, pace)).OfType<ExpectedMove>().ToList();
        var waits = decisions.OfType<Hold>().Where(h => IsToldOf(h.Reason))
            .Select(h => new ExpectedHold(h.Object, h.Reason.Code, h.Reason.Name, h.Because, h.Plan, h.Earliest)).ToList();
        return new WhatIfForecast
        {
            DetectionSeconds = detection,
            Brakes = brakes,
            Moves = moves,
            Waits = waits,
            Alerts = [.. Alerts(down, moves, waits, brakes)],
            Basis = pace.Basis,
        };
    }

    /// <summary>That a host is well, or is Down as was supposed, is no news.</summary>
    private static bool IsToldOf(Reason reason) =>
        reason != Reason.Healthy && reason != Reason.AlreadyDown && reason != Reason.Draining && reason != Reason.StillInTime
        && reason != Reason.HeldOff && reason != Reason.Lapsing;

    private static ExpectedMove? Move(Decision decision, Dictionary<(string, long), double> delays, double detection, CatchUpPace pace)
    {
        return decision switch
        {
            Place { From.Host: { } from } place => Of(place.From, from, place.Host, place.Desired == DesiredState.Running),
            BeginMove begin => Of(begin.From, begin.From.Host!, begin.To.Target!, begin.To.Starts),
            Restart restart => Of(restart.From, restart.From.Host!, restart.From.Host!, true),
            _ => null,
        };

        ExpectedMove Of(Registration component, string from, string to, bool starts)
        {
            var behind = detection + (component.Name is { } name ? delays.GetValueOrDefault((name, component.Epoch)) : 0);
            return new ExpectedMove(component.Id, component.Task, from, to, starts,
                starts ? Math.Round(detection + behind * pace.Ratio, 1) : null);
        }
    }

    private static Dictionary<(string, long), double> Delays(Snapshot snapshot)
    {
        var delays = new Dictionary<(string, long), double>();
        foreach (var component in snapshot.Hosts.Where(h => h.Verdict.State == HostState.Down || h.Verdict.Drain is not null)
            .SelectMany(h => h.Reported?.Components ?? []))
        {
            delays[(component.Name, component.Epoch)] = component.DelaySeconds ?? 0;
        }

        return delays;
    }

    private static IEnumerable<ExpectedAlert> Alerts(
        List<HostVerdict> down, List<ExpectedMove> moves, List<ExpectedHold> waits, List<ExpectedBrake> brakes)
    {
        foreach (var brake in brakes)
        {
            yield return new ExpectedAlert(AlertEvents.Brake, brake.Region, $"{brake.Silent} of {brake.Hosts} hosts are silent at once");
        }

        foreach (var host in down)
        {
            yield return new ExpectedAlert(AlertEvents.HostDown, host.Host, $"Host {host.Host} is down");
            if (moves.Count(m => m.From == host.Host && m.To != host.Host) is > 0 and var count)
            {
                yield return new ExpectedAlert(AlertEvents.HostDownMigrateResource, host.Host,
                    Counted.Of(count, "component is moved", "components are moved"));
            }
        }

        if (waits.Count(w => w.Code == Reason.NoRoom.Code) is > 0 and var without)
        {
            yield return new ExpectedAlert(AlertEvents.NoCapacity, "",
                Counted.Of(without, "component has no room", "components have no room"));
        }
    }
}
