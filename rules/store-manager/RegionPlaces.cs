using Holdfast.Fleet;

namespace Holdfast.Rules.StoreManager;

/// <summary>
/// Places for new Stores in one region. Each IDC has a plan, so that a subtopic's Stores spread over the IDCs. Where two IDCs have as few
/// of them, the one with an old Store's data that reaches far enough back comes first, then the less filled one.
/// </summary>
internal sealed class RegionPlaces
{
    private const int RefusalsMax = 3;

    private readonly List<IdcPlan> _idcs;

    internal RegionPlaces(IEnumerable<Candidate> candidates) => _idcs =
    [
        .. candidates.GroupBy(c => c.Idc, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new IdcPlan(g.Key, [.. g])),
    ];

    /// <summary>The host with its IDC, or what is missing everywhere.</summary>
    internal (string? Host, string? Idc, string? Refusal) Take(SubtopicView view, long from)
    {
        foreach (var idc in _idcs.OrderBy(i => i.Preference(view, from)))
        {
            if (idc.Take(view) is { } host)
            {
                return (host, idc.Name, null);
            }
        }

        return (null, null, _idcs.Count == 0
            ? Refusal.NoCandidate.Sentence
            : string.Join("; ", _idcs.Take(RefusalsMax).Select(i => $"IDC {i.Name}: {i.Missing}"))
                + (_idcs.Count > RefusalsMax ? $"; and {_idcs.Count - RefusalsMax} more IDCs" : ""));
    }

    /// <summary>A host that an operator named; quotas and load are overridden, the state of the host is not.</summary>
    internal (string? Host, string? Idc, string? Refusal) TakeOn(string host)
    {
        var idc = _idcs.FirstOrDefault(i => i.Has(host));
        return idc is null
            ? (null, null, $"{host} is not among the region's hosts that are up, heard and free to take work")
            : (idc.TakeOn(host), idc.Name, null);
    }

    private sealed class IdcPlan(string name, Candidate[] candidates)
    {
        private readonly Placement _plan = new(candidates);
        private readonly int _quota = candidates.Sum(c => c.Quotas.Stores);
        private int _stores = candidates.Sum(c => c.Stores);

        internal string Name { get; } = name;

        internal string Missing { get; private set; } = "";

        internal bool Has(string host) => candidates.Any(c => c.Host == host);

        internal (int Stores, int Far, double Filled) Preference(SubtopicView view, long from)
        {
            var (stores, far) = (0, 1);
            foreach (var seen in view.Stores)
            {
                if (seen.IsThere && seen.Store.Idc == Name)
                {
                    stores++;
                    far = seen.HostServes && seen.Begin <= from ? 0 : far;
                }
            }

            return (stores, far, _quota == 0 ? 1 : (double)_stores / _quota);
        }

        /// <summary>Not beside another Store of the subtopic, if there is another host.</summary>
        internal string? Take(SubtopicView view)
        {
            var beside = view.Stores.LastOrDefault(s => s.IsThere && s.Store.Idc == Name)?.Store.Host;
            var choice = _plan.Take(ComponentKind.Store, excluding: beside);
            if (choice.Host is null && beside is not null)
            {
                choice = _plan.Take(ComponentKind.Store);
            }

            _stores += choice.Host is null ? 0 : 1;
            Missing = choice.Refusal?.Sentence ?? Missing;
            return choice.Host;
        }

        internal string? TakeOn(string host)
        {
            _stores++;
            return _plan.TakeOn(host, ComponentKind.Store).Host;
        }
    }
}
