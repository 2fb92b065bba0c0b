using System.Diagnostics.Metrics;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Leases;
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

/// <summary>
/// Takes a report in and says what it is answered. This is the hot path of the system: no store, no bus, no log line, no lock that spans
/// two hosts. Anything that was heard is handed to the collector and the registry, whose loops do the rest.
/// </summary>
internal sealed class ReportIntake(
    HostRegistry hosts, Collector collector, CollectorHealth health, Replies replies, Refusals refusals, TimeProvider time)
{
    private static readonly Counter<long> Accepted = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.heartbeat.accepted", "{heartbeat}", "Heartbeats that were applied");

    internal Heard Hear(HostReport report)
    {
        var (terms, now) = (health.Terms, health.Now);
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
            replies.HearLogs(report.Host, tails, now);
            report = report with { Logs = null };
        }

        var verdict = entry.Hear(report, health.Circumstances(now), terms, out var lacksComponents);
        if (verdict.Step == Step.Recognise)
        {
            return new Heard(null, replies.Recognised(report, terms), entry, report, terms, false, MayBeHeld: false);
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
            collector.Tell(lapse);
        }

        collector.Tell(entry);
        hosts.Touch(entry);
        refusals.Taken(entry.Host);
        if (health.IsLeaving)
        {
            // The last batch may have been sealed just before this report came: then nobody hears of the lease.
            return Refuse(GrantFaults.Of(Grants.Leaving)!);
        }

        Accepted.Add(1);
        var heard = new Heard(null, null, entry, report, terms, lacksComponents, MayBeHeld: false) { Lapse = lapse };
        var reply = replies.Of(heard);
        return heard with { Reply = reply, MayBeHeld = reply.Components is null or { Count: 0 } };
    }

    private void TellConflict(in Verdict verdict, HostReport report)
    {
        if (verdict.Conflict)
        {
            collector.Tell(new HostConflict(report.Host, verdict.Next.Address!, verdict.Next.Incarnation, report.Address,
                report.Incarnation, time.GetUtcNow()));
        }
    }

    private static Heard Refuse(Fault fault) => new(fault, null, null, null, null, false, false);
}
