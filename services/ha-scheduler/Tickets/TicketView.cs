using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>A ticket as people see it.</summary>
internal sealed record TicketView
{
    public required string Id { get; init; }
    public required string Url { get; init; }
    public required string Kind { get; init; }

    /// <summary>Initializing, Ready, In Progress, Successful or Failed.</summary>
    public required string Status { get; init; }

    public required string Region { get; init; }
    public required IReadOnlyList<string> Hosts { get; init; }
    public required string By { get; init; }
    public string? Reason { get; init; }
    public string? Note { get; init; }
    public Approval? Approval { get; init; }
    public required int Total { get; init; }
    public required int Done { get; init; }
    public required int Failures { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public double? DetectionSeconds { get; init; }
    public double? MoveSeconds { get; init; }
    public double? CatchUpSeconds { get; init; }

    /// <summary>Of a failover: Ongoing, Recovered (all runs and has caught up, a host is still away) or Closed.</summary>
    public string? Incident { get; init; }

    /// <summary>Of a failover: subtopics that had a Store on its hosts.</summary>
    public IReadOnlyList<string>? Subtopics { get; init; }

    /// <summary>Time at which all its hosts were Online again, or removed.</summary>
    public DateTimeOffset? HostsBackAt { get; init; }

    /// <summary>Time at which all components had caught up and no gap was left.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>First 100 sub-tasks by component, if one ticket is asked for alone; the others are at {url}/subtasks.</summary>
    public IReadOnlyList<SubTask>? SubTasks { get; init; }

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
