using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.State;

/// <summary>All that the scheduler owns, cached in memory; every change is a compare-and-set in the store first.</summary>
internal sealed class Cluster(HostCaches hosts, WorkCaches work, TicketCaches tickets)
{
    internal InformerCache<HostVerdict> Hosts => hosts.Hosts;

    internal InformerCache<TaskDocument> Tasks => work.Tasks;

    internal InformerCache<Registration> Components => work.Components;

    internal InformerCache<StorePlace> Stores => work.Stores;

    internal InformerCache<Ticket> Tickets => tickets.Tickets;

    /// <summary>Sub-tasks that are not over; the others are in the store alone.</summary>
    internal InformerCache<SubTask> SubTasks => tickets.SubTasks;

    internal InformerCache<BrakeDocument> Brakes => hosts.Brakes;

    internal InformerCache<MaintenanceDocument> Maintenances => hosts.Maintenances;

    internal InformerCache<ForgottenHost> Forgotten => hosts.Forgotten;

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

    /// <summary>As <see cref="TicketCaches.PartsOf"/>.</summary>
    internal Task<IReadOnlyList<SubTask>> PartsOf(string ticket, CancellationToken cancel) => tickets.PartsOf(ticket, cancel);

    /// <summary>As <see cref="TicketCaches.PageOf"/>.</summary>
    internal Task<Page<SubTask>> PageOf(string ticket, string? status, string? cursor, int limit, CancellationToken cancel) =>
        tickets.PageOf(ticket, status, cursor, limit, cancel);

    /// <summary>As <see cref="TicketCaches.Part"/>.</summary>
    internal Task<SubTask?> Part(string ticket, string component, CancellationToken cancel) => tickets.Part(ticket, component, cancel);

    /// <summary>As <see cref="TicketCaches.TicketsOf"/>.</summary>
    internal Task<IReadOnlySet<string>> TicketsOf(string component, CancellationToken cancel) => tickets.TicketsOf(component, cancel);

    /// <summary>As <see cref="TicketCaches.Forget"/>.</summary>
    internal Task<bool> Forget(Ticket ticket, int partsMax, CancellationToken cancel) => tickets.Forget(ticket, partsMax, cancel);

    /// <summary>As <see cref="WorkCaches.Take"/>.</summary>
    internal Task Take(StorePlaced placed, CancellationToken cancel) => work.Take(placed, cancel);
}
