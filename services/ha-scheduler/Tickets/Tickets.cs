using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler;

/// <summary>States of a ticket and of its sub-tasks (reference, section 2).</summary>
internal static class TicketStatus
{
    internal const string InProgress = "In Progress";
    internal const string Successful = "Successful";
}

/// <summary>One component of a host failover.</summary>
internal sealed record SubTask(string Component, string Status, string? Target, string? Note);

/// <summary>An asynchronous operation made of sub-tasks; every host failover is one. Key: id, the incident.</summary>
internal sealed record Ticket
{
    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required string Host { get; init; }
    public required string Status { get; init; }
    public required IReadOnlyList<SubTask> SubTasks { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>People have been told how it ended.</summary>
    public bool Announced { get; init; }

    internal static Collection<Ticket> Collection { get; } =
        new Collection<Ticket>("ha-scheduler.tickets", 1, t => t.Id);
}

/// <summary>What a failover ticket says, from what is really so.</summary>
internal static class FailoverTicket
{
    internal static Ticket Open(HostVerdict host, IEnumerable<Registration> components, DateTimeOffset now) => new()
    {
        Id = host.Incident!,
        Kind = "Host failover",
        Host = host.Host,
        Status = TicketStatus.InProgress,
        SubTasks = [.. components.Where(c => c.Host == host.Host && c.Desired != DesiredState.Absent)
            .Select(c => new SubTask(c.Id, TicketStatus.InProgress, null, null))],
        CreatedAt = now,
    };

    /// <summary>The ticket as it stands now; the same instance when nothing has changed.</summary>
    /// <param name="hostIsDown">Still Down for the ticket's incident.</param>
    internal static Ticket Update(
        Ticket ticket, bool hostIsDown, Func<string, Registration?> component, Func<string, string?> heldBack, DateTimeOffset now)
    {
        var subTasks = ticket.SubTasks.Select(s => Update(s, ticket, hostIsDown, component(s.Component), heldBack)).ToList();
        var done = subTasks.All(s => s.Status == TicketStatus.Successful);
        return subTasks.SequenceEqual(ticket.SubTasks) && !done
            ? ticket
            : ticket with
            {
                SubTasks = subTasks,
                Status = done ? TicketStatus.Successful : TicketStatus.InProgress,
                FinishedAt = done ? now : null,
            };
    }

    private static SubTask Update(
        SubTask subTask, Ticket ticket, bool hostIsDown, Registration? component, Func<string, string?> heldBack)
    {
        if (subTask.Status == TicketStatus.Successful)
        {
            return subTask;
        }

        return component switch
        {
            null or { Desired: DesiredState.Absent } => Done(subTask, null, "released meanwhile"),
            _ when component.Host != ticket.Host => Done(subTask, component.Host, $"{component.Name}, epoch {component.Epoch}"),
            _ when !hostIsDown => Done(subTask, component.Host, "stayed: the host came back first"),
            _ => subTask with { Note = heldBack(subTask.Component) },
        };
    }

    private static SubTask Done(SubTask subTask, string? target, string note) =>
        subTask with { Status = TicketStatus.Successful, Target = target, Note = note };
}
