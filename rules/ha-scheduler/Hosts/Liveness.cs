using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>Judges whether a host is alive (docs/reference/oms.md, Failure of a host), by its silence (docs/decisions/0005).</summary>
internal static class Liveness
{
    /// <summary>A host silent for this share of the interval counts as silent for the brake, though not yet Down.</summary>
    private const double SuspectShare = 0.5;

    /// <param name="heardWithin">
    /// After a break everybody has so long to be heard again, and is no suspect meanwhile. But that is never longer than until somebody
    /// can be Down, for the brake holds in that same pass.
    /// </param>
    internal static bool IsSuspect(HostSnapshot host, HaConfig config, TimeSpan heardWithin = default) =>
        host.Verdict.State == HostState.Down && !host.HeardSinceVerdict
        || (host.Silence > config.CheckHostDownInterval * SuspectShare
            && HadTime(host, heardWithin < config.CheckHostDownInterval ? heardWithin : config.CheckHostDownInterval));

    /// <summary>It was heard since the feed broke off last, or could have been.</summary>
    internal static bool HadTime(HostSnapshot host, TimeSpan heardWithin) => !host.UnheardSinceBreak || host.Silence > heardWithin;

    private static bool IsOverdue(HostSnapshot host, Snapshot snapshot, HaConfig config) =>
        host.Silence > config.CheckHostDownInterval && HadTime(host, snapshot.Feed.HeardWithin);

    /// <summary>
    /// A suspect, or one whose silence does not count because the feed broke off meanwhile: it is accused of nothing, and it
    /// is relied on for nothing.
    /// </summary>
    internal static bool IsUnheard(HostSnapshot host, HaConfig config) =>
        IsSuspect(host, config) || host.Unheard > config.CheckHostDownInterval * SuspectShare;

    /// <summary>One decision for the host itself; what runs there is <c>Failover</c>'s.</summary>
    /// <param name="idcIncident">The incident of its IDC when all of that is lost; null: the host falls alone.</param>
    internal static Decision Judge(
        HostSnapshot host, Snapshot snapshot, HaConfig config, IReadOnlySet<(string, long)> owned, string? idcIncident) =>
        host.Verdict.State switch
        {
            HostState.Online => JudgeOnline(host, snapshot, config, idcIncident),
            HostState.Down => host.HeardSinceVerdict ? new Quarantine(host) : StaysDown(host),
            HostState.Quarantined => JudgeQuarantined(host, snapshot, config, owned, idcIncident),
        };

    private static Decision JudgeOnline(HostSnapshot host, Snapshot snapshot, HaConfig config, string? idcIncident)
    {
        var name = host.Verdict.Host;
        if (IsOverdue(host, snapshot, config))
        {
            return Convict(host, snapshot, config, idcIncident);
        }

        if (Doubt(host, snapshot, config) is { } doubt)
        {
            return doubt;
        }

        if (host.Reported is { Report.DesiredVersion: 0 } && host.HeardSinceVerdict)
        {
            return new Admit(host);
        }

        return host.Verdict.Drain is { } drain
                ? new Hold(name, Reason.Draining, $"to be empty since {drain.At:O} ({drain.Reason})")
            : Flapping.Of(host.Verdict, config, snapshot.Now) is { } off
                ? new Hold(name, Reason.HeldOff, off.Sentence, off.Until)
                {
                    Inputs = new Figures(("returns", $"{off.Returns}"), ("hostHoldOffUnitSec", $"{config.HostHoldOffUnitSec}"),
                        ("since", $"{host.Verdict.Since:O}")),
                }
            : snapshot.Lapses.GetValueOrDefault(name) is { } lapses
                ? new Hold(name, Reason.Lapsing, lapses.Sentence)
                {
                    Inputs = new Figures(("count", $"{lapses.Count}"), ("sharePercent", $"{lapses.SharePercent}"),
                        ("leaseSec", $"{lapses.LeaseSec:0.###}")),
                }
            : new Hold(name, Reason.Healthy, "reports in time");
    }

    /// <summary>Silent, though not for long enough to be Down; null when it was heard of late.</summary>
    private static Hold? Doubt(HostSnapshot host, Snapshot snapshot, HaConfig config)
    {
        var needed = host.UnheardSinceBreak && snapshot.Feed.HeardWithin > config.CheckHostDownInterval
            ? snapshot.Feed.HeardWithin : config.CheckHostDownInterval;
        var earliest = snapshot.Now + needed - host.Silence;
        if (IsSuspect(host, config, snapshot.Feed.HeardWithin))
        {
            return new Hold(host.Verdict.Host, Reason.StillInTime,
                $"silent for {host.Silence.TotalSeconds:0.0} s of {config.CheckHostDownIntervalSec} s", earliest)
            {
                Inputs = Heard(host, snapshot, config),
            };
        }

        return IsUnheard(host, config)
            ? new Hold(host.Verdict.Host, Reason.FeedInterrupted,
                $"unheard for {host.Unheard.TotalSeconds:0.0} s, of which {host.Silence.TotalSeconds:0.0} s count: "
                + (snapshot.Feed.Why ?? "the feed was interrupted before that"),
                snapshot.Feed.IsComplete ? earliest : null)
            {
                Inputs = Heard(host, snapshot, config),
            }
            : null;
    }

    private static Figures Heard(HostSnapshot host, Snapshot snapshot, HaConfig config) => new(
        ("silenceSec", $"{host.Silence.TotalSeconds:0.0}"), ("unheardSec", $"{host.Unheard.TotalSeconds:0.0}"),
        ("checkHostDownIntervalSec", $"{config.CheckHostDownIntervalSec}"), ("feed", snapshot.Feed.Why ?? "complete"));

    private static Decision Convict(HostSnapshot host, Snapshot snapshot, HaConfig config, string? idcIncident)
    {
        var name = host.Verdict.Host;
        if (MaintenanceScope.OfHost(host.Verdict, snapshot) is { } maintenance)
        {
            return MaintenanceScope.Held(name, maintenance, "declare it Down");
        }

        if (!snapshot.Feed.IsComplete)
        {
            return new Hold(name, Reason.FeedInterrupted, snapshot.Feed.Why ?? "reports do not come without a hole")
            {
                Inputs = Heard(host, snapshot, config),
            };
        }

        if (snapshot.Feed.ReadableFor is { } told && told < config.CheckHostDownInterval)
        {
            return new Hold(name, Reason.NotToldForLong,
                $"for {told.TotalSeconds:0.0} s of {config.CheckHostDownIntervalSec} s the store has shown whom this scheduler hears",
                snapshot.Now + config.CheckHostDownInterval - told)
            {
                Inputs = Heard(host, snapshot, config),
            };
        }

        var fenced = snapshot.Feed.Lease + snapshot.Feed.KillGrace + config.ClockDrift;
        return config.CheckHostDownInterval < fenced
            ? new Hold(name, Reason.UnsafeInterval,
                $"checkHostDownIntervalSec {config.CheckHostDownIntervalSec} < lease {snapshot.Feed.Lease.TotalSeconds:0.###} "
                + $"+ killGrace {snapshot.Feed.KillGrace.TotalSeconds:0.###} + clockDrift {config.ClockDriftSec:0.###}")
            {
                Inputs = Heard(host, snapshot, config),
            }
            : new DeclareDown(host, idcIncident ?? $"{name}-{snapshot.Now:yyyyMMdd'T'HHmmssfff}")
            {
                Returns = Flapping.Kept(host.Verdict, config, snapshot.Now),
            };
    }

    private static Hold StaysDown(HostSnapshot host) =>
        new(host.Verdict.Host, Reason.AlreadyDown, $"Down since {host.Verdict.Since:O}")
        {
            Ticket = host.Verdict.Incident,
            Down = host.Verdict,
            Inputs = new Figures(("since", $"{host.Verdict.Since:O}"), ("incident", host.Verdict.Incident ?? "none")),
        };

    private static Decision JudgeQuarantined(
        HostSnapshot host, Snapshot snapshot, HaConfig config, IReadOnlySet<(string, long)> owned, string? idcIncident)
    {
        if (IsOverdue(host, snapshot, config))
        {
            return Convict(host, snapshot, config, idcIncident);
        }

        if (Doubt(host, snapshot, config) is { } doubt)
        {
            return doubt;
        }

        var name = host.Verdict.Host;
        if (host.Reported is not { ComponentsAreCurrent: true } reported)
        {
            return new Hold(name, Reason.NotClean, "the host has not said yet what runs there");
        }

        var foreign = reported.Components.FirstOrDefault(c => RunsSomething(c) && !owned.Contains((c.Name, c.Epoch)));
        return foreign is null
            ? new BringOnline(host)
            : new Hold(name, Reason.NotClean, $"it still runs {foreign.Name} under epoch {foreign.Epoch}, which is not its own")
            {
                Inputs = new Figures(("component", foreign.Name), ("epoch", $"{foreign.Epoch}"), ("pid", $"{foreign.Pid}")),
            };
    }

    /// <summary>Stores only collect: one too many harms nobody, and the store manager judges it.</summary>
    private static bool RunsSomething(ComponentReport component) =>
        component.Kind != ComponentKind.Store && component.Pid is not null;
}
