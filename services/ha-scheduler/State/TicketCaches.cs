using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.State;

/// <summary>Tickets with their sub-tasks: in memory what is not over, of the store all.</summary>
internal sealed class TicketCaches(IDocuments<Ticket> tickets, IDocuments<SubTask> subTasks)
{
    private const int PartsPage = 5000;

    internal InformerCache<Ticket> Tickets { get; } = new(tickets, t => t.Id);

    /// <summary>Sub-tasks that are not over; the others are in the store alone.</summary>
    internal InformerCache<SubTask> SubTasks { get; } = new(
        subTasks, s => s.Id, (DocumentQuery<SubTask>.All.Where(s => s.IsOver, Match.Equal, false), s => !s.IsOver));

    /// <summary>All sub-tasks of a ticket, also those that are over, by component.</summary>
    internal async Task<IReadOnlyList<SubTask>> PartsOf(string ticket, CancellationToken cancel)
    {
        var parts = new List<SubTask>();
        var query = DocumentQuery<SubTask>.All.Where(s => s.Ticket, Match.Equal, ticket).Take(PartsPage);
        await foreach (var (part, _) in subTasks.Pages(query, cancel))
        {
            parts.Add(part);
        }

        return parts;
    }

    /// <summary>
    /// Sub-tasks of a ticket by component, of one status or of any; a cursor of another list is a
    /// <see cref="BadCursorException"/>.
    /// </summary>
    internal Task<Page<SubTask>> PageOf(string ticket, string? status, string? cursor, int limit, CancellationToken cancel)
    {
        var query = DocumentQuery<SubTask>.All.Where(s => s.Ticket, Match.Equal, ticket).Take(limit).After(cursor);
        return subTasks.Query(status is null ? query : query.Where(s => s.Status, Match.Equal, status), cancel);
    }

    /// <summary>The sub-task, also one that is over; null: there is none.</summary>
    internal async Task<SubTask?> Part(string ticket, string component, CancellationToken cancel)
    {
        var id = SubTask.IdOf(ticket, component);
        return SubTasks.Find(id) ?? (await subTasks.Find(id, cancel))?.Document;
    }

    /// <summary>Tickets that had to do with a component.</summary>
    internal async Task<IReadOnlySet<string>> TicketsOf(string component, CancellationToken cancel)
    {
        var page = await subTasks.Query(
            DocumentQuery<SubTask>.All.Where(s => s.Component, Match.Equal, component).Take(PartsPage), cancel);
        return page.Items.Select(i => i.Document.Ticket).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Deletes a ticket with its sub-tasks, at most <paramref name="partsMax"/> of them; false when some are left.</summary>
    internal async Task<bool> Forget(Ticket ticket, int partsMax, CancellationToken cancel)
    {
        foreach (var part in SubTasks.All.Where(p => p.Ticket == ticket.Id).ToList())
        {
            SubTasks.Drop(part.Id);
        }

        var deleted = await subTasks.DeleteMany(
            DocumentQuery<SubTask>.All.Where(s => s.Ticket, Match.Equal, ticket.Id).Take(partsMax), cancel);
        return deleted < partsMax && await Tickets.Delete(ticket.Id, cancel);
    }
}
