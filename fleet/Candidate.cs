namespace Holdfast.Fleet;

/// <summary>A host that may take work, with what already stands on it. Usage: shares of the host, 0 to 1.</summary>
public sealed record Candidate(string Host, string Region, string Idc, Usage Usage, Quotas Quotas, int Stores, int Others)
{
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Count of those that its usage cannot show yet, because they were placed there only just now.</summary>
    public int Awaited { get; init; }

    /// <summary>The reason why no work comes here while another host of the region takes it, in one sentence; null: it may come.</summary>
    public string? Avoided { get; init; }

    /// <summary>A host as it reported last, in the region and IDC that it is judged by.</summary>
    public static Candidate Of(FleetHost host, string region, string idc, int stores, int others) =>
        new(host.Host, region, idc, host.Report.Usage, host.Quotas, stores, others)
        {
            Tags = host.Tags,
            // A host that has not said yet what runs there runs what stood there before: nothing is to come.
            Awaited = host.ComponentsInventory < 0 ? 0 : Math.Max(0, stores + others - host.Components.Count),
        };
}

/// <summary>Limits below which a host takes work, what is placed there counted in (docs/reference/oms.md, Hosts that take work).</summary>
public sealed record LoadLimits
{
    public static LoadLimits Default { get; } = new();

    public double Cpu { get; init; } = 0.85;
    public double Memory { get; init; } = 0.85;
    public double Disk { get; init; } = 0.90;

    /// <summary>
    /// The most that one more component is expected to cost. Where few components run, the average is what the machine
    /// itself uses, and would refuse work that has room.
    /// </summary>
    public double ComponentCostMax { get; init; } = 0.05;

    public bool HasNoBottleneck(Usage usage) => usage.Cpu < Cpu && usage.Memory < Memory && usage.Disk < Disk;
}

/// <summary>The expected cost of one more component to a host, in shares of it.</summary>
public readonly record struct ComponentCost(double Cpu, double Memory)
{
    /// <summary>Usage is added up in billionths: whole numbers have one sum, whatever the order of the hosts.</summary>
    private const double Unit = 1e9;

    /// <summary>The average cost of a component on these hosts; nothing when none runs there.</summary>
    public static ComponentCost Among(IEnumerable<Candidate> candidates, LoadLimits limits)
    {
        long cpu = 0, memory = 0, running = 0;
        foreach (var candidate in candidates)
        {
            cpu += (long)(candidate.Usage.Cpu * Unit);
            memory += (long)(candidate.Usage.Memory * Unit);
            running += Math.Max(0, candidate.Stores + candidate.Others - candidate.Awaited);
        }

        return running == 0
            ? default
            : new ComponentCost(
                Math.Clamp(cpu / Unit / running, 0, limits.ComponentCostMax),
                Math.Clamp(memory / Unit / running, 0, limits.ComponentCostMax));
    }
}
