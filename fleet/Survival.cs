using Holdfast.Contracts.Views;

namespace Holdfast.Fleet;

/// <summary>A component as far as room is concerned. Tags: those that its task asks of a host; null or empty: none.</summary>
public readonly record struct Resident(ComponentKind Kind, IReadOnlyList<string>? Tags = null);

/// <summary>A host that can be lost, with what stands there and should stay somewhere.</summary>
public sealed record HostWork(string Host, string Idc, IReadOnlyList<Resident> Components);

/// <summary>
/// The answer of a region to a loss: the plan that a failover would make, over the hosts that are left. Only Incr-Syncs
/// need room: Stores, Full-Imports and Full-Verifications are not moved by a host's failure.
/// </summary>
public static class Survival
{
    private const int IdcsNamedMax = 5;

    /// <param name="candidates">Hosts of the region that take work now.</param>
    /// <param name="hosts">Hosts of the region that are not Down, candidates or not; one without components may be left out.</param>
    public static Headroom Of(string region, IReadOnlyCollection<Candidate> candidates, IReadOnlyCollection<HostWork> hosts,
        LoadLimits? limits = null)
    {
        var idcOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (host, idc) in hosts.Select(h => (h.Host, h.Idc)).Concat(candidates.Select(c => (c.Host, c.Idc))))
        {
            idcOf.TryAdd(host, idc);
        }

        var ordered = Placement.InOrder([.. candidates]);
        var scenarios = new List<(string Name, Loss Loss)>();
        if (Largest(idcOf.Keys, hosts) is { } largest)
        {
            scenarios.Add((Refusal.Short(largest), Of($"host {largest}", 1, host => host == largest)));
        }

        foreach (var idc in idcOf.Values.CountBy(i => i, StringComparer.Ordinal).OrderBy(i => i.Key, StringComparer.Ordinal))
        {
            scenarios.Add(($"IDC {Refusal.Short(idc.Key)}", Of($"idc {idc.Key}", idc.Value, host => idcOf[host] == idc.Key)));
        }

        return new Headroom(region, scenarios.TrueForAll(s => s.Loss.Survives), [.. scenarios.Select(s => s.Loss)], Sentence(scenarios));

        Loss Of(string what, int count, Func<string, bool> isLost) => After(what, count,
            [.. ordered.Where(c => !isLost(c.Host))], [.. hosts.Where(h => isLost(h.Host))], limits);
    }

    /// <summary>The host whose loss needs most room; of several the first by name.</summary>
    private static string? Largest(IReadOnlyCollection<string> names, IReadOnlyCollection<HostWork> hosts) => hosts.Count > 0
        ? hosts.Select(h => (h.Host, Moving: Moving(h)))
            .MinBy(h => (-h.Moving, h.Host), Comparer<(int Less, string Host)>.Create(static (a, b) =>
                a.Less != b.Less ? a.Less.CompareTo(b.Less) : string.CompareOrdinal(a.Host, b.Host))).Host
        : names.Min(StringComparer.Ordinal);

    private static Loss After(string what, int count, List<Candidate> left, List<HostWork> lost, LoadLimits? limits)
    {
        var plan = new Placement(left, limits);
        var components = lost.Sum(Moving);
        var tagSets = TagSets(lost);
        var (without, because) = tagSets.Count == 0 ? plan.TakeAll(ComponentKind.IncrSync, components)
            : plan.HasPlentyFor(ComponentKind.IncrSync, components, [[], .. tagSets]) ? (0, null)
            : OneByOne(plan, lost);
        return new Loss(what, count, components, without == 0, without, because?.Sentence);
    }

    /// <summary>The sets of tags that components ask for which would have to move.</summary>
    private static List<IReadOnlyList<string>> TagSets(List<HostWork> lost)
    {
        var sets = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var host in lost)
        {
            foreach (var component in host.Components)
            {
                if (Moves(component) && component.Tags is { Count: > 0 } tags)
                {
                    sets.TryAdd(Placement.KeyOf(tags), tags);
                }
            }
        }

        return [.. sets.Values];
    }

    /// <summary>Finds places one by one: with tags it matters who comes first, hosts by name, their components as they are given.</summary>
    private static (int Without, Refusal? Because) OneByOne(Placement plan, List<HostWork> lost)
    {
        var (without, because) = (0, default(Refusal));
        foreach (var component in lost.OrderBy(h => h.Host, StringComparer.Ordinal).SelectMany(h => h.Components).Where(Moves))
        {
            if (plan.Take(component.Kind, component.Tags).Refusal is { } refusal)
            {
                without++;
                because ??= refusal;
            }
        }

        return (without, because);
    }

    private static int Moving(HostWork host)
    {
        var count = 0;
        for (var n = 0; n < host.Components.Count; n++)
        {
            count += Moves(host.Components[n]) ? 1 : 0;
        }

        return count;
    }

    private static bool Moves(Resident component) => component.Kind == ComponentKind.IncrSync;

    /// <summary>The largest host, then the IDCs: where not all can be named, those that would be missed most.</summary>
    private static string Sentence(List<(string Name, Loss Loss)> scenarios)
    {
        if (scenarios.Count == 0)
        {
            return "the region has no host";
        }

        var idcs = scenarios.Skip(1).ToList();
        var named = idcs.Count <= IdcsNamedMax ? idcs : [.. idcs.OrderByDescending(i => i.Loss.Without).Take(IdcsNamedMax)];
        var parts = scenarios.Take(1).Concat(named).Select(s => $"{s.Name}: {Answer(s.Loss)}").ToList();
        if (idcs.Count > named.Count)
        {
            var others = idcs.Except(named).Count(i => !i.Loss.Survives);
            parts.Add($"{idcs.Count - named.Count} more IDCs: {(others == 0 ? "yes" : $"no for {others}")}");
        }

        return "tolerates loss of " + string.Join(" · ", parts);
    }

    private static string Answer(Loss loss) => loss switch
    {
        { Survives: true } => "yes",
        { Without: 1 } => "no, 1 component has no room",
        { Without: var without } => $"no, {without} components have no room",
    };
}
