using System.Diagnostics.Metrics;
using Holdfast.Contracts;
using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Logs;
using Holdfast.Heartbeat.Registry;
using Holdfast.Platform.Telemetry;

namespace Holdfast.Heartbeat.Intake;

/// <summary>The answer to a report: a fault, or a reply that may be held for news when the host asks for that.</summary>
/// <param name="Report">The report that was taken, under the number of its life; null: none was.</param>
/// <param name="Terms">Of the moment when the report came: how long the reply is held must not shorten its lease.</param>
internal readonly record struct Heard(
    Fault? Fault, HeartbeatReply? Reply, HostEntry? Entry, HostReport? Report, HeartbeatTerms? Terms, bool LacksComponents, bool MayBeHeld)
{
    /// <summary>Its lease was over before this report came; null: it came in time.</summary>
    internal LeaseLapse? Lapse { get; init; }
}

/// <summary>A reply that waits for news, at most for so long; what there is to say at once instead, if anything.</summary>
internal readonly record struct Held(HeartbeatReply? AtOnce, Task News, TimeSpan Limit);

/// <summary>
/// Takes a report in and says what it is answered. The hot path of the system: no store, no bus, no log line, no lock
/// that spans two hosts; what was heard is handed to the window and the registry, whose loops do the rest.
/// </summary>
internal sealed class ReportIntake(
    HostRegistry hosts, DesiredComponents desired, BatchWindow window, Collector collector, CollectorHealth health,
    CurrentTerms current, LogRequests logs, Refusals refusals, TimeProvider time)
{
    private static readonly Counter<long> Accepted = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.heartbeat.accepted", "{heartbeat}", "Heartbeats that were applied");

    internal Heard Hear(HostReport report)
    {
        var (terms, now) = (current.Now, health.Now);
        if (GrantFaults.Of(health.Decide(now)) is { } notNow)
        {
            return Refuse(notNow);
        }

        if (hosts.FindOrAdd(report.Host) is not { } entry)
        {
            return Refuse(HostFaults.TooManyHosts);
        }

        if (report.Logs is { } tails)
        {
            // They go to who asked: what is kept of a report goes into a batch.
            logs.Hear(report.Host, tails, now);
            report = report with { Logs = null };
        }

        var verdict = entry.Hear(report, health.Circumstances(now), terms, out var lacksComponents);
        if (verdict.Step == Step.Recognise)
        {
            return new Heard(null, Recognised(report, terms), entry, report, terms, false, MayBeHeld: false);
        }

        if (verdict.Step == Step.Apply)
        {
            return Applied(entry, Admission.Numbered(report, verdict), terms, lacksComponents, verdict.Lapse);
        }

        TellConflict(verdict, report);
        return Refuse(HostFaults.Refused(verdict.Step, report, verdict.Next, now));
    }

    private Heard Applied(HostEntry entry, HostReport report, HeartbeatTerms terms, bool lacksComponents, LeaseLapse? lapse)
    {
        if (lapse is not null)
        {
            window.Add(lapse);
        }

        if (window.Add(entry))
        {
            collector.Hurry();
        }

        hosts.Touch(entry);
        refusals.Taken(entry.Host);
        if (health.IsLeaving)
        {
            // The last batch may have been sealed just before this report came: then nobody hears of the lease.
            return Refuse(GrantFaults.Of(Grants.Leaving)!);
        }

        Accepted.Add(1);
        var heard = new Heard(null, null, entry, report, terms, lacksComponents, MayBeHeld: false) { Lapse = lapse };
        var reply = Reply(heard);
        return heard with { Reply = reply, MayBeHeld = reply.Components is null or { Count: 0 } };
    }

    internal Held BeginHold(in Heard heard, TimeSpan wait)
    {
        var (entry, report) = (heard.Entry!, heard.Report!);
        var news = entry.BeginWait(report);
        // Asked again: the list may have changed just before the wait began.
        var reply = Reply(heard);
        var withheld = entry.Known.WithheldUntil - health.Now;
        // A list that it must give up, too: the reply with none is what it waits for.
        var isNews = reply.Components is { Count: > 0 } || (reply.Components is not null && reply.DesiredVersion != report.DesiredVersion)
            || logs.IsNews(report.Host, health.Now);
        var limit = wait < heard.Terms!.HoldMax ? wait : heard.Terms.HoldMax;
        return new Held(isNews || health.IsLeaving ? reply : null, news,
            withheld > TimeSpan.Zero && withheld < limit ? withheld : limit);
    }

    /// <summary>The reply as it is now, after a hold.</summary>
    internal HeartbeatReply Reply(in Heard heard)
    {
        var (entry, report, terms) = (heard.Entry!, heard.Report!, heard.Terms!);
        var version = report.DesiredVersion;
        IReadOnlyList<DesiredComponent>? components = null;
        var list = desired.Find(report.Host);
        switch (entry.Gives(report, health.Now, list?.Row.EmptiedIn ?? 0))
        {
            case Giving.EmptyList:
                (version, components) = (0, []);
                break;
            case Giving.OurList:
                components = desired.NewerThan(report.DesiredVersion, report.Host, list, out version)?.Components;
                break;
            case Giving.Nothing:
                break;
        }

        return new HeartbeatReply
        {
            Lease = terms.Lease.TotalSeconds,
            KillGrace = terms.KillGrace.TotalSeconds,
            Interval = terms.Interval.TotalSeconds,
            DesiredVersion = version,
            ServerTime = time.GetUtcNow(),
            Components = components,
            SendComponents = heard.LacksComponents,
            Late = heard.Lapse is { } lapse ? HostFaults.Late(lapse, terms.Interval) : null,
            Logs = logs.WantedOf(report.Host),
        };
    }

    /// <summary>The reply goes out now.</summary>
    internal void Say(HeartbeatReply reply, string host)
    {
        if (reply.Logs is { } wanted)
        {
            logs.Told(host, wanted, health.Now);
        }
    }

    /// <summary>Lease 0: a duplicate grants nothing, whoever reads it without looking at Applied.</summary>
    private HeartbeatReply Recognised(HostReport report, HeartbeatTerms terms) => new()
    {
        Lease = 0,
        KillGrace = terms.KillGrace.TotalSeconds,
        Interval = terms.Interval.TotalSeconds,
        DesiredVersion = report.DesiredVersion,
        ServerTime = time.GetUtcNow(),
        Applied = false,
    };

    private void TellConflict(in Verdict verdict, HostReport report)
    {
        if (verdict.Conflict)
        {
            window.Add(new HostConflict(report.Host, verdict.Next.Address!, verdict.Next.Incarnation, report.Address,
                report.Incarnation, time.GetUtcNow()));
        }
    }

    private static Heard Refuse(Fault fault) => new(fault, null, null, null, null, false, false);
}
