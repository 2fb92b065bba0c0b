using Holdfast.Contracts;

namespace Holdfast.Fleet;

/// <summary>
/// The plan of one region: hands out places, the least filled host first (by quota share, then expected load, then name),
/// never past a quota, never to a host that would reach a bottleneck, never to one that lacks a tag which is asked for.
/// Stores have a quota of their own, all other components share one. What it hands out counts at once, each component with
/// what one costs on average, so that one plan never overfills a host.
/// </summary>
/// <remarks>
/// A queue for each kind and set of tags that was asked for; all share the hosts. A plan only adds, so a host's rank only
/// falls: an entry whose host has got something since is looked at, and put back, when it comes to the front.
/// </remarks>
public sealed class Placement
{
    private readonly List<Occupancy> _hosts;
    private readonly Queue?[] _untagged = new Queue?[2];
    private readonly Dictionary<(bool Store, string Tags), Queue> _tagged = [];
    private Dictionary<string, List<Occupancy>>? _byTag;
    private Dictionary<string, Occupancy>? _byName;

    /// <param name="candidates">Hosts of one region, each once, in any order.</param>
    /// <param name="limits">Null: the reference's.</param>
    public Placement(IEnumerable<Candidate> candidates, LoadLimits? limits = null)
    {
        limits ??= LoadLimits.Default;
        var all = InOrder([.. candidates]);
        Cost = ComponentCost.Among(all, limits);
        _hosts = new List<Occupancy>(all.Length);
        foreach (var candidate in all)
        {
            _hosts.Add(new Occupancy(candidate, _hosts.Count, Cost, limits));
        }
    }

    /// <summary>What each component that is handed out counts for.</summary>
    public ComponentCost Cost { get; }

    /// <summary>A host for one more component of this kind, or what is missing.</summary>
    /// <param name="tags">All of them must be the host's; null or empty: any host will do.</param>
    /// <param name="excluding">Anywhere but here.</param>
    public Seat Take(ComponentKind kind, IReadOnlyList<string>? tags = null, string? excluding = null)
    {
        var queue = QueueOf(kind == ComponentKind.Store, tags ?? []);
        if (queue.Next(excluding) is not { } host)
        {
            return new Seat(null, queue.Refuse(_hosts.Count, excluding));
        }

        host.Add(queue.IsOfStores);
        return new Seat(host.Candidate.Host, null);
    }

    /// <summary>The host that somebody named: it must be a candidate; tags, quotas and load are overridden, the seat counts.</summary>
    public Seat TakeOn(string host, ComponentKind kind)
    {
        if (Find(host) is not { } named)
        {
            return new Seat(null, Refusal.Unknown(host, _hosts.Count));
        }

        named.Add(kind == ComponentKind.Store);
        return new Seat(host, null);
    }

    /// <summary>What naming this host would override; null when it can take the component as any other would.</summary>
    public Refusal? WhyNot(string host, ComponentKind kind, IReadOnlyList<string>? tags = null)
    {
        var store = kind == ComponentKind.Store;
        if (Find(host) is not { } named)
        {
            return Refusal.Unknown(host, _hosts.Count);
        }

        List<(string, int)> lacking = [.. (tags ?? []).Except(named.Candidate.Tags, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Select(t => (t, 1))];
        return lacking.Count == 0 && named.HasRoom(store)
            ? null
            : Refusal.Of(store, 1, lacking.Count == 0 ? [named] : [], lacking, excluding: null);
    }

    /// <summary>
    /// How many of so many components without tags find no place, as that many calls of <see cref="Take"/> would say, and
    /// why. Counted, not handed out one by one: the plan is used up by it.
    /// </summary>
    internal (int Without, Refusal? Because) TakeAll(ComponentKind kind, int count)
    {
        var store = kind == ComponentKind.Store;
        var left = count;
        foreach (var host in _hosts)
        {
            var here = Math.Min(left, host.Room(store));
            host.Add(store, here);
            left -= here;
        }

        return left == 0 ? (0, null) : (left, QueueOf(store, []).Refuse(_hosts.Count, excluding: null));
    }

    /// <summary>By name, once for the whole plan: queues then compare numbers. Whoever brings them sorted pays nothing.</summary>
    internal static Candidate[] InOrder(Candidate[] candidates)
    {
        for (var n = 1; n < candidates.Length; n++)
        {
            if (string.CompareOrdinal(candidates[n - 1].Host, candidates[n].Host) > 0)
            {
                Array.Sort(Array.ConvertAll(candidates, c => c.Host), candidates, StringComparer.Ordinal);
                break;
            }
        }

        return candidates;
    }

    private Occupancy? Find(string host)
    {
        _byName ??= _hosts.ToDictionary(h => h.Candidate.Host, StringComparer.Ordinal);
        return _byName.GetValueOrDefault(host);
    }

    private Queue QueueOf(bool store, IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
        {
            return _untagged[store ? 1 : 0] ??= new Queue(store, _hosts, []);
        }

        var key = (store, KeyOf(tags));
        if (!_tagged.TryGetValue(key, out var queue))
        {
            List<string> each = [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            _tagged[key] = queue = new Queue(store, Carrying(each), [.. Lacking(each)]);
        }

        return queue;
    }

    /// <summary>The same for the same set of tags, whatever their order.</summary>
    private static string KeyOf(IReadOnlyList<string> tags)
    {
        if (tags.Count == 1)
        {
            return tags[0];
        }

        string[] sorted = [.. tags];
        Array.Sort(sorted, StringComparer.Ordinal);
        return string.Join('\n', sorted);
    }

    private List<Occupancy> Carrying(List<string> tags)
    {
        var fewest = tags.Select(With).MinBy(hosts => hosts.Count)!;
        return [.. fewest.Where(h => tags.TrueForAll(t => h.Candidate.Tags.Contains(t, StringComparer.Ordinal)))];
    }

    private IEnumerable<(string Tag, int Hosts)> Lacking(List<string> tags) =>
        tags.Select(t => (Tag: t, Hosts: _hosts.Count - With(t).Count)).Where(l => l.Hosts > 0).OrderByDescending(l => l.Hosts);

    private List<Occupancy> With(string tag)
    {
        _byTag ??= _hosts.SelectMany(h => h.Candidate.Tags.Distinct(StringComparer.Ordinal), (Host, Tag) => (Host, Tag))
            .GroupBy(t => t.Tag, t => t.Host, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        return _byTag.GetValueOrDefault(tag) ?? [];
    }

    /// <summary>Hosts for one kind and set of tags; each that may still have room is in it once.</summary>
    private sealed class Queue(bool store, List<Occupancy> carrying, List<(string Tag, int Hosts)> lacking)
    {
        private readonly PriorityQueue<Entry, Rank> _hosts = new(
            carrying.Where(h => h.HasRoom(store)).Select(h => (new Entry(h, h.HandedOut), Rank.Of(h, store))), BestFirst.Instance);

        private (string? Excluding, int Left, Refusal Refusal)? _said;

        internal bool IsOfStores => store;

        /// <summary>The least filled host that has room now.</summary>
        internal Occupancy? Next(string? excluding)
        {
            Occupancy? found = null, aside = null;
            while (found is null && _hosts.TryPeek(out var entry, out _))
            {
                var host = entry.Host;
                if (entry.HandedOut == host.HandedOut)
                {
                    if (host.Candidate.Host == excluding)
                    {
                        aside = host;
                        _hosts.Dequeue();
                    }
                    else
                    {
                        found = host;
                    }
                }
                else if (host.HasRoom(store))
                {
                    _hosts.DequeueEnqueue(new Entry(host, host.HandedOut), Rank.Of(host, store));
                }
                else
                {
                    _hosts.Dequeue();
                }
            }

            if (aside is not null)
            {
                _hosts.Enqueue(new Entry(aside, aside.HandedOut), Rank.Of(aside, store));
            }

            return found;
        }

        /// <summary>Said in the same words as long as the same holds: thousands may be refused for one reason.</summary>
        internal Refusal Refuse(int all, string? excluding)
        {
            if (_said is { } said && said.Left == _hosts.Count && (_hosts.Count == 0 || said.Excluding == excluding))
            {
                return said.Refusal;
            }

            var refusal = Refusal.Of(store, all, carrying, lacking, excluding);
            _said = (excluding, _hosts.Count, refusal);
            return refusal;
        }
    }

    private readonly record struct Entry(Occupancy Host, int HandedOut);

    private readonly record struct Rank(double Filled, double Load, int Order)
    {
        internal static Rank Of(Occupancy host, bool store) => new(host.Filled(store), host.Load, host.Order);
    }

    private sealed class BestFirst : IComparer<Rank>
    {
        internal static readonly BestFirst Instance = new();

        public int Compare(Rank x, Rank y) =>
            x.Filled != y.Filled ? x.Filled.CompareTo(y.Filled)
            : x.Load != y.Load ? x.Load.CompareTo(y.Load)
            : x.Order.CompareTo(y.Order);
    }
}
