using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>Carries out operators' orders, one step of each open sub-task per pass.</summary>
internal sealed class ManualWorkReconciler(LeaderView cluster, SightBoard sights, HaConfigStore config, TimeProvider time)
{
    internal async Task Work(CancellationToken cancel)
    {
        var tickets = cluster.Tickets.All.Where(t => t.IsManual).ToDictionary(t => t.Id, StringComparer.Ordinal);
        if (tickets.Count == 0)
        {
            return;
        }

        var due = cluster.SubTasks.All.Where(p => p.IsManual && (p.IsOpen || p is { SkippedBy: not null, IsOver: false })
            && tickets.GetValueOrDefault(p.Ticket) is { Status: not TicketStatus.Initializing, IsAbandoned: false }).ToList();
        await TicketSteps.AllAtOnce(due, part => Step(part, cancel));

        var touched = due.Select(p => p.Ticket).ToHashSet(StringComparer.Ordinal);
        var rest = cluster.SubTasks.All.Where(p => p.IsManual && !p.IsOver).ToLookup(p => p.Ticket, StringComparer.Ordinal);
        // Failed ones too: the replica that skipped or retried one may have summed up what was not so any more.
        foreach (var ticket in tickets.Values.Where(t => t.IsOpen || touched.Contains(t.Id)
            || t is { Status: TicketStatus.Failed, IsAbandoned: false }))
        {
            await (ticket.Status == TicketStatus.Initializing
                ? Abandon(ticket, cancel)
                : cluster.Tickets.Change(ticket.Id,
                    t => TicketSteps.Same(FailoverTicket.Sum(t, [.. rest[t.Id]], time.GetUtcNow()), t), cancel));
        }

        await EndAbandoned(cancel);
    }

    /// <summary>The component first: what a crash comes between is found again by the sub-task that has not changed yet.</summary>
    private async Task Step(SubTask part, CancellationToken cancel)
    {
        SubTask? after = null;
        await cluster.Components.Change(part.Component, r =>
        {
            var work = Step(part, r);
            after = work.Part;
            return TicketSteps.Same(ComponentChange.Dated(r, work.Component, time.GetUtcNow())!, r);
        }, cancel);
        after ??= Step(part, null).Part;
        var changed = await cluster.SubTasks.Change(part.Id, p => p == part ? TicketSteps.Same(after, p) : null, cancel);
        if (changed?.Document.IsOver == true)
        {
            cluster.SubTasks.Drop(part.Id);
        }
    }

    private Work Step(SubTask part, Registration? component) => ManualWork.Step(
        part, component, component is null ? default : sights.Of(component), time.GetUtcNow(), config.Current);

    /// <summary>After their ticket, which whoever opens it late must find so; also those that are stored later still.</summary>
    private async Task EndAbandoned(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var part in cluster.SubTasks.All
            .Where(p => p.IsManual && cluster.Tickets.Find(p.Ticket) is { IsAbandoned: true }).ToList())
        {
            await cluster.SubTasks.Change(part.Id, p => ManualWork.Failed(p, "never begun", now) with { IsOver = true }, cancel);
            cluster.SubTasks.Drop(part.Id);
        }
    }

    private async Task Abandon(Ticket ticket, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!ManualTicket.IsAbandoned(ticket, now))
        {
            return;
        }

        await cluster.Tickets.Change(ticket.Id, t => ManualTicket.IsAbandoned(t, now) ? ManualTicket.Abandoned(t, now) : null, cancel);
    }
}
