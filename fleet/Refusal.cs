namespace Holdfast.Fleet;

/// <summary>The outcome of one wish for a place: a host, or what is missing.</summary>
public readonly record struct HostChoice(string? Host, Refusal? Refusal)
{
    /// <summary>The outcome where no plan was made, because no host may take work.</summary>
    public static HostChoice None { get; } = new(null, Refusal.NoCandidate);
}

/// <summary>The reason why no host takes a component: each candidate counts once, under what keeps it from taking it.</summary>
public sealed record Refusal
{
    private const int HostsNamedMax = 5;
    private const int TagsNamedMax = 3;
    private const int NameMax = 64;

    public static Refusal NoCandidate { get; } = new() { Sentence = "no host is up, heard and free to take work" };

    /// <summary>Hosts that were asked.</summary>
    public int Candidates { get; init; }

    /// <summary>CPU, memory or disk at the limit, or past it with one more component.</summary>
    public int Bottlenecks { get; init; }

    /// <summary>No bottleneck, but the quota is used up.</summary>
    public int Full { get; init; }

    /// <summary>A tag is missing that the task asks for.</summary>
    public int Untagged { get; init; }

    /// <summary>Has room, but may not be chosen.</summary>
    public int Excluded { get; init; }

    /// <summary>One sentence for operators, of bounded length.</summary>
    public required string Sentence { get; init; }

    public override string ToString() => Sentence;

    /// <param name="all">Count of the candidates.</param>
    /// <param name="carrying">Those that carry all tags, all without room but the excluded one.</param>
    /// <param name="lacking">Counts of the hosts that lack each tag, where any does.</param>
    internal static Refusal Of(bool store, int all, IReadOnlyCollection<Occupancy> carrying,
        IReadOnlyList<(string Tag, int Hosts)> lacking, string? excluding)
    {
        if (all == 0)
        {
            return NoCandidate;
        }

        var excluded = carrying.FirstOrDefault(h => h.Candidate.Host == excluding && h.HasRoom(store));
        var bottlenecks = carrying.Count(h => h != excluded && h.HasBottleneck);
        var without = carrying.Count - (excluded is null ? 0 : 1);
        var parts = carrying.Where(h => h != excluded).OrderBy(h => h.Order).Take(HostsNamedMax)
            .Select(h => $"{Short(h.Candidate.Host)}: {h.Shortage(store)}").ToList();
        if (without > HostsNamedMax)
        {
            parts.Add($"and {without - HostsNamedMax} more");
        }

        parts.AddRange(lacking.Take(TagsNamedMax).Select(l => Lack(l.Tag, l.Hosts, all)));
        if (lacking.Count > TagsNamedMax)
        {
            parts.Add($"and {lacking.Count - TagsNamedMax} more tags");
        }

        if (excluded is not null)
        {
            parts.Add($"{Short(excluded.Candidate.Host)} is excluded");
        }

        return new Refusal
        {
            Candidates = all,
            Bottlenecks = bottlenecks,
            Full = without - bottlenecks,
            Untagged = all - carrying.Count,
            Excluded = excluded is null ? 0 : 1,
            Sentence = string.Join("; ", parts),
        };
    }

    /// <summary>Adds the hosts that get no work while there is another one.</summary>
    internal Refusal Besides(IReadOnlyList<Candidate> avoided) => this with
    {
        Sentence = Sentence + "; " + string.Join("; ", avoided.Take(HostsNamedMax).Select(c => $"{Short(c.Host)} is avoided, {c.Avoided}"))
            + (avoided.Count > HostsNamedMax ? $"; and {avoided.Count - HostsNamedMax} more are avoided" : ""),
    };

    internal static Refusal Unknown(string host, int all) => new()
    {
        Candidates = all,
        Sentence = $"{Short(host)} is not among the region's hosts that are up, heard and free to take work",
    };

    private static string Lack(string tag, int hosts, int all) => hosts == all
        ? $"no host has tag {Short(tag)}"
        : hosts == 1 ? $"1 host lacks tag {Short(tag)}" : $"{hosts} hosts lack tag {Short(tag)}";

    internal static string Short(string name) => name.Length <= NameMax ? name : name[..(NameMax - 1)] + "…";
}
