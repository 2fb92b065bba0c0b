using System.Diagnostics.Metrics;
using Holdfast.Platform.Telemetry;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Publishing;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;
using Microsoft.Extensions.Logging;

namespace Holdfast.StoreManager.Pass;

/// <summary>Makes changes of subtopics so, each by compare-and-set, with the tickets that tell of them.</summary>
internal sealed partial class StoreExecutor(
    StoreState state, SubtopicViews subtopicViews, StatePublisher statePublisher, HostsHeard hosts, SuspectsHeard suspects,
    ILogger<StoreExecutor> logger)
{
    private const int ChangesAtOnce = 64;

    private static readonly Counter<long> Made = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.store_manager.stores.made", "{store}", "Stores that were made, by who wanted them");

    /// <summary>A write takes milliseconds; whoever runs is silent for longer before it is missed.</summary>
    private static readonly TimeSpan SnapshotAgeMax = TimeSpan.FromSeconds(5);

    private Subtopics Subtopics => state.Subtopics;

    /// <summary>
    /// The store has kept the pass waiting. Part of what the pass sees is of before and part of now, and what it made would seem to have
    /// been starting ever since. The next pass looks anew.
    /// </summary>
    internal bool IsOld(Moment moment) => hosts.Elapsed - moment.Elapsed > SnapshotAgeMax;

    /// <summary>Changes that follow from the snapshot alone, before anything is decided; then the views as they are after it.</summary>
    internal async Task<List<SubtopicView>> Settle(
        List<SubtopicView> views, SubtopicTerms terms, Moment moment, CancellationToken cancel)
    {
        var changes = new List<(int Index, SubtopicDocument After)>();
        for (var i = 0; i < views.Count; i++)
        {
            var document = views[i].Document;
            var after = StoreChange.Settle(views[i], s => IsGone(s, document.Subtopic), moment.Now);
            after = suspects.IsQuiet && !after.Stores.Any(s => s.IsHeldBack) ? after : Suspects.Told(after, suspects.Of(document));
            if (!ReferenceEquals(after, document))
            {
                changes.Add((i, after));
            }
        }

        await Each(changes, async change =>
        {
            var before = views[change.Index].Document;
            if (await Subtopics.Change(before, _ => change.After, cancel) is not { } changed)
            {
                return;
            }

            views[change.Index] = subtopicViews.At(changed.Document, terms, moment);
            await OpenRemovals(changed.Document, moment.Now, cancel);
            foreach (var gone in before.Stores.Where(s => change.After.Stores.All(a => a.Name != s.Name)))
            {
                hosts.Forget(gone.Name);
                LogGone(gone.Name, gone.Host);
            }
        });
        return views;
    }

    /// <summary>For each Store that is to go.</summary>
    internal Task OpenRemovals(IEnumerable<SubtopicView> views, DateTimeOffset now, CancellationToken cancel) => Each(
        views.Where(v => Array.Exists(v.Stores, static s => !s.IsThere)), v => OpenRemovals(v.Document, now, cancel));

    /// <summary>
    /// A ticket for each Store that goes without a person's order. Asked again while it goes: who decided it may not have lived to
    /// open it.
    /// </summary>
    private async Task OpenRemovals(SubtopicDocument subtopic, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var store in subtopic.Stores.Where(s => s is { IsLeaving: true, LeavesBy: not null }))
        {
            var ticket = StoreTicket.OfRemoval(subtopic, store, now);
            if (!state.Tickets.IsOpen(ticket.Id))
            {
                await state.Tickets.Open(ticket, cancel);
            }
        }
    }

    private bool IsGone(Store store, string subtopic) =>
        Subtopics.Cache.FindVersioned(subtopic) is { } versioned && statePublisher.IsGone(store, versioned.Version);

    /// <summary>Deletes what may be deleted; what may not is returned with it, to be shown: in the order of the views.</summary>
    internal async Task<IReadOnlyList<RedundantStore>[]> Clear(
        List<SubtopicView> views, SubtopicTerms terms, DateTimeOffset now, CancellationToken cancel)
    {
        var found = new IReadOnlyList<RedundantStore>[views.Count];
        var allowed = new List<(SubtopicDocument Subtopic, IReadOnlyList<RedundantStore> Redundant)>();
        for (var i = 0; i < found.Length; i++)
        {
            var document = views[i].Document;
            found[i] = Cleanup.Of(views[i], terms.For(document), now);
            if (found[i].Any(s => s.IsAllowed))
            {
                allowed.Add((document, found[i]));
            }
        }

        await Each(allowed, async f =>
        {
            var go = f.Redundant.Where(s => s.IsAllowed).ToDictionary(s => s.Store, StringComparer.Ordinal);
            SubtopicDocument Without(SubtopicDocument subtopic) => go.Aggregate(subtopic, (s, gone) => StoreChange.Replace(
                s, gone.Key, store => StoreChange.Leave(store, gone.Value.Because, LeftBy.Of(gone.Value))));
            if (await Subtopics.Change(f.Subtopic, Without, cancel) is { } changed)
            {
                foreach (var (store, redundant) in go)
                {
                    LogCleared(store, redundant.Because);
                }

                await OpenRemovals(changed.Document, now, cancel);
            }
        });
        return found;
    }

    /// <summary>Makes the Stores that were decided upon, as long as what the pass saw is not too old.</summary>
    internal Task Make(IEnumerable<StoreDecision> decisions, Moment moment, CancellationToken cancel) => Each(
        decisions.OfType<Create>(), create => IsOld(moment) ? Task.CompletedTask : Make(create, moment.Now, cancel));

    private async Task Make(Create create, DateTimeOffset now, CancellationToken cancel)
    {
        if (hosts.Fleet.Find(create.Host!) is { } host
            && await Subtopics.Change(create.Document, s => StoreChange.WithStore(s, create, host.Ip, now), cancel) is { } made)
        {
            Made.Add(1, new KeyValuePair<string, object?>("origin", create.Origin.ToString()));
            var store = made.Document.Stores[^1];
            LogPlaced(store.Name, store.Host, store.StartTimestamp, create.Because);
            if (store.Ticket is null)
            {
                await state.Tickets.Open(StoreTicket.OfCreate(made.Document, store, create, now), cancel);
            }
        }
    }

    /// <summary>Proposals for a person: written with the subtopic first, so that there is one; the ticket is made of it.</summary>
    internal async Task Ask(IReadOnlyList<StoreDecision> decisions, DateTimeOffset now, CancellationToken cancel)
    {
        var holds = decisions.OfType<Hold>()
            .Where(h => h.Document.Proposal is not null || ReferenceEquals(h.Reason, StoreReason.AwaitsApproval)).ToList();
        await Each(holds.Where(h => h.IsToBeAsked), hold => Subtopics.Change(
            hold.Document, s => s with { Proposal = new Proposal(StoreTicket.IdOf(s.Subtopic, now), now) }, cancel));
        await Each(holds.Where(h => h.EndsProposal), hold => Subtopics.Change(hold.Document, s => s with { Proposal = null }, cancel));
        await Each(holds.Where(h => h.Plan is not null && h.Ticket is { } ticket && !state.Tickets.IsOpen(ticket)),
            hold => state.Tickets.Open(StoreTicket.OfProposal(hold), cancel));
    }

    private static Task Each<T>(IEnumerable<T> items, Func<T, Task> change) => items.ForEachInGroups(ChangesAtOnce, change);

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Store} goes to {Host} and collects from {StartTimestamp}: {Because}")]
    private partial void LogPlaced(string store, string host, long startTimestamp, string because);

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Store} is to go: {Because}")]
    private partial void LogCleared(string store, string because);

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Store} is gone from {Host}")]
    private partial void LogGone(string store, string host);
}
