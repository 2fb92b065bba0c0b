using Holdfast.Contracts;
using Holdfast.Contracts.Views;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.State;

/// <summary>All that the scheduler owns, cached in memory; every change is a compare-and-set in the store first.</summary>
internal sealed class Cluster(
    IDocuments<HostVerdict> hosts,
    IDocuments<TaskDocument> tasks,
    IDocuments<Registration> components,
    IDocuments<StorePlace> stores,
    IDocuments<Ticket> tickets,
    IDocuments<SubTask> subTasks,
    IDocuments<BrakeDocument> brakes,
    IDocuments<MaintenanceDocument> maintenances,
    IDocuments<ForgottenHost> forgotten)
{
    private const int PartsPage = 5000;

    internal InformerCache<HostVerdict> Hosts { get; } = new(hosts, v => v.Host, life: v => (v.State, v.Since), made: v => v.Since);

    internal InformerCache<TaskDocument> Tasks { get; } = new(tasks, t => t.Id, life: t => t.CreatedAt, made: t => t.CreatedAt);

    /// <summary>They do not say when they were made: <c>Registrar</c> says where their versions begin.</summary>
    internal InformerCache<Registration> Components { get; } = new(components, r => r.Id, life: r => (r.Epoch, r.Seq, r.Host, r.Desired));

    internal InformerCache<StorePlace> Stores { get; } = new(stores, s => s.Placed.Store);

    internal InformerCache<Ticket> Tickets { get; } = new(tickets, t => t.Id);

    /// <summary>Sub-tasks that are not over; the others are in the store alone.</summary>
    internal InformerCache<SubTask> SubTasks { get; } = new(
        subTasks, s => s.Id, (DocumentQuery<SubTask>.All.Where(s => s.IsOver, Match.Equal, false), s => !s.IsOver));

    internal InformerCache<BrakeDocument> Brakes { get; } = new(brakes, b => b.Region);

    internal InformerCache<MaintenanceDocument> Maintenances { get; } = new(
        maintenances, m => m.Key, life: m => m.Work.At, made: m => m.Work.At);

    internal InformerCache<ForgottenHost> Forgotten { get; } = new(
        forgotten, f => f.Host, life: f => (f.At, f.IsDeleted, f.IsAnswered), made: f => f.At);

    /// <summary>All of it, by collection.</summary>
    internal IReadOnlyDictionary<string, IInformerCache> Caches => field ??= new Dictionary<string, IInformerCache>(StringComparer.Ordinal)
    {
        [SchedulerCollections.Hosts.Name] = Hosts,
        [SchedulerCollections.Tasks.Name] = Tasks,
        [SchedulerCollections.Components.Name] = Components,
        [SchedulerCollections.Stores.Name] = Stores,
        [SchedulerCollections.Tickets.Name] = Tickets,
        [SchedulerCollections.SubTasks.Name] = SubTasks,
        [SchedulerCollections.Brakes.Name] = Brakes,
        [SchedulerCollections.Maintenances.Name] = Maintenances,
        [SchedulerCollections.ForgottenHosts.Name] = Forgotten,
    };

    /// <summary>False until all of it has been read once: nothing may be concluded from what is not there yet.</summary>
    internal bool Loaded { get; private set; }

    /// <summary>Reads all, also when it has been read before.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        await Task.WhenAll(Caches.Values.Select(cache => cache.Load(cancel)));
        Loaded = true;
    }

    /// <summary>Finds out what has become of writes without an answer: what is held here is as the store says.</summary>
    internal async Task Settle(CancellationToken cancel)
    {
        foreach (var cache in Caches.Values)
        {
            await cache.Settle(cancel);
        }
    }

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

    /// <summary>Stores what a Store manager published about a Store: the higher revision holds.</summary>
    internal async Task Take(StorePlaced placed, CancellationToken cancel)
    {
        var place = new StorePlace(placed)
        {
            CameAt = placed.Desired == Contracts.DesiredState.Running ? placed.At : null,
            Suspicion = Stores.Find(placed.Store) is null ? StoreArrivals.SuspicionOf(placed.Subtopic, Stores.All) : null,
        };
        if (!await Stores.Insert(place, cancel))
        {
            await Stores.Change(
                placed.Store, before => before.Placed.Revision < placed.Revision ? before.Next(placed) : null, cancel);
        }
    }
}
