using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.State;

namespace Holdfast.HaScheduler.Index;

/// <summary>
/// The components by host and by name, and the tasks by id. They are indexed anew when they have changed and somebody asks. So a page of
/// a list, or all components counted by state, does not go through 100,000 of them each time.
/// </summary>
internal sealed class ComponentIndex(Cluster cluster, LivenessFeed feed, StoreStates stores)
{
    private volatile Sheet? _sheet;

    private volatile TaskSheet? _tasks;

    private sealed record Sheet(long Components, long Stores, Dictionary<string, HostIndex> Hosts, HostIndex Nowhere)
    {
        private ListedComponent[]? _byName;

        /// <summary>Sorted when somebody asks for it first; two who ask at once both do it.</summary>
        internal ListedComponent[] ByName => Volatile.Read(ref _byName) ?? (_byName = Sorted(
            [.. Hosts.Values.Append(Nowhere).SelectMany(h => h.Listed)], c => c.Name));
    }

    private sealed record TaskSheet(long Changes, TaskDocument[] ById);

    /// <summary>All that is not being removed, in the order of the names.</summary>
    internal IReadOnlyList<ListedComponent> ByName => Current().ByName;

    /// <summary>The one of that name, unless it is being removed; null: there is none.</summary>
    internal ListedComponent? Named(string name)
    {
        var all = Current().ByName;
        var (from, to) = (0, all.Length);
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            (from, to) = string.CompareOrdinal(all[middle].Name, name) < 0 ? (middle + 1, to) : (from, middle);
        }

        return from < all.Length && all[from].Name == name ? all[from] : null;
    }

    /// <summary>All tasks in the order of their ids.</summary>
    internal IReadOnlyList<TaskDocument> Tasks
    {
        get
        {
            var changes = cluster.Tasks.Changes;
            return _tasks is { } known && known.Changes == changes
                ? known.ById
                : (_tasks = new TaskSheet(changes, Sorted([.. cluster.Tasks.All], t => t.Id))).ById;
        }
    }

    /// <summary>The registrations on a host; null: none.</summary>
    internal HostIndex? On(string host) => Current().Hosts.GetValueOrDefault(host);

    /// <summary>Number of components in each state, by kind; components that are being removed are left out.</summary>
    internal IReadOnlyList<ComponentCount> Counts()
    {
        var sheet = Current();
        var (tally, version) = (new StateTally(), stores.Version);
        foreach (var (host, index) in sheet.Hosts)
        {
            var isDown = cluster.Hosts.Find(host)?.State == HostState.Down;
            tally.Add(index.Tally(new Told(feed.Fleet.Find(host)?.Components, isDown, version), State));
        }

        tally.Add(sheet.Nowhere.Tally(new Told(null, false, version), State));
        return tally.Counts;

        ComponentState State(ListedComponent component) => ComponentViews.State(component, cluster, feed, stores);
    }

    private Sheet Current()
    {
        // Read first: what changes meanwhile is seen by the next one who asks.
        var (components, stores) = (cluster.Components.Changes, cluster.Stores.Changes);
        return _sheet is { } known && (known.Components, known.Stores) == (components, stores)
            ? known : _sheet = Make(components, stores);
    }

    private static T[] Sorted<T>(T[] items, Func<T, string> key)
    {
        Array.Sort(Array.ConvertAll(items, i => key(i)), items, StringComparer.Ordinal);
        return items;
    }

    private Sheet Make(long components, long stores)
    {
        var hosts = new Dictionary<string, HostIndex>(StringComparer.Ordinal);
        var nowhere = new HostIndex();
        foreach (var registration in cluster.Components.All)
        {
            Of(registration.Host).Take(registration);
        }

        foreach (var store in cluster.Stores.All.Where(s => s.Placed.Desired != DesiredState.Absent))
        {
            Of(store.Placed.Host).Take(store.Placed);
        }

        return new Sheet(components, stores, hosts, nowhere);

        HostIndex Of(string? host)
        {
            if (host is null)
            {
                return nowhere;
            }

            return hosts.TryGetValue(host, out var known) ? known : hosts[host] = new HostIndex();
        }
    }
}

/// <summary>All that the states of a host's components depend on besides their registrations.</summary>
/// <param name="Said">The host's list.</param>
internal readonly record struct Told(IReadOnlyList<ComponentReport>? Said, bool IsDown, StoreStatesVersion Stores)
{
    /// <param name="hasStores">The words about Stores are about some of its components.</param>
    internal bool IsSame(Told before, bool hasStores) =>
        ReferenceEquals(Said, before.Said) && IsDown == before.IsDown && (!hasStores || Stores == before.Stores);
}

/// <summary>The components that are registered on one host, and how they stood when they were counted last.</summary>
internal sealed class HostIndex
{
    private readonly List<ListedComponent> _listed = [];
    private volatile Tallied? _counted;

    private sealed record Tallied(Told Told, StateTally Tally);

    /// <summary>The scheduler's own, also those that are being removed.</summary>
    internal int Placed { get; private set; }

    internal int Stores { get; private set; }

    /// <summary>All that is not being removed.</summary>
    internal IReadOnlyList<ListedComponent> Listed => _listed;

    internal void Take(Registration registration)
    {
        Placed++;
        if (registration.Desired != DesiredState.Absent)
        {
            _listed.Add(new ListedComponent(registration, null));
        }
    }

    internal void Take(StorePlaced store)
    {
        Stores++;
        _listed.Add(new ListedComponent(null, store));
    }

    /// <summary>
    /// Its components by kind and state. They are counted anew when the host has sent another list, or has gone Down or come back. They
    /// are counted anew as well when there are Stores and their manager has said something else. A state depends on these and on the
    /// registration, which is the same as long as this is.
    /// </summary>
    internal StateTally Tally(Told told, Func<ListedComponent, ComponentState> state)
    {
        if (_counted is { } counted && told.IsSame(counted.Told, Stores > 0))
        {
            return counted.Tally;
        }

        var tally = new StateTally();
        foreach (var component in _listed)
        {
            tally.Add(component.Kind, state(component));
        }

        _counted = new Tallied(told, tally);
        return tally;
    }
}

/// <summary>Components by kind and state.</summary>
internal sealed class StateTally
{
    private static readonly int States = Enum.GetValues<ComponentState>().Length;
    private readonly int[] _counts = new int[Enum.GetValues<ComponentKind>().Length * States];

    /// <summary>Those that there are, by kind and state in their order.</summary>
    internal IReadOnlyList<ComponentCount> Counts =>
    [
        .. _counts.Select((count, at) => new ComponentCount((ComponentKind)(at / States), (ComponentState)(at % States), count))
            .Where(c => c.Count > 0),
    ];

    internal void Add(ComponentKind kind, ComponentState state) => _counts[(int)kind * States + (int)state]++;

    internal void Add(StateTally other)
    {
        for (var at = 0; at < _counts.Length; at++)
        {
            _counts[at] += other._counts[at];
        }
    }
}
