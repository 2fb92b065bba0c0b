using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Measures;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Findings;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>Makes decisions about hosts so: compare-and-set of the verdict, and the word to those whom it concerns.</summary>
internal sealed partial class HostExecutor(
    LeaderView cluster, LivenessFeed feed, PlacementPublisher placements, Publisher publisher, VerdictTimes verdicts, TimeProvider time,
    ILogger<HostExecutor> logger)
{
    /// <summary>Placements that admitted hosts give up. Read once for a pass: after an outage all hosts may have to be admitted.</summary>
    internal ILookup<string, PlacementKey> Removed(IReadOnlyList<Decision> decisions) =>
        (decisions.Any(d => d is Admit) ? cluster.Components.All.SelectMany(c => c.Former) : [])
            .ToLookup(f => f.Host, f => new PlacementKey(f.Name, f.Epoch), StringComparer.Ordinal);

    internal async Task<HostVerdict?> Down(DeclareDown down, CancellationToken cancel)
    {
        var host = down.Host;
        var changed = await cluster.Hosts.Change(down.Object, v => v.State == HostState.Down ? null : v with
        {
            State = HostState.Down,
            Since = time.GetUtcNow(),
            Incident = down.Incident,
            Returns = down.Returns,
            Incarnation = host.Reported?.Report.Incarnation ?? v.Incarnation,
            Sequence = host.Reported?.Report.Sequence,
            SilenceSeconds = host.Silence.TotalSeconds,
        }, cancel);
        if (changed is not { } verdict)
        {
            return null;
        }

        verdicts.Made(down.Object, feed.Elapsed);
        publisher.Trace(down.Incident, feed.TraceOf(down.Object));
        SchedulerCounters.Judged(HostState.Down);
        LogDown(down.Object, host.Verdict.Address, host.Silence.TotalSeconds, down.Incident);
        return verdict.Document;
    }

    internal async Task Quarantined(Quarantine quarantine, CancellationToken cancel)
    {
        await cluster.Hosts.Change(quarantine.Object, v => v.State == HostState.Down
            ? v with { State = HostState.Quarantined, Since = time.GetUtcNow(), Returns = v.Returns + 1 } : null, cancel);
        SchedulerCounters.Judged(HostState.Quarantined);
        LogQuarantined(quarantine.Object);
    }

    /// <summary>Said before it is so: if it cannot be said, the next pass finds the host still quarantined.</summary>
    internal async Task Online(BringOnline online, CancellationToken cancel)
    {
        var verdict = online.Host.Verdict;
        if (verdict.Incident is { } incident)
        {
            await publisher.Publish(
                new HostRecovered
                {
                    Host = verdict.Host,
                    Region = verdict.Region,
                    Idc = verdict.Idc,
                    Incarnation = online.Host.Reported?.Report.Incarnation ?? verdict.Incarnation,
                    Incident = incident,
                    At = time.GetUtcNow(),
                },
                incident, cancel);
            await publisher.Publish(HostAlerts.Recovered(verdict, time.GetUtcNow()), incident, cancel);
        }

        await cluster.Hosts.Change(online.Object, v => v.State == HostState.Quarantined
            ? v with { State = HostState.Online, Since = time.GetUtcNow(), Incident = null, SilenceSeconds = 0, Sequence = null }
            : null, cancel);
        publisher.Forget(verdict.Incident ?? "");
        SchedulerCounters.Judged(HostState.Online);
        LogOnline(online.Object);
    }

    internal async Task Admitted(HostSnapshot host, ILookup<string, PlacementKey> removed, CancellationToken cancel)
    {
        var (name, given) = (host.Verdict.Host, removed[host.Verdict.Host].Distinct().ToList());
        if (!await placements.Register(name, given, cancel))
        {
            return; // with the next pass: a list is not given back with what stands elsewhere
        }

        await publisher.Publish(
            new HostAdmitted
            {
                Host = name,
                Incarnation = host.Reported!.Report.Incarnation,
                Sequence = host.Reported.Report.Sequence,
                Removed = given,
                At = time.GetUtcNow(),
            },
            host.Verdict.Incident, cancel);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Host {Host} ({Address}) is Down after {Silence:0.0} s of silence, incident {Incident}")]
    private partial void LogDown(string host, string address, double silence, string incident);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host {Host} is heard again and quarantined until its inventory is clean")]
    private partial void LogQuarantined(string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host {Host} is Online again")]
    private partial void LogOnline(string host);
}
