using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.HaScheduler.Leaders;

/// <summary>
/// The cluster as a pass may use it: what is listed belongs to the regions that the pass covers, and every write asks
/// first whether they are still this replica's. Operators' changes go through <see cref="Cluster"/>, on any replica.
/// </summary>
internal sealed class Led
{
    private readonly Cluster _cluster;
    private readonly Leadership _leadership;

    public Led(Cluster cluster, Leadership leadership)
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

    internal LedMirror<HostVerdict> Hosts { get; }

    internal LedMirror<TaskDocument> Tasks { get; }

    internal LedMirror<Registration> Components { get; }

    internal LedMirror<Ticket> Tickets { get; }

    internal LedMirror<SubTask> SubTasks { get; }

    internal LedMirror<BrakeDocument> Brakes { get; }

    /// <summary>Of all regions: they are only looked at.</summary>
    internal Mirror<StorePlace> Stores => _cluster.Stores;

    /// <summary>Changes the suspicion against a Store's subtopic; only the leader of its region does so.</summary>
    internal Task<Versioned<StorePlace>?> ChangeStore(string store, Func<StorePlace, StorePlace?> change, CancellationToken cancel)
    {
        _leadership.Demand();
        return _cluster.Stores.Change(store, change, cancel);
    }

    /// <summary>Of all regions: they are only looked at.</summary>
    internal Mirror<MaintenanceDocument> Maintenances => _cluster.Maintenances;

    internal bool Covers(string region) => _leadership.Covers(region);

    /// <summary>As <see cref="Cluster.Forget"/>.</summary>
    internal Task<bool> Forget(Ticket ticket, int partsMax, CancellationToken cancel)
    {
        _leadership.Demand();
        return _cluster.Forget(ticket, partsMax, cancel);
    }

    internal Task<IReadOnlyList<SubTask>> PartsOf(string ticket, CancellationToken cancel) => _cluster.PartsOf(ticket, cancel);
}

/// <summary>A mirror as a pass may use it.</summary>
/// <param name="mirror">All regions' documents.</param>
/// <param name="region">A document's region; null: it is not known, and the document is listed nowhere.</param>
/// <param name="leadership">Regions that the pass covers.</param>
internal sealed class LedMirror<T>(Mirror<T> mirror, Func<T, string?> region, Leadership leadership) where T : class
{
    private (long Changes, IReadOnlyList<Versioned<T>> Documents) _walk = (-1, []);

    internal IEnumerable<T> All => AllVersioned.Select(v => v.Document);

    /// <summary>Grows with every change of a document, and when the regions are others.</summary>
    internal long Changes => mirror.Changes + leadership.PassNumber;

    internal IReadOnlyList<Versioned<T>> AllVersioned
    {
        get
        {
            if (leadership.CoversAll)
            {
                return mirror.AllVersioned;
            }

            var changes = Changes;
            if (_walk.Changes != changes)
            {
                _walk = (changes, [.. mirror.AllVersioned.Where(v => Covers(v.Document))]);
            }

            return _walk.Documents;
        }
    }

    /// <summary>Of any region.</summary>
    internal T? Find(string key) => mirror.Find(key);

    /// <summary>False when the id is taken.</summary>
    internal Task<bool> Insert(T document, CancellationToken cancel)
    {
        leadership.Demand();
        return mirror.Insert(document, cancel);
    }

    /// <summary>As <see cref="Mirror{T}.Insert(T, long, CancellationToken)"/>.</summary>
    internal Task<bool> Insert(T document, long version, CancellationToken cancel)
    {
        leadership.Demand();
        return mirror.Insert(document, version, cancel);
    }

    /// <summary>As <see cref="Mirror{T}.Put"/>.</summary>
    internal Task Put(T document, CancellationToken cancel)
    {
        leadership.Demand();
        return mirror.Put(document, leadership.Demand, cancel);
    }

    /// <summary>As <see cref="Mirror{T}.Change"/>; each attempt asks after it has read what it is based on.</summary>
    internal Task<Versioned<T>?> Change(string key, Func<T, T?> change, CancellationToken cancel) => mirror.Change(
        key,
        before =>
        {
            leadership.Demand();
            return Covers(before) ? change(before) : null;
        },
        cancel);

    /// <summary>As <see cref="Mirror{T}.Delete"/>.</summary>
    internal Task<bool> Delete(string key, CancellationToken cancel)
    {
        leadership.Demand();
        return mirror.Delete(key, cancel);
    }

    internal void Drop(string key) => mirror.Drop(key);

    private bool Covers(T document) => leadership.CoversAll || region(document) is { } of && leadership.Covers(of);
}
