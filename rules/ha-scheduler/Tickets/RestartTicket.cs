using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.Rules.HaScheduler.Tickets;

/// <summary>
/// Ticket for a component that has failed, where HA may act only after approval. It waits in Ready until it is approved, and ends when
/// the restart is done or is not needed any more. Pure.
/// </summary>
internal static class RestartTicket
{
    /// <summary>Only a hold that asks for it and names a ticket of its own has one.</summary>
    internal static bool IsAskedFor(Hold held, Registration component) =>
        held.Reason == Reason.AwaitsApproval && held.Ticket == IncrSyncHealth.TicketOf(component);

    internal static Ticket Open(Hold held, Registration component, DateTimeOffset now) => new()
    {
        Id = held.Ticket!,
        Kind = TicketKind.Restart,
        Region = component.Region,
        Hosts = component.Host is { } host ? [host] : [],
        Status = TicketStatus.Ready,
        By = "HA",
        Reason = held.Plan,
        Total = 1,
        CreatedAt = now,
    };

    internal static SubTask Part(Hold held, Registration component, DateTimeOffset now) => new()
    {
        Id = SubTask.IdOf(held.Ticket!, component.Id),
        Ticket = held.Ticket!,
        Component = component.Id,
        Kind = TicketKind.Restart,
        Status = TicketStatus.Ready,
        From = component.Host,
        Epoch = component.Epoch,
        Note = held.Because,
        CreatedAt = now,
    };

    internal static SubTask Step(SubTask part, Registration? component, bool isApproved, Hold? held, DateTimeOffset now) => component switch
    {
        _ when part.SkippedBy is { } by => ManualWork.Done(part, $"declined by {by}", now),
        null or { Desired: DesiredState.Absent } => ManualWork.Done(part, "released meanwhile", now),
        _ when component.Epoch != part.Epoch => ManualWork.Done(part with { Target = component.Host },
            $"{(isApproved ? "done" : "not needed any more")}: epoch {component.Epoch} on {component.Host}", now),
        { FailedAt: null } when held is null => ManualWork.Done(part, "not needed any more: it has not failed", now),
        _ => part with
        {
            Status = isApproved ? TicketStatus.InProgress : TicketStatus.Ready,
            StartedAt = isApproved ? part.StartedAt ?? now : null,
            Note = held is null ? part.Note : FailoverTicket.NoteOf(held),
        },
    };
}
