using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>Hosts of a snapshot by name and by place.</summary>
internal sealed class HostIndex
{
    private readonly IReadOnlyList<HostSnapshot> _hosts;
    private readonly Dictionary<string, int> _places;

    internal HostIndex(IReadOnlyList<HostSnapshot> hosts)
    {
        _hosts = hosts;
        _places = new Dictionary<string, int>(hosts.Count, StringComparer.Ordinal);
        for (var i = 0; i < hosts.Count; i++)
        {
            _places[hosts[i].Verdict.Host] = i;
        }
    }

    internal HostSnapshot? Find(string? name) => PlaceOf(name) is { } place ? _hosts[place] : null;

    internal int? PlaceOf(string? name) => name is not null && _places.TryGetValue(name, out var place) ? place : null;
}

/// <summary>
/// Remembers the components that were plainly well in the previous pass, with the inputs of that result. While these inputs are the
/// same objects, the components are still well. The costly part is to find a component's report among its host's. This changes the time
/// that a look takes, never its result.
/// </summary>
internal sealed class StillWell
{
    private Told[] _told = [];
    private double _delayMax;

    private readonly record struct Told(Registration? Component, int Place, HostVerdict Verdict, IReadOnlyList<ComponentReport>? Said);

    internal void Expect(int components, double delayMax)
    {
        if (_told.Length != components || _delayMax != delayMax)
        {
            (_told, _delayMax) = (new Told[components], delayMax);
        }
    }

    /// <summary>Component, verdict of its host (Online then) and list of its host are the same objects, and the host is heard.</summary>
    internal bool Holds(int at, Registration component, IReadOnlyList<HostSnapshot> hosts)
    {
        ref readonly var told = ref _told[at];
        if (!ReferenceEquals(told.Component, component) || told.Place >= hosts.Count)
        {
            return false;
        }

        var host = hosts[told.Place];
        return ReferenceEquals(host.Verdict, told.Verdict) && ReferenceEquals(host.Reported?.Components, told.Said)
            && host.Silence <= TaskHealth.UnheardAfter;
    }

    internal void Note(int at, Registration component, int place, HostSnapshot host) =>
        _told[at] = new Told(component, place, host.Verdict, host.Reported?.Components);
}
