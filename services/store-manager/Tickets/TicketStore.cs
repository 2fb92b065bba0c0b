using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Publishing;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Tickets;

/// <summary>Tickets: those that are open in memory, all in the store; one that is over is kept for three months.</summary>
internal sealed class TicketStore(IDocuments<StoreTicket> documents, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(93);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);

    private readonly InformerCache<StoreTicket> _open = new(documents, t => t.Id,
        (DocumentQuery<StoreTicket>.All.Where(t => t.IsOver, Match.Equal, false), t => !t.IsOver));

    private readonly Retention _retention = Retention.Of(documents, Kept, PruneEvery, before => DocumentQuery<StoreTicket>.All
        .Where(t => t.IsOver, Match.Equal, true).Where(t => t.CreatedAt, Match.Less, before), time);

    internal Task Load(CancellationToken cancel) => _open.Load(cancel);

    internal Task Settle(CancellationToken cancel) => _open.Settle(cancel);

    internal async Task Open(StoreTicket ticket, CancellationToken cancel) => await _open.Insert(ticket, cancel);

    internal IEnumerable<StoreTicket> OpenNow => _open.All;

    internal bool IsOpen(string id) => _open.Find(id) is not null;

    internal async Task<StoreTicket?> Find(string id, CancellationToken cancel) => (await documents.Find(id, cancel))?.Document;

    internal Task<Page<StoreTicket>> List(string? subtopic, string? cursor, int limit, CancellationToken cancel)
    {
        var query = DocumentQuery<StoreTicket>.All.OrderBy(t => t.CreatedAt, descending: true).Take(limit).After(cursor);
        return documents.Query(subtopic is null ? query : query.Where(t => t.Subtopic, Match.Equal, subtopic), cancel);
    }

    /// <summary>Null when it is not there or the change declines.</summary>
    internal async Task<StoreTicket?> Change(string id, Func<StoreTicket, StoreTicket?> change, CancellationToken cancel) =>
        await documents.Find(id, cancel) is { } found && change(found.Document) is { } after
        && await _open.Replace(after, found.Version, cancel) ? after : null;

    /// <summary>Brings the open tickets of this replica's subtopics up to date, and prunes old ones.</summary>
    internal async Task Follow(SubtopicViews subtopicViews, StatePublisher statePublisher, Moment moment, CancellationToken cancel)
    {
        var (terms, now) = (subtopicViews.Terms(), moment.Now);
        foreach (var ticket in _open.All.Where(t => subtopicViews.IsMine(t.Subtopic)).ToList())
        {
            var seen = ticket.Store is null ? null : subtopicViews.Find(ticket.Subtopic, moment)?
                .Stores.FirstOrDefault(s => s.Store.Name == ticket.Store);
            StoreTicket After(StoreTicket t) => t.Store is null
                ? TicketRules.AfterProposal(t, subtopicViews.Document(t.Subtopic), now)
                : TicketRules.After(
                    t, seen, seen is not null && statePublisher.IsInPlace(seen.Store), now, terms.Config.OperationTimeout);
            if (!ReferenceEquals(After(ticket), ticket) && await _open.Change(ticket.Id, After, cancel) is { Document.IsOver: true })
            {
                _open.Drop(ticket.Id);
            }
        }

        await _retention.Prune(now, cancel);
    }
}
