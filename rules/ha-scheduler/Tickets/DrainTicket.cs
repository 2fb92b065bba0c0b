using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.Rules.HaScheduler.Tickets;

/// <summary>Ticket of a drain: the components that are still on the host, and the reasons. It follows what the passes do. Pure.</summary>
internal static class DrainTicket
{
    internal static string IdOf(string host, Drain drain) => $"drain-{host}-{drain.At:yyyyMMdd'T'HHmmss}";

    internal static Ticket Open(HostVerdict host, Drain drain, DateTimeOffset now) => new()
    {
        Id = IdOf(host.Host, drain),
        Kind = TicketKind.Drain,
        Region = host.Region,
        Hosts = [host.Host],
        Status = TicketStatus.InProgress,
        By = drain.By,
        Reason = drain.Reason,
        CreatedAt = now,
    };

    internal static SubTask Part(string ticket, Registration component, DateTimeOffset now) => new()
    {
        Id = SubTask.IdOf(ticket, component.Id),
        Ticket = ticket,
        Component = component.Id,
        Kind = TicketKind.Drain,
        Status = TicketStatus.InProgress,
        From = component.Host,
        CreatedAt = now,
        StartedAt = now,
    };

    internal static SubTask PartOfStore(string ticket, string host, string store, DateTimeOffset now) => new()
    {
        Id = SubTask.IdOf(ticket, store),
        Ticket = ticket,
        Component = store,
        Kind = TicketKind.Drain,
        IsStore = true,
        Status = TicketStatus.InProgress,
        From = host,
        Note = "the store manager makes another one elsewhere first; what it waits for: "
            + $"GET /api/v1/stores/{Uri.EscapeDataString(store)}/history",
        CreatedAt = now,
        StartedAt = now,
    };

    /// <param name="isThere">As its host says, also of what is stopped and still has its data; null: it has not said so yet.</param>
    internal static SubTask StepOfStore(SubTask part, bool? isThere, bool goesOn, DateTimeOffset now) =>
        isThere == false ? ManualWork.Done(part, $"gone from {part.From}: what needs its log is served by another one", now)
        : !goesOn ? ManualWork.Done(part, $"stays on {part.From}: the drain was ended", now)
        : part;

    /// <summary>It is to go before the host is empty. What has ended by itself is in nobody's way.</summary>
    internal static bool IsToGo(Registration component, Sight sight) =>
        component.Desired != DesiredState.Absent && !HasEnded(component, sight);

    /// <param name="goesOn">The host is still to be empty for this drain.</param>
    internal static SubTask Step(SubTask part, Registration? component, Sight sight, bool goesOn, Hold? held, DateTimeOffset now) =>
        component switch
        {
            null or { Desired: DesiredState.Absent } => ManualWork.Done(part, "released meanwhile", now),
            _ when component.Host != part.From => ManualWork.Done(part, component, now),
            _ when HasEnded(component, sight) => ManualWork.Done(part, "has ended there: nothing to move", now),
            { Migration: null } when !goesOn => ManualWork.Done(part, $"stays on {part.From}: the drain was ended", now),
            { Migration: { StoppingSince: not null } move } =>
                part with { Note = $"stops there to go to {move.Target}; {sight.In(component)}" },
            _ when held is not null => part with { Note = FailoverTicket.NoteOf(held) },
            _ => part,
        };

    internal static Ticket Ended(Ticket ticket) => ticket.IsOpen ? ticket with { Note = "the drain was ended early" } : ticket;

    private static bool HasEnded(Registration component, Sight sight) =>
        component.CarriedState == ComponentState.Completed || sight.Reported?.State == ComponentState.Completed;
}
