namespace Holdfast.Fleet;

/// <summary>One host while a plan is made: what stands on it and what the plan has handed out there. Only ever grows.</summary>
/// <param name="order">Its place among the plan's hosts by name.</param>
internal sealed class Occupancy(Candidate candidate, int order, ComponentCost cost, LoadLimits limits)
{
    private int _stores = candidate.Stores;
    private int _others = candidate.Others;

    internal Candidate Candidate { get; } = candidate;

    internal int Order => order;

    /// <summary>Count of the components that the plan has put here.</summary>
    internal int HandedOut { get; private set; }

    private int Coming => Candidate.Awaited + HandedOut;

    internal void Add(bool store, int count = 1)
    {
        HandedOut += count;
        if (store)
        {
            _stores += count;
        }
        else
        {
            _others += count;
        }
    }

    internal bool HasRoom(bool store) => Taken(store) < Quota(store) && IsBelowLimitsWith(1);

    /// <summary>Count of further components of this kind that it can take before <see cref="HasRoom"/> is false.</summary>
    internal int Room(bool store)
    {
        if (!HasRoom(store))
        {
            return 0;
        }

        var (fits, most) = (1, Quota(store) - Taken(store));
        while (fits < most)
        {
            var middle = fits + (most - fits + 1) / 2;
            (fits, most) = IsBelowLimitsWith(middle) ? (middle, most) : (fits, middle - 1);
        }

        return fits;
    }

    internal double Filled(bool store) => (double)Taken(store) / Quota(store);

    internal double Load => Math.Max(Cpu(Coming), Memory(Coming));

    internal bool HasBottleneck => !IsBelowLimitsWith(1);

    /// <summary>All that keeps it from taking one more, such as <c>cpu 0.93 ≥ 0.85, others 100 of 100</c>; empty when it can.</summary>
    internal string Shortage(bool store)
    {
        List<string> short_ = [];
        Compare("cpu", Candidate.Usage.Cpu, Cpu(Coming + 1), limits.Cpu);
        Compare("memory", Candidate.Usage.Memory, Memory(Coming + 1), limits.Memory);
        Compare("disk", Candidate.Usage.Disk, Candidate.Usage.Disk, limits.Disk);
        if (Taken(store) >= Quota(store))
        {
            short_.Add(Invariant($"{(store ? "stores" : "others")} {Taken(store)} of {Quota(store)}"));
        }

        return string.Join(", ", short_);

        void Compare(string what, double usage, double expected, double limit)
        {
            if (!(expected < limit))
            {
                short_.Add(usage < limit
                    ? Invariant($"{what} {usage:0.##} + {expected - usage:0.##} expected ≥ {limit:0.##}")
                    : Invariant($"{what} {usage:0.##} ≥ {limit:0.##}"));
            }
        }
    }

    private int Taken(bool store) => store ? _stores : _others;

    private int Quota(bool store) => store ? Candidate.Quotas.Stores : Candidate.Quotas.Others;

    private bool IsBelowLimitsWith(int more) =>
        Cpu(Coming + more) < limits.Cpu && Memory(Coming + more) < limits.Memory && Candidate.Usage.Disk < limits.Disk;

    private double Cpu(int coming) => Candidate.Usage.Cpu + coming * cost.Cpu;

    private double Memory(int coming) => Candidate.Usage.Memory + coming * cost.Memory;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
