using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>Tickets as people see them. Pure.</summary>
internal static class TicketViews
{
    extension(TicketView)
    {
        internal static string UrlOf(string id) => "/api/v1/tickets/" + Uri.EscapeDataString(id);

        internal static TicketView Of(Ticket ticket) => new()
        {
            Id = ticket.Id,
            Url = UrlOf(ticket.Id),
            Kind = ticket.Kind,
            Status = ticket.Status,
            Region = ticket.Region,
            Hosts = ticket.Hosts,
            By = ticket.By,
            Reason = ticket.Reason,
            Note = ticket.Note,
            Approval = ticket.Approval,
            Total = ticket.Total,
            Done = ticket.Done,
            Failures = ticket.Failures,
            CreatedAt = ticket.CreatedAt,
            FinishedAt = ticket.FinishedAt,
            DetectionSeconds = ticket.DetectionSeconds,
            MoveSeconds = ticket.MoveSeconds,
            CatchUpSeconds = ticket.CatchUpSeconds,
            Incident = IncidentState.Of(ticket),
            Subtopics = ticket.Subtopics,
            HostsBackAt = ticket.HostsBackAt,
            RecoveredAt = ticket.RecoveredAt,
            ClosedAt = ticket.ClosedAt,
        };
    }
}
