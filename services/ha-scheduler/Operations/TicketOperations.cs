using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Operations;

/// <summary>Takes orders for tickets: retry failed sub-tasks, skip those that nobody waits for, approve those that ask for it.</summary>
internal sealed class TicketOperations(Cluster cluster, ComponentOperations operations, PassTrigger passes, TimeProvider time)
{
    private const int ChangesAtOnce = 128;

    /// <param name="component">Name or id; null: all that have failed.</param>
    internal async Task<Outcome<Ticket>> Retry(string id, string? component, CancellationToken cancel)
    {
        var chosen = await Choose(id, component, p => p.Status == TicketStatus.Failed, cancel);
        if (chosen.Fault is { } fault)
        {
            return fault;
        }

        var components = chosen.Value!.Select(p => cluster.Components.Find(p.Component)).OfType<Registration>().ToList();
        if (operations.Busy(chosen.Value![0].Kind!, components, except: id) is { } busy)
        {
            return busy;
        }

        await Change(chosen.Value!, p => p.Status == TicketStatus.Failed
            ? p with { Status = TicketStatus.Ready, StartedAt = null, FinishedAt = null, Note = null, Undo = null }
            : null, cancel);
        return await Sum(id, cancel);
    }

    /// <summary>Ended by the next pass, which takes back what was begun.</summary>
    internal async Task<Outcome<Ticket>> Skip(string id, string? component, string by, CancellationToken cancel)
    {
        var chosen = await Choose(id, component, p => p.Status != TicketStatus.Successful, cancel);
        if (chosen.Fault is { } fault)
        {
            return fault;
        }

        await Change(chosen.Value!, p => p.Status == TicketStatus.Successful ? null : p with { SkippedBy = by }, cancel);
        await cluster.Tickets.Change(id, t => t.Kind == TicketKind.Restart ? t with { Note = $"declined by {by}" } : null, cancel);
        return await Sum(id, cancel);
    }

    internal async Task<Outcome<Ticket>> Approve(string id, string by, CancellationToken cancel)
    {
        if (cluster.Tickets.Find(id) is not { } ticket)
        {
            return Unknown(id);
        }

        var waits = !ticket.IsManual && cluster.SubTasks.All.Any(p => p.Ticket == id && p.Status == TicketStatus.Ready);
        var changed = waits
            ? await cluster.Tickets.Change(id, t => t is { IsOpen: true, Approval: null }
                ? t with { Approval = new Approval(by, time.GetUtcNow()) } : null, cancel)
            : null;
        if (changed is not { } approved)
        {
            return new Fault("HA-139", 409, "Nothing waits for approval", ticket.Approval is { } before
                    ? $"Ticket '{id}' was approved by {before.By} at {before.At:O}."
                    : $"Ticket '{id}' ({ticket.Kind}) is {ticket.Status} and waits for nobody.",
                "See GET /api/v1/tickets?status=Ready for the tickets that wait.");
        }

        passes.Hurry();
        return approved.Document;
    }

    internal static Fault Unknown(string id) =>
        Fault.NotFound("HA-136", "ticket", id, "See GET /api/v1/tickets; finished ones are deleted after 30 days.");

    /// <summary>Those of the ticket's sub-tasks that this may be done to, at least one.</summary>
    private async Task<Outcome<IReadOnlyList<SubTask>>> Choose(
        string id, string? component, Func<SubTask, bool> may, CancellationToken cancel)
    {
        if (cluster.Tickets.Find(id) is not { } ticket)
        {
            return Unknown(id);
        }

        var key = component is null ? null : Registration.IdIn(component);
        if (key is not null && await cluster.Part(id, key, cancel) is null)
        {
            return Fault.NotFound("HA-137", "sub-task", component!, $"See GET /api/v1/tickets/{id}/subtasks for those that there are.");
        }

        if (!ticket.IsManual && ticket.Kind != TicketKind.Restart)
        {
            return new Fault("HA-138", 409, "Not now",
                $"Ticket '{id}' ({ticket.Kind}) follows what HA does: it has no steps to repeat or skip.",
                "To hold HA back put the host or the task in maintenance; a drain ends with drain false.");
        }

        var chosen = cluster.SubTasks.All.Where(p => p.Ticket == id && !p.IsOver && may(p) && (key is null || p.Component == key)).ToList();
        return chosen.Count > 0 ? chosen : new Fault("HA-138", 409, "Not now",
            $"Nothing of ticket '{id}', which is {ticket.Status}, is in a state for that.",
            "Only what is Failed can be tried again, and only what is not Successful can be skipped.");
    }

    private Task Change(IReadOnlyList<SubTask> parts, Func<SubTask, SubTask?> change, CancellationToken cancel) =>
        parts.ForEachInGroups(ChangesAtOnce, part => cluster.SubTasks.Change(part.Id, change, cancel));

    private async Task<Outcome<Ticket>> Sum(string id, CancellationToken cancel)
    {
        var rest = cluster.SubTasks.All.Where(p => p.Ticket == id && !p.IsOver).ToList();
        var changed = await cluster.Tickets.Change(id, t => FailoverTicket.Sum(t, rest, time.GetUtcNow()), cancel);
        passes.Hurry();
        return changed is { } ticket ? ticket.Document : Unknown(id);
    }
}
