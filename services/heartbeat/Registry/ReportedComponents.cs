namespace Holdfast.Heartbeat.Registry;

/// <summary>
/// The component list that a host reported last, and when it goes along in a batch again. One thread at a time.
/// </summary>
internal sealed class ReportedComponents(string host)
{
    private IReadOnlyList<ComponentReport>? _list;

    /// <summary>The parts that <see cref="_list"/> lacks: this goes wherever that list goes.</summary>
    private string? _leftOut;

    private (long Incarnation, long Inventory) _of;
    private bool _isDue;
    private TimeSpan? _refreshDue;

    internal IReadOnlySet<string> Names => (_list ?? []).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the list is the one that this report means, with it or before it.</summary>
    internal bool AreOf(HostReport report) => _list is not null && _of == (report.Incarnation, report.Inventory);

    /// <summary>Takes the list that this report brings.</summary>
    internal void Keep(HostReport report)
    {
        _isDue |= !AreOf(report) || report.Inventory == 0;
        (_list, _leftOut) = (report.Components, report.LeftOut);
        _of = (report.Incarnation, report.Inventory);
    }

    /// <summary>
    /// The report as a batch carries it: with the list when that changed or is due again and the batch has room for a list of weight
    /// <paramref name="room"/>. A list that found no room stays due.
    /// </summary>
    internal HostReport With(HostReport report, TimeSpan now, TimeSpan refresh, int room, out bool refreshed)
    {
        refreshed = _refreshDue is { } at && now >= at;
        if (refreshed || _refreshDue is null)
        {
            _refreshDue = now + Stagger(refresh, first: _refreshDue is null);
        }

        _isDue |= refreshed;
        if (_isDue && AreOf(report) && WeightOf(_list) <= room)
        {
            _isDue = false;
            return ReferenceEquals(report.Components, _list) ? report : report with { Components = _list, LeftOut = _leftOut };
        }

        return report is { Components: null, LeftOut: null } ? report : report with { Components = null, LeftOut = null };
    }

    internal void WereNotDelivered() => (_isDue, _refreshDue) = (true, TimeSpan.Zero);

    /// <summary>The room that a component list takes in a batch, in components.</summary>
    internal static int WeightOf(IReadOnlyList<ComponentReport>? components)
    {
        if (components is null)
        {
            return 0;
        }

        var consumers = 0;
        for (var i = 0; i < components.Count; i++)
        {
            consumers += components[i].Consumers?.Count ?? 0;
        }

        return components.Count + (consumers / ConsumersPerComponent);
    }

    /// <summary>The consumers of Stores that take the room of one component.</summary>
    internal const int ConsumersPerComponent = 6;

    /// <summary>
    /// The first refresh of each host falls somewhere in the period, so that no batch carries all of them.
    /// </summary>
    private TimeSpan Stagger(TimeSpan refresh, bool first) => first ? refresh * (Spread.Of(host) % 1000 / 1000.0) : refresh;
}
