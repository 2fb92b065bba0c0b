using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Operations;

/// <summary>An operator's order as a ticket. Pure.</summary>
internal static class ManualTicket
{
    /// <summary>Time after which a ticket that is still being opened was given up: the process that made it has died.</summary>
    private static readonly TimeSpan InitializingMax = TimeSpan.FromSeconds(60);

    internal static Ticket Open(Order order, IReadOnlyList<Registration> components, DateTimeOffset now, Guid distinct) => new()
    {
        Id = $"{order.Kind.ToLowerInvariant()}-{now:yyyyMMdd'T'HHmmssfff}-{distinct.ToString("N")[..6]}",
        Kind = order.Kind,
        Region = components[0].Region,
        Hosts = [.. components.Select(c => c.Host).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Status = TicketStatus.Initializing,
        By = order.By,
        Reason = order.Reason,
        Total = components.Count,
        CreatedAt = now,
    };

    internal static SubTask Part(Ticket ticket, Order order, Registration component, DateTimeOffset now) => new()
    {
        Id = SubTask.IdOf(ticket.Id, component.Id),
        Ticket = ticket.Id,
        Component = component.Id,
        Kind = ticket.Kind,
        Status = TicketStatus.Ready,
        From = component.Host,
        NamedTarget = order.TargetHost,
        CreatedAt = now,
    };

    /// <summary>Nobody was told that it was accepted, and nothing of it has begun.</summary>
    internal static bool IsAbandoned(Ticket ticket, DateTimeOffset now) =>
        ticket is { IsManual: true, Status: TicketStatus.Initializing } && now - ticket.CreatedAt > InitializingMax;

    internal static Ticket Abandoned(Ticket ticket, DateTimeOffset now) => ticket with
    {
        Status = TicketStatus.Failed,
        Total = 0,
        Note = "the scheduler ended while it was opened: nothing was begun; give the order again",
        FinishedAt = now,
    };
}
