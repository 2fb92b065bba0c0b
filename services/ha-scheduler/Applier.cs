using Holdfast.Contracts;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>Makes a decision so: compare-and-set first, then the word. What is lost after that the next pass says again.</summary>
internal sealed partial class Applier(
    Cluster cluster, LivenessFeed feed, Publisher publisher, BrakeBoard brakes, TimeProvider time, ILogger<Applier> logger)
{
    /// <summary>What was decided longer ago is not done any more: it is decided anew.</summary>
    internal static readonly TimeSpan DecisionAgeMax = Continuity.GapMax;

    private readonly Dictionary<string, TimeSpan> _verdictMade = new(StringComparer.Ordinal);

    /// <summary>When this process made the present verdict on its monotonic clock; zero: in an earlier life, or never.</summary>
    internal TimeSpan VerdictMade(string host) => _verdictMade.GetValueOrDefault(host);

    internal async Task Apply(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        // Counted once: many hosts may fall in one pass, and after an outage the whole fleet may have to be admitted.
        var former = decisions.Any(d => d is Admit) ? cluster.Components.All.SelectMany(c => c.Former) : [];
        var placed = decisions.Any(d => d is DeclareDown) ? cluster.Components.All.Where(c => c.Host is not null) : [];
        var places = new Places(
            former.ToLookup(f => f.Host, f => new PlacementKey(f.Name, f.Epoch), StringComparer.Ordinal),
            placed.ToLookup(c => c.Host!, StringComparer.Ordinal));
        var began = feed.Elapsed;
        foreach (var decision in decisions)
        {
            // A slow store: meanwhile hosts came back or fell silent, and the next pass knows.
            if (feed.Elapsed - began > DecisionAgeMax)
            {
                LogOutdated((feed.Elapsed - began).TotalSeconds);
                return;
            }

            await Apply(decision, places, cancel);
        }
    }

    /// <summary>By host: what stood there and stands elsewhere now, and what stands there.</summary>
    private sealed record Places(ILookup<string, PlacementKey> Removed, ILookup<string, Registration> Present);

    private async Task Apply(Decision decision, Places places, CancellationToken cancel)
    {
        switch (decision)
        {
            case DeclareDown down:
                await Down(down, places.Present[down.Object], cancel);
                break;
            case Quarantine quarantine:
                await cluster.Hosts.Change(quarantine.Object, v => v.State == HostState.Down
                    ? v with { State = HostState.Quarantined, Since = time.GetUtcNow() } : null, cancel);
                LogQuarantined(quarantine.Object);
                break;
            case BringOnline online:
                await Online(online, cancel);
                break;
            case Admit admit:
                await Admitted(admit.Host, places.Removed, cancel);
                break;
            case Place place:
                await Placed(place, cancel);
                break;
            case SetBrake brake:
                brakes.Set(brake);
                break;
            case Hold:
                break;
        }
    }

    private async Task Down(DeclareDown down, IEnumerable<Registration> components, CancellationToken cancel)
    {
        var host = down.Host;
        var changed = await cluster.Hosts.Change(down.Object, v => v.State == HostState.Down ? null : v with
        {
            State = HostState.Down,
            Since = time.GetUtcNow(),
            Incident = down.Incident,
            Incarnation = host.Reported?.Report.Incarnation ?? v.Incarnation,
            SilenceSeconds = host.Silence.TotalSeconds,
        }, cancel);
        if (changed is not { } verdict)
        {
            return;
        }

        _verdictMade[down.Object] = feed.Elapsed;
        publisher.Trace(down.Incident, feed.TraceOf(down.Object));
        LogDown(down.Object, host.Verdict.Address, host.Silence.TotalSeconds, down.Incident);
        await cluster.Tickets.Insert(FailoverTicket.Open(verdict.Document, components, time.GetUtcNow()), cancel);
    }

    /// <summary>Said before it is so: if it cannot be said, the next pass finds the host still quarantined.</summary>
    private async Task Online(BringOnline online, CancellationToken cancel)
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
            ? v with { State = HostState.Online, Since = time.GetUtcNow(), Incident = null, SilenceSeconds = 0 } : null, cancel);
        publisher.Forget(verdict.Incident ?? "");
        LogOnline(online.Object);
    }

    private Task Admitted(HostSnapshot host, ILookup<string, PlacementKey> removed, CancellationToken cancel)
    {
        var name = host.Verdict.Host;
        return publisher.Publish(
            new HostAdmitted
            {
                Host = name,
                Incarnation = host.Reported!.Report.Incarnation,
                Sequence = host.Reported.Report.Sequence,
                Removed = [.. removed[name]],
                At = time.GetUtcNow(),
            },
            host.Verdict.Incident, cancel);
    }

    private async Task Placed(Place place, CancellationToken cancel)
    {
        var ip = feed.Fleet.Find(place.Host)?.Ip ?? place.Host;
        var changed = await cluster.Components.Change(place.Object, now => IsSame(now, place.From) ? Move(now, place, ip) : null, cancel);
        if (changed is { } placed)
        {
            LogPlaced(place.Object, place.From.Host ?? "nowhere", place.Host, placed.Document.Epoch, place.Desired);
        }
    }

    private static bool IsSame(Registration now, Registration planned) =>
        now.Host == planned.Host && now.Epoch == planned.Epoch && now.Desired == planned.Desired;

    private Registration Move(Registration before, Place place, string ip)
    {
        var epoch = before.Epoch + 1;
        return before with
        {
            Host = place.Host,
            Name = Registration.NameOn(ip, before.Id, epoch),
            Epoch = epoch,
            Desired = place.Desired,
            CarriedState = place.CarriedState,
            Former = before is { Host: { } host, Name: { } name } ? [.. before.Former, new FormerPlace(name, host, before.Epoch)]
                : before.Former,
            OperatedAt = before.Host is null ? before.OperatedAt : time.GetUtcNow(),
            Incident = place.Incident,
        };
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Host {Host} ({Address}) is Down after {Silence:0.0} s of silence, incident {Incident}")]
    private partial void LogDown(string host, string address, double silence, string incident);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store took {Seconds:0.0} s over this pass; the rest of it is decided anew")]
    private partial void LogOutdated(double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host {Host} is heard again and quarantined until its inventory is clean")]
    private partial void LogQuarantined(string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host {Host} is Online again")]
    private partial void LogOnline(string host);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Component} goes from {From} to {To} under epoch {Epoch}, to be {Desired} there")]
    private partial void LogPlaced(string component, string from, string to, long epoch, DesiredState desired);
}
