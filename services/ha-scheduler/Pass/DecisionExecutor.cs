using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Measures;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.Tickets;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Model;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>Makes a decision so: compare-and-set first, then the word. What is lost after that the next pass says again.</summary>
internal sealed partial class DecisionExecutor(
    LeaderView cluster, LivenessFeed feed, PlacementPublisher placements, Publisher publisher, BrakeBoard brakes, TicketReconciler tickets,
    BootClock clock, TimeProvider time, ILogger<DecisionExecutor> logger)
{
    /// <summary>What was decided longer ago is not done any more: it is decided anew.</summary>
    internal static readonly TimeSpan DecisionAgeMax = FeedLimits.GapMax;

    /// <summary>Components that are changed at once: the store commits what comes together in one go.</summary>
    private const int ChangesAtOnce = 128;

    private readonly Dictionary<string, TimeSpan> _verdictMade = new(StringComparer.Ordinal);

    /// <summary>When the present pass began to be carried out, on a clock that goes on while the machine sleeps.</summary>
    private TimeSpan _began;

    /// <summary>When this process made the present verdict on its monotonic clock; zero: another replica or life did, or nobody.</summary>
    internal TimeSpan VerdictMade(string host) => _verdictMade.GetValueOrDefault(host);

    internal async Task Apply(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        // Counted once: after an outage the whole fleet may have to be admitted.
        var former = decisions.Any(d => d is Admit) ? cluster.Components.All.SelectMany(c => c.Former) : [];
        var removed = former.ToLookup(f => f.Host, f => new PlacementKey(f.Name, f.Epoch), StringComparer.Ordinal);
        var downs = new List<HostVerdict>();
        _began = clock.Now;
        foreach (var decision in decisions.TakeWhile(_ => !IsOutdated))
        {
            switch (decision)
            {
                case DeclareDown down:
                    downs.AddRange(await Down(down, cancel) is { } verdict ? [verdict] : []);
                    break;
                case Quarantine quarantine:
                    await Quarantined(quarantine, cancel);
                    break;
                case BringOnline online:
                    await Online(online, cancel);
                    break;
                case Admit admit:
                    await Admitted(admit.Host, removed, cancel);
                    break;
                case SetBrake brake:
                    await brakes.Set(brake, cancel);
                    break;
                default:
                    break;
            }
        }

        await tickets.Open(downs, cancel);
        await Components(decisions, cancel);
        if (IsOutdated)
        {
            LogOutdated((clock.Now - _began).TotalSeconds);
        }
    }

    /// <summary>A slow store, or a machine that slept: meanwhile hosts came back or fell silent, and the next pass knows.</summary>
    private bool IsOutdated => clock.Now - _began > DecisionAgeMax;

    /// <summary>Many may move at once; each is one compare-and-set of its own registration.</summary>
    private async Task Components(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        foreach (var some in decisions
            .Where(d => d is Place or BeginMove or CancelMove or Restart or NoteFailure or NoteRecovery or Suspect
                or Hold { Notes: not null })
            .Chunk(ChangesAtOnce))
        {
            await Task.WhenAll(some.Select(d => Component(d, cancel)));
        }
    }

    private Task Component(Decision decision, CancellationToken cancel) => decision switch
    {
        Place place => Placed(place, cancel),
        BeginMove begin => Changed(begin.From, r => ComponentChange.Begin(r, begin.To), r => Leaves(r, begin.To), cancel),
        CancelMove stay => Changed(stay.From, ComponentChange.Stays, r => Stays(r, stay), cancel),
        Restart restart => Changed(restart.From, r => ComponentChange.Restarted(r, restart.Restarts, time.GetUtcNow()),
            r => Restarted(r, restart.Restarts), cancel),
        NoteFailure failure => Changed(failure.From,
            r => r with { FailedAt = time.GetUtcNow(), Restarts = failure.Restarts }, r => LogFailed(r.Id, r.Host!), cancel),
        Suspect { From: { Kind: ComponentKind.Store, Name: { } store } } of => Suspected(of, store, cancel),
        Suspect suspect => Changed(suspect.From,
            r => ComponentChange.Suspected(r, suspect.After, time.GetUtcNow()),
            r => LogSuspect(r.Id, suspect.Because), cancel),
        Hold { Notes: { } notes } => Changed(notes.From, r => r with { Suspicion = notes.After }, _ => { }, cancel),
        NoteRecovery well => Changed(well.From, r => r with { FailedAt = null }, r => LogWell(r.Id, r.Host!), cancel),
        _ => Task.CompletedTask,
    };

    private void Leaves(Registration component, Migration to)
    {
        SchedulerCounters.Began(to);
        LogLeaves(component.Id, component.Host!, to.Target!, to.Cause);
    }

    private void Stays(Registration component, CancelMove stay)
    {
        SchedulerCounters.Stayed(stay);
        LogStays(component.Id, component.Host!, stay.Because);
    }

    private void Restarted(Registration component, int restarts)
    {
        SchedulerCounters.Restarted();
        LogRestarted(component.Id, component.Host!, component.Epoch, restarts);
    }

    private async Task Changed(
        Registration from, Func<Registration, Registration> change, Action<Registration> log, CancellationToken cancel)
    {
        var changed = await cluster.Components.Change(
            from.Id, now => !IsOutdated && ComponentChange.IsSame(now, from) ? change(now) : null, cancel);
        if (changed is { } done)
        {
            log(done.Document);
        }
    }

    private async Task Suspected(Suspect suspect, string store, CancellationToken cancel)
    {
        var changed = await cluster.ChangeStore(store, s => !IsOutdated && Equals(s.Suspicion, suspect.From.Suspicion)
            ? s with { Suspicion = suspect.After }
            : null, cancel);
        if (changed is not null)
        {
            LogSuspect(suspect.Object, suspect.Because);
        }
    }

    private Task Placed(Place place, CancellationToken cancel)
    {
        var target = feed.Fleet.Find(place.Host);
        return Changed(place.From,
            r => ComponentChange.Moved(r, place, target?.Ip ?? place.Host, time.GetUtcNow(), target?.Report.Incarnation),
            r => Came(r, place), cancel);
    }

    private void Came(Registration component, Place place)
    {
        SchedulerCounters.Placed(place);
        LogPlaced(component.Id, place.From.Host ?? "nowhere", place.Host, component.Epoch, place.Desired);
    }

    private async Task<HostVerdict?> Down(DeclareDown down, CancellationToken cancel)
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

        _verdictMade[down.Object] = feed.Elapsed;
        publisher.Trace(down.Incident, feed.TraceOf(down.Object));
        SchedulerCounters.Judged(HostState.Down);
        LogDown(down.Object, host.Verdict.Address, host.Silence.TotalSeconds, down.Incident);
        return verdict.Document;
    }

    private async Task Quarantined(Quarantine quarantine, CancellationToken cancel)
    {
        await cluster.Hosts.Change(quarantine.Object, v => v.State == HostState.Down
            ? v with { State = HostState.Quarantined, Since = time.GetUtcNow(), Returns = v.Returns + 1 } : null, cancel);
        SchedulerCounters.Judged(HostState.Quarantined);
        LogQuarantined(quarantine.Object);
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
            ? v with { State = HostState.Online, Since = time.GetUtcNow(), Incident = null, SilenceSeconds = 0, Sequence = null }
            : null, cancel);
        publisher.Forget(verdict.Incident ?? "");
        SchedulerCounters.Judged(HostState.Online);
        LogOnline(online.Object);
    }

    private async Task Admitted(HostSnapshot host, ILookup<string, PlacementKey> removed, CancellationToken cancel)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store took {Seconds:0.0} s over this pass; the rest of it is decided anew")]
    private partial void LogOutdated(double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host {Host} is heard again and quarantined until its inventory is clean")]
    private partial void LogQuarantined(string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host {Host} is Online again")]
    private partial void LogOnline(string host);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Component} goes from {From} to {To} under epoch {Epoch}, to be {Desired} there")]
    private partial void LogPlaced(string component, string from, string to, long epoch, DesiredState desired);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Component} stops on {Host} in order to go to {Target} ({Cause})")]
    private partial void LogLeaves(string component, string host, string target, MoveCause cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component} stays on {Host} after all: {Why}")]
    private partial void LogStays(string component, string host, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component}: {Because}")]
    private partial void LogSuspect(string component, string because);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component} has failed on {Host}")]
    private partial void LogFailed(string component, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Component} runs again on {Host}, by itself")]
    private partial void LogWell(string component, string host);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Component} is restarted on {Host} under epoch {Epoch}, number {Restarts} in a row")]
    private partial void LogRestarted(string component, string host, long epoch, int restarts);
}
