namespace Holdfast.Fleet;

/// <summary>Hosts for one kind and set of tags; each that may still have room is in it once.</summary>
internal sealed class PlaceQueue(bool store, List<Occupancy> carrying, List<(string Tag, int Hosts)> lacking)
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
