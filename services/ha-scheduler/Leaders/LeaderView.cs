using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.Leaders;

/// <summary>
/// The cluster as a pass may use it: what is listed belongs to the regions that the pass covers, and every write asks
/// first whether they are still this replica's. Operators' changes go through <see cref="Cluster"/>, on any replica.
/// </summary>
internal sealed class LeaderView
{
    private readonly Cluster _cluster;
    private readonly Leadership _leadership;

    public LeaderView(Cluster cluster, Leadership leadership)
    {
        (_cluster, _leadership) = (cluster, leadership);
        Hosts = new(cluster.Hosts, h => h.Region, leadership);
        Tasks = new(cluster.Tasks, t => t.Region, leadership);
        Components = new(cluster.Components, c => c.Region, leadership);
        Tickets = new(cluster.Tickets, t => t.Region, leadership);
        // A ticket comes after its sub-tasks, and they carry no region of their own.
        SubTasks = new(cluster.SubTasks, s => cluster.Tickets.Find(s.Ticket)?.Region, leadership);
        Brakes = new(cluster.Brakes, b => b.Region, leadership);
    }

    internal LeaderCache<HostVerdict> Hosts { get; }

    internal LeaderCache<TaskDocument> Tasks { get; }

    internal LeaderCache<Registration> Components { get; }

    internal LeaderCache<Ticket> Tickets { get; }

    internal LeaderCache<SubTask> SubTasks { get; }

    internal LeaderCache<BrakeDocument> Brakes { get; }

    /// <summary>Of all regions: they are only looked at.</summary>
    internal InformerCache<StorePlace> Stores => _cluster.Stores;

    /// <summary>Changes the suspicion against a Store's subtopic; only the leader of its region does so.</summary>
    internal Task<Versioned<StorePlace>?> ChangeStore(string store, Func<StorePlace, StorePlace?> change, CancellationToken cancel)
    {
        _leadership.Demand();
        return _cluster.Stores.Change(store, change, cancel);
    }

    /// <summary>Of all regions: they are only looked at.</summary>
    internal InformerCache<MaintenanceDocument> Maintenances => _cluster.Maintenances;

    internal bool Covers(string region) => _leadership.Covers(region);

    internal bool CoversAll => _leadership.CoversAll;

    /// <summary>All regions' documents, whoever leads them: they are only looked at.</summary>
    internal Cluster Everywhere => _cluster;

    /// <summary>As <see cref="Cluster.Forget"/>.</summary>
    internal Task<bool> Forget(Ticket ticket, int partsMax, CancellationToken cancel)
    {
        _leadership.Demand();
        return _cluster.Forget(ticket, partsMax, cancel);
    }

    internal Task<IReadOnlyList<SubTask>> PartsOf(string ticket, CancellationToken cancel) => _cluster.PartsOf(ticket, cancel);
}

/// <summary>A cache as a pass may use it.</summary>
/// <param name="cache">All regions' documents.</param>
/// <param name="region">A document's region; null: it is not known, and the document is listed nowhere.</param>
/// <param name="leadership">The regions that the pass covers.</param>
internal sealed class LeaderCache<T>(InformerCache<T> cache, Func<T, string?> region, Leadership leadership) where T : class
{
    private (long Changes, IReadOnlyList<Versioned<T>> Documents) _walk = (-1, []);

    internal IEnumerable<T> All => AllVersioned.Select(v => v.Document);

    /// <summary>Grows with every change of a document, and when the regions are others.</summary>
    internal long Changes => cache.Changes + leadership.PassNumber;

    internal IReadOnlyList<Versioned<T>> AllVersioned
    {
        get
        {
            if (leadership.CoversAll)
            {
                return cache.AllVersioned;
            }

            var changes = Changes;
            if (_walk.Changes != changes)
            {
                _walk = (changes, [.. cache.AllVersioned.Where(v => Covers(v.Document))]);
            }

            return _walk.Documents;
        }
    }

    /// <summary>Of any region.</summary>
    internal T? Find(string key) => cache.Find(key);

    /// <summary>False when the id is taken.</summary>
    internal Task<bool> Insert(T document, CancellationToken cancel)
    {
        leadership.Demand();
        return cache.Insert(document, cancel);
    }

    /// <summary>As <see cref="InformerCache{T}.Insert(T, long, CancellationToken)"/>.</summary>
    internal Task<bool> Insert(T document, long version, CancellationToken cancel)
    {
        leadership.Demand();
        return cache.Insert(document, version, cancel);
    }

    /// <summary>As <see cref="InformerCache{T}.Put"/>.</summary>
    internal Task Put(T document, CancellationToken cancel)
    {
        leadership.Demand();
        return cache.Put(document, leadership.Demand, cancel);
    }

    /// <summary>As <see cref="InformerCache{T}.Change"/>; each attempt asks after it has read what it is based on.</summary>
    internal Task<Versioned<T>?> Change(string key, Func<T, T?> change, CancellationToken cancel) => cache.Change(
        key,
        before =>
        {
            leadership.Demand();
            return Covers(before) ? change(before) : null;
        },
        cancel);

    /// <summary>As <see cref="InformerCache{T}.Delete"/>.</summary>
    internal Task<bool> Delete(string key, CancellationToken cancel)
    {
        leadership.Demand();
        return cache.Delete(key, cancel);
    }

    internal void Drop(string key) => cache.Drop(key);

    private bool Covers(T document) => leadership.CoversAll || region(document) is { } of && leadership.Covers(of);
}
