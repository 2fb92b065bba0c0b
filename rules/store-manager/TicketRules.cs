using Holdfast.Contracts.Views;

namespace Holdfast.Rules.StoreManager;

/// <summary>Decides the result of an operation from what its Store shows. Pure.</summary>
internal static class TicketRules
{
    /// <summary>The ticket after a look at its Store; the same instance when nothing has changed.</summary>
    /// <param name="seen">Null: the Store is gone.</param>
    /// <param name="isInPlace">The host's report shows what was asked for.</param>
    /// <param name="limit">Since it was tried last.</param>
    internal static StoreTicket After(StoreTicket ticket, ObservedStore? seen, bool isInPlace, DateTimeOffset now, TimeSpan limit)
    {
        if (ticket.IsOver)
        {
            return ticket;
        }

        var late = now - ticket.TriedAt > limit;
        return (ticket, seen) switch
        {
            ({ Status: TicketStatus.Ready }, _) => late ? Over(ticket, TicketStatus.Failed, "was not carried out", now) : ticket,
            ({ Kind: TicketKind.Delete }, null) => Over(ticket, TicketStatus.Successful, "gone from its host, with its files", now),
            (_, null) or (not { Kind: TicketKind.Delete }, { IsThere: false }) =>
                Over(ticket, TicketStatus.Failed, "the Store was deleted meanwhile", now),
            ({ Kind: TicketKind.Delete }, _) => Noted(ticket, seen.HostServes ? "waits until its host says that it is gone"
                : "waits for its host, which cannot be told now: its files go when it is back"),
            ({ Kind: TicketKind.Pause }, { Store.Desired: DesiredState.Running }) =>
                Over(ticket, TicketStatus.Failed, "was started meanwhile", now),
            ({ Kind: TicketKind.Pause }, _) when isInPlace => Over(ticket, TicketStatus.Successful, "stopped", now),
            (not { Kind: TicketKind.Pause }, { Store.Desired: DesiredState.Stopped }) =>
                Over(ticket, TicketStatus.Failed, "was paused meanwhile", now),
            (not { Kind: TicketKind.Pause }, { Health: StoreHealth.Running }) when isInPlace =>
                Over(ticket, TicketStatus.Successful, $"runs on {seen.Store.Host}", now),
            _ when late => Over(ticket, TicketStatus.Failed, $"not within {limit.TotalSeconds:0} s: it is {seen.Health}", now),
            _ => ticket,
        };
    }

    /// <summary>The ticket of a proposal, which has no Store yet: it waits for a person, or for the approved Store to be made.</summary>
    /// <param name="subtopic">Null: it is gone.</param>
    internal static StoreTicket AfterProposal(StoreTicket ticket, SubtopicDocument? subtopic, DateTimeOffset now)
    {
        if (subtopic?.Stores.FirstOrDefault(s => s.Ticket == ticket.Id) is { } made)
        {
            return ticket with
            {
                Store = made.Name, Host = made.Host, Status = TicketStatus.InProgress, TriedAt = now, Note = null,
            };
        }

        return subtopic?.Proposal is not { } proposal || proposal.Ticket != ticket.Id
            ? Over(ticket, TicketStatus.Successful, "not needed any more", now)
            : proposal switch
            {
                { Refusal: { } no } => Over(ticket, TicketStatus.Successful, $"declined by {no.By}", now),
                { Approval: { } yes } when ticket.Approval != yes =>
                    ticket with { Approval = yes, Status = TicketStatus.InProgress, Note = "approved; see why for what it waits for" },
                _ => ticket,
            };
    }

    private static StoreTicket Over(StoreTicket ticket, string status, string note, DateTimeOffset now) =>
        ticket with { Status = status, Note = note, FinishedAt = now, IsOver = true };

    private static StoreTicket Noted(StoreTicket ticket, string note) => ticket.Note == note ? ticket : ticket with { Note = note };
}
