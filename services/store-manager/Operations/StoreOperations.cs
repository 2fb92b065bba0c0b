using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Pass;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Operations;

/// <summary>
/// Takes operators' orders for Stores. A ticket is written first, then the subtopic is changed by compare-and-set. The pass, which is
/// at once, does and follows the rest.
/// </summary>
internal sealed class StoreOperations(StoreState state, SubtopicViews subtopicViews, HostsHeard hosts, PassTrigger passes,
    TimeProvider time)
{
    private Subtopics Subtopics => state.Subtopics;

    internal async Task<Outcome<StoreTicket>> Add(NewStore body, string by, CancellationToken cancel)
    {
        if (OperationRules.Check(body) is { } bad)
        {
            return bad;
        }

        var now = time.GetUtcNow();
        if (subtopicViews.Find(body.Subtopic!, hosts.Moment()) is not { } view)
        {
            return StoreFaults.UnknownSubtopic(body.Subtopic!);
        }

        var terms = subtopicViews.Terms().For(view.Document);
        var refusal = OperationRules.CheckAdd(body, view.Document, terms) ?? (body.StartTimestamp is { } given
            ? OperationRules.CheckPosition("startTimestamp", given, view.Document.Source, now)
            : null);
        if (refusal is { } refused)
        {
            return refused;
        }

        var start = body.StartTimestamp is { } wanted ? new Start(wanted, "") : StartTimestamp.Of(view, terms, now);
        var from = start?.From ?? now.ToUnixTimeSeconds();
        var places = new RegionPlaces(hosts.Candidates(view.Document.Region, subtopicViews.StoresByHost()));
        var (name, idc, missing) = body.Host is { } named ? places.TakeOn(named) : places.Take(view, from);
        if (name is null || hosts.Fleet.Find(name) is not { } host)
        {
            return StoreFaults.NoHost(view.Document.Region, missing ?? $"{name} is unknown");
        }

        var create = new Create(view.Document, from, StoreOrigin.Operator, body.Reason ?? "added by hand")
        {
            Host = name,
            Idc = idc,
            Exact = start?.Exact,
        };
        var store = StoreChange.WithStore(view.Document, create, host.Ip, now).Stores[^1];
        return await Carry(view.Document, store, TicketKind.Add, by, body.Reason,
            s => StoreChange.WithStore(s, create, host.Ip, now), now, cancel);
    }

    internal Task<Outcome<StoreTicket>> Start(string name, string by, string? reason, CancellationToken cancel) =>
        Operate(name, TicketKind.Start, by, reason, (store, now) => Restarted(store, now), cancel);

    internal Task<Outcome<StoreTicket>> Pause(string name, string by, string? reason, CancellationToken cancel) =>
        Operate(name, TicketKind.Pause, by, reason,
            (store, _) => store with { Desired = DesiredState.Stopped, AbnormalSince = null }, cancel);

    internal async Task<Outcome<StoreTicket>> Configure(string name, StoreConfiguration body, string by, CancellationToken cancel) =>
        OperationRules.Check(body, Subtopics.Find(name) is { } has ? has.Subtopic.ConfigOf(has.Store) : null) is { } bad
            ? bad
            : await Operate(name, TicketKind.Configure, by, body.Reason, (s, store, now) => StoreChange.Replace(s, store.Name,
                known => OperationRules.Configured(s, Restarted(known, now), body)), cancel);

    internal async Task<Outcome<StoreTicket>> Delete(string name, string? confirm, string by, string? reason, CancellationToken cancel) =>
        Subtopics.Find(name) is not null && confirm != name
            ? StoreFaults.NotConfirmed(name, confirm)
            : await Operate(name, TicketKind.Delete, by, reason,
                (s, store, now) => StoreChange.Delete(s, subtopicViews.Seen(s, store, hosts.Moment()), by, now), cancel);

    internal async Task<Outcome<SubtopicDocument>> Set(string subtopic, SubtopicSettings body, CancellationToken cancel)
    {
        Fault? refused = null;
        var changed = await Subtopics.Cache.Change(subtopic, s =>
        {
            refused = OperationRules.Check(body, s);
            return refused is null ? s with { Threshold = body.Threshold } : null;
        }, cancel);
        passes.Hurry();
        return changed is { } done ? done.Document : refused ?? StoreFaults.UnknownSubtopic(subtopic);
    }

    /// <summary>Tries a failed operation once more.</summary>
    internal async Task<Outcome<StoreTicket>> Retry(string id, CancellationToken cancel)
    {
        var found = await Failed(id, cancel);
        if (found.Fault is not null)
        {
            return found;
        }

        var (ticket, now) = (found.Value!, time.GetUtcNow());
        var changed = await Subtopics.Cache.Change(ticket.Subtopic, s =>
            s.Stores.FirstOrDefault(t => t.Name == ticket.Store) is { IsLeaving: false } known
            ? StoreChange.Replace(s, known.Name, store => Again(ticket, store, now))
            : null, cancel);
        if (changed is null)
        {
            return StoreFaults.Changed($"Store '{ticket.Store}' is gone.");
        }

        return await Set(id, t => t with
        {
            Status = TicketStatus.InProgress, IsOver = false, FinishedAt = null, Note = "tried again", TriedAt = now,
        }, cancel);
    }

    /// <summary>A failed operation counts as done: nobody waits for it any more. What waits for a person is declined.</summary>
    internal async Task<Outcome<StoreTicket>> Skip(string id, string by, CancellationToken cancel)
    {
        if (await state.Tickets.Find(id, cancel) is { Store: null, IsOver: false } asks)
        {
            return await Answer(asks, p => p.Refusal is null ? p.Decline(by, time.GetUtcNow()) : null, cancel);
        }

        var found = await Failed(id, cancel);
        return found.Fault is not null
            ? found
            : await Set(id, t => t with { Status = TicketStatus.Successful, Note = $"skipped by {by}; it had failed: {t.Note}" }, cancel);
    }

    /// <summary>HA may do what it waits with.</summary>
    internal async Task<Outcome<StoreTicket>> Approve(string id, string by, CancellationToken cancel) =>
        await state.Tickets.Find(id, cancel) is { } ticket
            ? await Answer(ticket, p => p.IsOpen ? p.Approve(by, time.GetUtcNow()) : null, cancel)
            : StoreFaults.UnknownTicket(id);

    /// <summary>A person's word goes to the subtopic, by compare-and-set; the ticket follows.</summary>
    private async Task<Outcome<StoreTicket>> Answer(StoreTicket ticket, Func<Proposal, Proposal?> answer, CancellationToken cancel)
    {
        var changed = await Subtopics.Cache.Change(ticket.Subtopic, s =>
            s.Proposal is { } open && open.Ticket == ticket.Id && answer(open) is { } after ? s with { Proposal = after } : null, cancel);
        if (changed is not { } done)
        {
            return StoreFaults.WaitsForNobody(ticket);
        }

        var now = time.GetUtcNow();
        var told = await state.Tickets.Change(ticket.Id, t =>
            TicketRules.AfterProposal(t, done.Document, now) is var after && !ReferenceEquals(after, t) ? after : null, cancel);
        passes.Hurry();
        return told ?? ticket;
    }

    private async Task<Outcome<StoreTicket>> Failed(string id, CancellationToken cancel) =>
        await state.Tickets.Find(id, cancel) is not { } ticket ? StoreFaults.UnknownTicket(id)
        : ticket.Status != TicketStatus.Failed ? StoreFaults.NotFailed(id, ticket.Status)
        : ticket;

    private async Task<Outcome<StoreTicket>> Set(string id, Func<StoreTicket, StoreTicket> change, CancellationToken cancel)
    {
        var changed = await state.Tickets.Change(id, t => t.Status == TicketStatus.Failed ? change(t) : null, cancel);
        passes.Hurry();
        return changed is null ? StoreFaults.Changed($"Ticket '{id}' was changed.") : changed;
    }

    private static Store Again(StoreTicket ticket, Store store, DateTimeOffset now) => ticket.Kind == TicketKind.Pause
        ? store with { Desired = DesiredState.Stopped }
        : Restarted(store, now);

    private static Store Restarted(Store store, DateTimeOffset now) =>
        store with { Desired = DesiredState.Running, Restarts = store.Restarts + 1, AskedAt = now, AbnormalSince = null };

    private Task<Outcome<StoreTicket>> Operate(string name, string kind, string by, string? reason,
        Func<Store, DateTimeOffset, Store> change, CancellationToken cancel) => Operate(name, kind, by, reason,
            (s, store, now) => StoreChange.Replace(s, store.Name, known => change(known, now)), cancel);

    private async Task<Outcome<StoreTicket>> Operate(string name, string kind, string by, string? reason,
        Func<SubtopicDocument, Store, DateTimeOffset, SubtopicDocument> change, CancellationToken cancel)
    {
        if (Subtopics.Find(name) is not { } found)
        {
            return StoreFaults.UnknownStore(name);
        }

        if (found.Store.IsLeaving)
        {
            return StoreFaults.IsLeaving(name);
        }

        var now = time.GetUtcNow();
        return await Carry(found.Subtopic, found.Store, kind, by, reason,
            s => change(s, found.Store, now), now, cancel);
    }

    private async Task<Outcome<StoreTicket>> Carry(SubtopicDocument subtopic, Store store, string kind, string by, string? reason,
        Func<SubtopicDocument, SubtopicDocument> change, DateTimeOffset now, CancellationToken cancel)
    {
        var ticket = new StoreTicket
        {
            Id = StoreTicket.IdOf(kind, store.Name, now.ToUnixTimeMilliseconds()),
            Kind = kind,
            Subtopic = subtopic.Subtopic,
            Store = store.Name,
            Region = subtopic.Region,
            Host = store.Host,
            Status = TicketStatus.Ready,
            By = by,
            Reason = reason,
            CreatedAt = now,
            TriedAt = now,
        };
        await state.Tickets.Open(ticket, cancel);
        var done = await Subtopics.Change(subtopic, change, cancel) is not null;
        var after = await state.Tickets.Change(ticket.Id, t => done
            ? t with { Status = TicketStatus.InProgress }
            : t with { Status = TicketStatus.Failed, Note = "the subtopic changed meanwhile", FinishedAt = now, IsOver = true }, cancel);
        passes.Hurry();
        return done ? after ?? ticket : StoreFaults.Changed($"Subtopic '{subtopic.Subtopic}' was changed by somebody else.");
    }
}
