using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Logs;
using Holdfast.Heartbeat.Registry;

namespace Holdfast.Heartbeat.Intake;

/// <summary>A reply that waits for news, at most for so long; what there is to say at once instead, if anything.</summary>
internal readonly record struct Held(HeartbeatReply? AtOnce, Task News, TimeSpan Limit);

/// <summary>
/// Makes the replies to reports that were taken in. A reply has the lease, what the host should run when it is to have a list, and the
/// logs that are asked of it.
/// </summary>
internal sealed class Replies(DesiredComponents desired, LogRequests logs, CollectorHealth health, TimeProvider time)
{
    /// <summary>A host gives the logs that a reply asked it for.</summary>
    internal void HearLogs(string host, IReadOnlyList<LogTail> tails, TimeSpan now) => logs.Hear(host, tails, now);

    internal Held BeginHold(in Heard heard, TimeSpan wait)
    {
        var (entry, report) = (heard.Entry!, heard.Report!);
        var news = entry.BeginWait(report);
        // Asked again: the list may have changed just before the wait began.
        var reply = Of(heard);
        var withheld = entry.Known.WithheldUntil - health.Now;
        // A list that it must give up, too: the reply with none is what it waits for.
        var isNews = reply.Components is { Count: > 0 } || (reply.Components is not null && reply.DesiredVersion != report.DesiredVersion)
            || logs.IsNews(report.Host, health.Now);
        var limit = wait < heard.Terms!.HoldMax ? wait : heard.Terms.HoldMax;
        return new Held(isNews || health.IsLeaving ? reply : null, news,
            withheld > TimeSpan.Zero && withheld < limit ? withheld : limit);
    }

    /// <summary>The reply as it is now, after a hold.</summary>
    internal HeartbeatReply Of(in Heard heard)
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
    internal HeartbeatReply Recognised(HostReport report, HeartbeatTerms terms) => new()
    {
        Lease = 0,
        KillGrace = terms.KillGrace.TotalSeconds,
        Interval = terms.Interval.TotalSeconds,
        DesiredVersion = report.DesiredVersion,
        ServerTime = time.GetUtcNow(),
        Applied = false,
    };
}
