using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Operations;

/// <summary>Takes orders for components: each order is a ticket with a sub-task per component, which the passes carry out.</summary>
internal sealed class ComponentOperations(Cluster cluster, SightBoard sights, PassTrigger passes, TimeProvider time) : IDisposable
{
    private const int InsertsAtOnce = 128;

    /// <summary>Tells tickets of one moment apart.</summary>
    internal Func<Guid> NewId { get; init; } = Guid.NewGuid;

    /// <summary>Two orders for one component at the same moment: the second one finds the first.</summary>
    private readonly SemaphoreSlim _one = new(1);

    internal async Task<Outcome<Ticket>> Open(Order order, CancellationToken cancel)
    {
        if (OperationRules.CheckShape(order) is { } shape)
        {
            return shape;
        }

        await _one.WaitAsync(cancel);
        try
        {
            var chosen = Choose(order);
            if (chosen.Fault is { } unknown)
            {
                return unknown;
            }

            var ordered = chosen.Value!.Select(c => new Ordered(c, sights.Of(c))).ToList();
            if (OperationRules.Check(order, ordered, sights.Destinations()) is { } fault)
            {
                return fault;
            }

            return Busy(order.Kind, chosen.Value!) is { } busy ? busy : await Insert(order, chosen.Value!);
        }
        finally
        {
            _one.Release();
            passes.Hurry();
        }
    }

    /// <summary>Names the open ticket that already has one of these components; null: there is none.</summary>
    internal Fault? Busy(string kind, IReadOnlyCollection<Registration> components, string? except = null)
    {
        var open = cluster.SubTasks.All.Where(p => p.IsManual && p.IsOpen && p.Ticket != except)
            .GroupBy(p => p.Component, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Ticket, StringComparer.Ordinal);
        var busy = components.Select(c => open.TryGetValue(c.Id, out var ticket) ? $"{c.Name ?? c.Id} is in ticket {ticket}"
            : kind == TicketKind.Migrate && c.Migration is { } other && other.Ticket != except
                ? $"{c.Name ?? c.Id} is moving ({other.Cause})"
            : null).OfType<string>().ToList();
        return busy.Count == 0 ? null : new Fault("HA-132", 409, "Another operation is under way",
            $"Nothing was begun: {OperationRules.Named(busy)}.", "Wait for it, or skip it: POST /api/v1/tickets/{id}/skip.");
    }

    private Outcome<IReadOnlyList<Registration>> Choose(Order order)
    {
        var there = cluster.Components.All.Where(c => c.Desired != Contracts.DesiredState.Absent);
        return order switch
        {
            { Components: { } names } => Named(names, there),
            { Task: { } task } => cluster.Tasks.Find(task) is null ? TaskOperations.Unknown(task)
                : Some(order, [.. there.Where(c => c.Task == task)], "task", task),
            { Host: var host } => cluster.Hosts.Find(host!) is null
                ? Fault.NotFound("HA-110", "host", host!, "See GET /api/v1/hosts for the hosts that have reported.")
                : Some(order, [.. there.Where(c => c.Host == host)], "host", host!),
        };
    }

    private Outcome<IReadOnlyList<Registration>> Named(IReadOnlyList<string> names, IEnumerable<Registration> there)
    {
        var byName = there.SelectMany(c => c.Name is { } name ? new[] { (Key: name, c), (Key: c.Id, c) } : [(Key: c.Id, c)])
            .ToDictionary(c => c.Key, c => c.c, StringComparer.Ordinal);
        var meant = names.Select(n => byName.GetValueOrDefault(n) ?? byName.GetValueOrDefault(Registration.IdMeantBy(n))).ToList();
        if (meant.IndexOf(null) is >= 0 and var unknown && names[unknown] is var name)
        {
            return cluster.Stores.Find(name) is not null
                ? new Fault("HA-130", 409, "A Store", $"'{name}' is a Store: the store manager's, not the scheduler's.",
                    "Use POST /api/v1/stores/{name}/start, pause or delete: holdfast stores pause NAME.")
                : Fault.NotFound("HA-111", "component", name,
                    "See GET /api/v1/components for the present names; a move gives a new one.");
        }

        return (List<Registration>)[.. meant.Select(c => c!).DistinctBy(c => c.Id, StringComparer.Ordinal)];
    }

    /// <summary>Of a whole host or task only what can be moved is moved.</summary>
    private static Outcome<IReadOnlyList<Registration>> Some(Order order, List<Registration> all, string field, string value)
    {
        var some = order.Kind == TicketKind.Migrate
            ? all.FindAll(c => c.Kind == Contracts.ComponentKind.IncrSync && c.Host is not null)
            : all;
        return some.Count > 0 ? some : Fault.Invalid("HA-131", "Nothing was begun.", new FieldFault(field, value,
            $"must have a component of the scheduler that can be asked to {order.Kind.ToLowerInvariant()}; "
            + "Stores are the store manager's"));
    }

    /// <summary>Initializing until all of it is stored: a pass touches nothing of it before. Once begun it is not called off.</summary>
    private async Task<Ticket> Insert(Order order, IReadOnlyList<Registration> components)
    {
        var cancel = CancellationToken.None;
        var now = time.GetUtcNow();
        var ticket = ManualTicket.Open(order, components, now, NewId());
        await cluster.Tickets.Insert(ticket, cancel);
        await components.ForEachInGroups(InsertsAtOnce, c => cluster.SubTasks.Insert(ManualTicket.Part(ticket, order, c, now), cancel));

        // One that took too long was given up meanwhile, and says so.
        var ready = await cluster.Tickets.Change(
            ticket.Id, t => t.Status == TicketStatus.Initializing ? t with { Status = TicketStatus.Ready } : null, cancel);
        return ready?.Document ?? cluster.Tickets.Find(ticket.Id) ?? ticket;
    }

    public void Dispose() => _one.Dispose();
}
