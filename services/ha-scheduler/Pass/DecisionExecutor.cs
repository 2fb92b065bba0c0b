using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Measures;
using Holdfast.HaScheduler.Tickets;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Components;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>Makes a decision so: compare-and-set first, then the word. What is lost after that the next pass says again.</summary>
internal sealed partial class DecisionExecutor(
    LeaderView cluster, LivenessFeed feed, HostExecutor hosts, BrakeBoard brakes, TicketReconciler tickets, BootClock clock,
    TimeProvider time, ILogger<DecisionExecutor> logger)
{
    /// <summary>Age from which a decision is not carried out any more: it is made anew.</summary>
    internal static readonly TimeSpan DecisionAgeMax = FeedLimits.GapMax;

    /// <summary>Components that are changed at once: the store commits what comes together in one go.</summary>
    private const int ChangesAtOnce = 128;

    /// <summary>When the present pass began to be carried out, on a clock that goes on while the machine sleeps.</summary>
    private TimeSpan _began;

    internal async Task Apply(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        var removed = hosts.Removed(decisions);
        var downs = new List<HostVerdict>();
        _began = clock.Now;
        foreach (var decision in decisions.TakeWhile(_ => !IsOutdated))
        {
            switch (decision)
            {
                case DeclareDown down:
                    downs.AddRange(await hosts.Down(down, cancel) is { } verdict ? [verdict] : []);
                    break;
                case Quarantine quarantine:
                    await hosts.Quarantined(quarantine, cancel);
                    break;
                case BringOnline online:
                    await hosts.Online(online, cancel);
                    break;
                case Admit admit:
                    await hosts.Admitted(admit.Host, removed, cancel);
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
    private Task Components(IReadOnlyList<Decision> decisions, CancellationToken cancel) => decisions
        .Where(d => d is Place or BeginMove or CancelMove or Restart or NoteFailure or NoteRecovery or Suspect or Hold { Notes: not null })
        .ForEachInGroups(ChangesAtOnce, d => Component(d, cancel));

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store took {Seconds:0.0} s over this pass; the rest of it is decided anew")]
    private partial void LogOutdated(double seconds);

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
