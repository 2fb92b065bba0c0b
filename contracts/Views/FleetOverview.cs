namespace Holdfast.Contracts.Views;

/// <summary>All of the fleet at a glance.</summary>
/// <param name="PipeWhole">Whether heartbeats are complete; null until the scheduler has looked for the first time.</param>
/// <param name="PipeWhy">When heartbeats are interrupted: what is missing, in a sentence.</param>
/// <param name="Failed">Tasks that an error has stopped: those whose state is FAILED.</param>
/// <param name="Listening">
/// After a pause, a restart or another break hosts are still to be heard again: why, in a sentence. Never for long; null: no.
/// </param>
public sealed record FleetOverview(
    DateTimeOffset At, bool? PipeWhole, string? PipeWhy, IReadOnlyList<RegionOverview> Regions, IReadOnlyList<ComponentCount> Components,
    int Tasks, Noted Failed, string? Listening);

/// <summary>A region of the fleet.</summary>
/// <param name="Braked">The brake holds all moves: too many hosts are silent at once.</param>
/// <param name="Confirmed">An operator has confirmed that the hosts are gone.</param>
/// <param name="Silent">Silent hosts when the brake was looked at last.</param>
/// <param name="Hosts">All of them, or those alone that are not simply Online: what was asked for.</param>
/// <param name="Whole">Whether Hosts are all of them.</param>
/// <param name="Quiet">Online, and silent for more than half of checkHostDownIntervalSec; those in maintenance may be.</param>
/// <param name="Lapsing">Hosts whose leases lapse again and again.</param>
public sealed record RegionOverview(
    string Region, bool Braked, bool Confirmed, int Silent, IReadOnlyList<IdcOverview> Idcs, IReadOnlyList<HostDot> Hosts, bool Whole,
    Noted Quiet, Noted Lapsing)
{
    /// <summary>All hosts of the region, listed or not.</summary>
    [JsonIgnore] public int Count => Idcs.Sum(i => i.Hosts);

    /// <summary>Number of them in this state.</summary>
    public int In(HostState state) => Idcs.SelectMany(i => i.States).Where(s => s.State == state).Sum(s => s.Count);
}

/// <summary>An IDC in figures.</summary>
/// <param name="Load">The mean of what its hosts say of themselves, 0 to 1; null: none has said.</param>
public sealed record IdcOverview(string Idc, int Hosts, IReadOnlyList<HostCount> States, double? Load);

/// <summary>Hosts in a state.</summary>
public sealed record HostCount(HostState State, int Count);

/// <summary>A host on the map.</summary>
/// <param name="Load">The highest of CPU, memory and disk, 0 to 1; null: it has not said, or is Down and what it said is past.</param>
/// <param name="Mark">drain or maintenance; null: neither.</param>
public sealed record HostDot(string Host, string Idc, HostState State, double? Load, string? Mark);

/// <summary>Components of a kind in a state.</summary>
public sealed record ComponentCount(ComponentKind Kind, ComponentState State, int Count);

/// <summary>A count, with the first names of what was counted.</summary>
public sealed record Noted(int Count, IReadOnlyList<string> First)
{
    private const int NamesMax = 3;

    public static Noted None { get; } = new(0, []);

    public static Noted Of(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return new Noted(all.Count, [.. all.Take(NamesMax)]);
    }
}
