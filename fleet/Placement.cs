namespace Holdfast.Fleet;

/// <summary>
/// The plan of one region: hands out places, the least filled host first (by quota share, then expected load, then name). It never goes
/// past a quota, never to a host that would reach a bottleneck, never to one that lacks a tag which is asked for. Stores have a quota of
/// their own, all other components share one. What it hands out counts at once, each component with what one costs on average, so that one
/// plan never overfills a host.
/// </summary>
/// <remarks>
/// A host that is avoided gets what names it, and nothing else as long as the region has a host that is not.
/// A queue for each kind and set of tags that was asked for; all share the hosts. A plan only adds, so a host's rank only
/// falls: an entry whose host has got something since is looked at, and put back, when it comes to the front.
/// </remarks>
public sealed class Placement
{
    private readonly List<Occupancy> _hosts;
    private readonly List<Occupancy>? _avoided;
    private readonly PlaceQueue?[] _untagged = new PlaceQueue?[2];
    private readonly Dictionary<(bool Store, string Tags), PlaceQueue> _tagged = [];
    private Dictionary<string, List<Occupancy>>? _byTag;
    private Dictionary<string, Occupancy>? _byName;

    /// <param name="candidates">Hosts of one region, each once, in any order.</param>
    /// <param name="limits">Null: the default ones.</param>
    public Placement(IEnumerable<Candidate> candidates, LoadLimits? limits = null)
    {
        limits ??= LoadLimits.Default;
        var all = InOrder([.. candidates]);
        Cost = ComponentCost.Among(all, limits);
        _hosts = new List<Occupancy>(all.Length);
        var avoidsSome = Array.Exists(all, c => c.Avoided is null) && Array.Exists(all, c => c.Avoided is not null);
        foreach (var candidate in all)
        {
            if (avoidsSome && candidate.Avoided is not null)
            {
                (_avoided ??= []).Add(new Occupancy(candidate, _avoided.Count, Cost, limits));
            }
            else
            {
                _hosts.Add(new Occupancy(candidate, _hosts.Count, Cost, limits));
            }
        }
    }

    /// <summary>The load that each component that is handed out counts for.</summary>
    public ComponentCost Cost { get; }

    /// <summary>A host for one more component of this kind, or what is missing.</summary>
    /// <param name="tags">All of them must be the host's; null or empty: any host will do.</param>
    /// <param name="excluding">Anywhere but here.</param>
    public HostChoice Take(ComponentKind kind, IReadOnlyList<string>? tags = null, string? excluding = null)
    {
        var queue = QueueOf(kind == ComponentKind.Store, tags ?? []);
        if (queue.Next(excluding) is not { } host)
        {
            return new HostChoice(null, NotesAvoided(queue.Refuse(_hosts.Count, excluding)));
        }

        host.Add(queue.IsOfStores);
        return new HostChoice(host.Candidate.Host, null);
    }

    /// <summary>The host that somebody named: it must be a candidate; tags, quotas and load are overridden, the choice counts.</summary>
    public HostChoice TakeOn(string host, ComponentKind kind)
    {
        if (Find(host) is not { } named)
        {
            return new HostChoice(null, Refusal.Unknown(host, _hosts.Count));
        }

        named.Add(kind == ComponentKind.Store);
        return new HostChoice(host, null);
    }

    /// <summary>The rules that naming this host would override; null when it can take the component as any other would.</summary>
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
    /// Counts the components without tags, of a given number, that find no place, and says why. It answers as that many calls of
    /// <see cref="Take"/> would, without handing out one by one: the plan is used up by it.
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

        return left == 0 ? (0, null) : (left, NotesAvoided(QueueOf(store, []).Refuse(_hosts.Count, excluding: null)));
    }

    /// <summary>
    /// True when each of this many components of this kind finds a place, whatever comes first, as long as each asks for one of these sets
    /// of tags. Even if all stood on the hosts of one set, these would not be full. False: the plan must say.
    /// </summary>
    internal bool HasPlentyFor(ComponentKind kind, int count, IEnumerable<IReadOnlyList<string>> tagSets)
    {
        var rooms = _hosts.ConvertAll(h => h.Room(kind == ComponentKind.Store));
        return tagSets.All(tags => (tags.Count == 0 ? _hosts : Carrying([.. tags])).Sum(h => (long)rooms[h.Order]) >= count);
    }

    /// <summary>
    /// Sorts the hosts by name, once for the whole plan: queues then compare numbers. Whoever brings them sorted pays nothing.
    /// </summary>
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

    private Refusal NotesAvoided(Refusal refusal) => _avoided is null ? refusal : refusal.Besides([.. _avoided.Select(h => h.Candidate)]);

    private Occupancy? Find(string host)
    {
        _byName ??= _hosts.Concat(_avoided ?? []).ToDictionary(h => h.Candidate.Host, StringComparer.Ordinal);
        return _byName.GetValueOrDefault(host);
    }

    private PlaceQueue QueueOf(bool store, IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
        {
            return _untagged[store ? 1 : 0] ??= new PlaceQueue(store, _hosts, []);
        }

        var key = (store, KeyOf(tags));
        if (!_tagged.TryGetValue(key, out var queue))
        {
            List<string> each = [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            _tagged[key] = queue = new PlaceQueue(store, Carrying(each), [.. Lacking(each)]);
        }

        return queue;
    }

    /// <summary>The key of a set of tags, the same whatever their order.</summary>
    internal static string KeyOf(IReadOnlyList<string> tags)
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
}
