using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>
/// Tickets that follow what passes do and that no failure opens: drains, and restarts that wait for a person.
/// Level-triggered: what a crash cut off the next pass does again.
/// </summary>
internal sealed class StandingTickets(LeaderView cluster, SightBoard sights, TicketSteps steps, TimeProvider time)
{
    /// <summary>A ticket for each host that is to be empty, with a sub-task for each component that stands there.</summary>
    internal async Task OpenDrains(CancellationToken cancel)
    {
        foreach (var host in cluster.Hosts.All.Where(h => h.Drain is not null).ToList())
        {
            await OpenDrain(host, DrainTicket.IdOf(host.Host, host.Drain!), cancel);
        }
    }

    private async Task OpenDrain(HostVerdict host, string id, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var known = cluster.SubTasks.All.Where(p => p.Ticket == id).Select(p => p.Component).ToHashSet(StringComparer.Ordinal);
        var missing = cluster.Components.All.Where(c => c.Host == host.Host && !known.Contains(c.Id))
            .Where(c => DrainTicket.IsToGo(c, sights.Of(c))).Select(c => DrainTicket.Part(id, c, now))
            .Concat((sights.StoresOn(host.Host) ?? []).Where(s => !known.Contains(s))
                .Select(s => DrainTicket.PartOfStore(id, host.Host, s, now)))
            .ToList();
        var added = 0;
        await TicketSteps.AllAtOnce(missing, async part =>
        {
            if (await cluster.SubTasks.Insert(part, cancel))
            {
                Interlocked.Increment(ref added);
            }
        });
        if (cluster.Tickets.Find(id) is null)
        {
            await cluster.Tickets.Insert(DrainTicket.Open(host, host.Drain!, now) with { Total = known.Count + added }, cancel);
        }
        else if (added > 0)
        {
            await cluster.Tickets.Change(id,
                t => t with { Total = t.Total + added, Status = TicketStatus.InProgress, FinishedAt = null }, cancel);
        }
    }

    /// <param name="held">Holds of this pass, by component.</param>
    internal async Task Update(IReadOnlyDictionary<string, Hold> held, CancellationToken cancel)
    {
        await OpenRestarts(held, cancel);
        var open = cluster.SubTasks.All.Where(p => p.Kind is TicketKind.Drain or TicketKind.Restart)
            .ToLookup(p => p.Ticket, StringComparer.Ordinal);
        foreach (var ticket in cluster.Tickets.All.Where(t => t is { Kind: TicketKind.Drain or TicketKind.Restart, IsOpen: true }).ToList())
        {
            if (ticket.Kind == TicketKind.Drain && !GoesOn(ticket))
            {
                await cluster.Tickets.Change(ticket.Id, t => TicketSteps.Same(DrainTicket.Ended(t), t), cancel);
            }

            await steps.Take(ticket, [.. open[ticket.Id]], part => Step(ticket, part, held.GetValueOrDefault(part.Component)), cancel);
        }
    }

    private SubTask Step(Ticket ticket, SubTask part, Hold? held)
    {
        var component = cluster.Components.Find(part.Component);
        var now = time.GetUtcNow();
        if (part.IsStore)
        {
            var isThere = sights.StoresOn(part.From!)?.Contains(part.Component, StringComparer.Ordinal);
            return DrainTicket.StepOfStore(part, isThere, GoesOn(ticket), now);
        }

        return ticket.Kind == TicketKind.Restart
            ? RestartTicket.Step(part, component, ticket.Approval is not null, held, now)
            : DrainTicket.Step(part, component, component is null ? default : sights.Of(component), GoesOn(ticket), held, now);
    }

    private bool GoesOn(Ticket drain) => cluster.Hosts.Find(drain.Hosts[0]) is { Drain: { } now } host
        && DrainTicket.IdOf(host.Host, now) == drain.Id;

    /// <summary>Opened again when the same failure asks once more: only what a person has declined stays so.</summary>
    private async Task OpenRestarts(IReadOnlyDictionary<string, Hold> held, CancellationToken cancel)
    {
        foreach (var hold in held.Values.Where(h => h.Reason == Reason.AwaitsApproval))
        {
            var ticket = cluster.Tickets.Find(hold.Ticket!);
            if (ticket is null or { IsOpen: false, Note: null }
                && cluster.Components.Find(hold.Object) is { } component && RestartTicket.IsAskedFor(hold, component))
            {
                var now = time.GetUtcNow();
                await cluster.SubTasks.Put(RestartTicket.Part(hold, component, now), cancel);
                await cluster.Tickets.Put(RestartTicket.Open(hold, component, now), cancel);
            }
        }
    }
}
