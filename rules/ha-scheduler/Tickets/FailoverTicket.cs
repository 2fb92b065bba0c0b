using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Tickets;

/// <summary>Fills a failover ticket and its sub-tasks from the present facts (docs/reference/oms.md, Failure of a host). Pure.</summary>
internal static class FailoverTicket
{
    /// <param name="hosts">Hosts that are Down for this incident.</param>
    /// <param name="subtopics">Subtopics that have a Store there.</param>
    internal static Ticket Open(
        string incident, IReadOnlyList<HostVerdict> hosts, IReadOnlyList<string> subtopics, DateTimeOffset now) => new()
    {
        Id = incident,
        Kind = IdcLoss.IsOfIdc(incident) ? TicketKind.IdcFailover : TicketKind.HostFailover,
        Region = hosts[0].Region,
        Hosts = [.. hosts.Select(h => h.Host).Order(StringComparer.Ordinal)],
        Status = TicketStatus.InProgress,
        By = "HA",
        Incident = IncidentState.Ongoing,
        Subtopics = subtopics,
        CreatedAt = now,
        DetectionSeconds = Math.Round(hosts.Max(h => h.SilenceSeconds), 3),
    };

    /// <summary>A host of the same IDC that has fallen later.</summary>
    internal static Ticket Join(Ticket ticket, IReadOnlyList<HostVerdict> hosts, IReadOnlyList<string> subtopics) => ticket with
    {
        Incident = IncidentState.Ongoing,
        Subtopics = [.. (ticket.Subtopics ?? []).Union(subtopics, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        HostsBackAt = null,
        Hosts = [.. ticket.Hosts.Union(hosts.Select(h => h.Host), StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Status = TicketStatus.InProgress,
        FinishedAt = null,
        Announced = false,
        MovesNotified = null,
        WaitEnded = false,
        DetectionSeconds = Math.Max(ticket.DetectionSeconds ?? 0, Math.Round(hosts.Max(h => h.SilenceSeconds), 3)),
    };

    internal static SubTask Part(string incident, Registration component, DateTimeOffset now) => new()
    {
        Id = SubTask.IdOf(incident, component.Id),
        Ticket = incident,
        Component = component.Id,
        Status = TicketStatus.InProgress,
        From = component.Host,
        Recovery = new Recovery(RecoveryPhase.Moving),
        CreatedAt = now,
    };

    /// <summary>The sub-task as it stands now; the same instance when nothing has changed.</summary>
    /// <param name="component">Null: it is not registered any more.</param>
    /// <param name="hostIsDown">The host that it was on is still Down for this incident.</param>
    /// <param name="held">Reason why it has not been moved in this pass.</param>
    /// <param name="isWell">It runs where it should, with its delay in seconds; null: it does not run there (yet).</param>
    /// <param name="limit">A delay up to this is in order.</param>
    internal static SubTask Step(SubTask part, Registration? component, bool hostIsDown, Hold? held, double? isWell, TimeSpan limit,
        DateTimeOffset now) => part.Status == TicketStatus.Successful
            ? Recover(part, component, isWell, limit, now)
            : Move(part, component, hostIsDown, held, now);

    private static SubTask Move(SubTask part, Registration? component, bool hostIsDown, Hold? held, DateTimeOffset now) => component switch
    {
        null or { Desired: DesiredState.Absent } => Over(part, null, "released meanwhile", now),
        // Its host was deleted before it had another one.
        { Host: null } when held is null => part,
        { Host: not null } when component.Host != part.From => Moved(part, component, now),
        { Host: not null } when !hostIsDown => Over(part, component.Host, "stayed: the host came back first", now),
        _ when held is null => part,
        _ => part with
        {
            Status = held.Reason == Reason.AwaitsApproval ? TicketStatus.Ready : TicketStatus.InProgress,
            Note = NoteOf(held),
        },
    };

    internal static string NoteOf(Hold held) => $"{held.Reason.Code} {held.Reason.Name}: {Lasting(held)}";

    /// <summary>A countdown would be another note with every pass.</summary>
    private static string Lasting(Hold held) =>
        held.Earliest is { } earliest && held.Reason != Reason.Brake ? $"until {earliest:O}" : held.Because;

    private static SubTask Moved(SubTask part, Registration component, DateTimeOffset now)
    {
        var runs = component.Desired == DesiredState.Running;
        return part with
        {
            Status = TicketStatus.Successful,
            Target = component.Host,
            Epoch = component.Epoch,
            Note = $"{component.Name}, epoch {component.Epoch}",
            FinishedAt = now,
            Recovery = runs ? new Recovery(RecoveryPhase.Moving, MovedAt: now) : null,
            IsOver = !runs,
        };
    }

    private static SubTask Recover(SubTask part, Registration? component, double? delay, TimeSpan limit, DateTimeOffset now)
    {
        if (part.Recovery is not { } recovery || component is not { Desired: DesiredState.Running } || component.Host != part.Target)
        {
            // Stopped, released or moved on: this recovery ends here, another one goes on elsewhere.
            return part with { IsOver = true };
        }

        if (delay is not { } seconds)
        {
            return part;
        }

        var started = recovery with { StartedAt = recovery.StartedAt ?? now };
        return seconds <= limit.TotalSeconds
            ? part with { Recovery = started with { Phase = RecoveryPhase.Recovered, RecoveredAt = now }, IsOver = true }
            : part with
            {
                Recovery = started with
                {
                    Phase = recovery.Phase == RecoveryPhase.Moving ? RecoveryPhase.Started : RecoveryPhase.CatchingUp,
                },
            };
    }

    private static SubTask Over(SubTask part, string? target, string note, DateTimeOffset now) => part with
    {
        Status = TicketStatus.Successful,
        Target = target,
        Note = note,
        FinishedAt = now,
        Recovery = null,
        IsOver = true,
    };

    /// <summary>The ticket as its sub-tasks make it; the same instance when nothing has changed.</summary>
    /// <param name="open">Those of its sub-tasks that are not over.</param>
    internal static Ticket Sum(Ticket ticket, IReadOnlyList<SubTask> open, DateTimeOffset now)
    {
        // Nothing of it has begun or may begin: that is not for its sub-tasks to say.
        if (ticket.Status == TicketStatus.Initializing || ticket.IsAbandoned)
        {
            return ticket;
        }

        var undone = open.Where(s => s.Status != TicketStatus.Successful).ToList();
        var failures = undone.Count(s => s.Status == TicketStatus.Failed);
        var status = undone switch
        {
            [] => TicketStatus.Successful,
            _ when undone.Any(s => s.Status == TicketStatus.InProgress) => TicketStatus.InProgress,
            _ when undone.Any(s => s.Status is TicketStatus.Ready or TicketStatus.Initializing) => TicketStatus.Ready,
            _ => TicketStatus.Failed,
        };
        var over = status is TicketStatus.Successful or TicketStatus.Failed;
        var finishedAt = over ? ticket.FinishedAt ?? now : (DateTimeOffset?)null;
        return ticket with
        {
            Status = status,
            Done = ticket.Total - undone.Count,
            Failures = failures,
            FinishedAt = finishedAt,
            MoveSeconds = ticket.IsFailover && finishedAt is { } moved ? Math.Round((moved - ticket.CreatedAt).TotalSeconds, 3) : null,
            CatchUpSeconds = ticket.CatchUpSeconds
                ?? (ticket.IsFailover && open.Count == 0 && finishedAt is { } end ? Math.Round((now - end).TotalSeconds, 3) : null),
        };
    }
}
