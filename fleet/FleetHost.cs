using System.Net;

namespace Holdfast.Fleet;

/// <summary>A host as it reported last. A value: the next report makes another.</summary>
public sealed record FleetHost
{
    public required HostReport Report { get; init; }

    /// <summary>The components there, as the host said last; empty until it has said so once.</summary>
    public required IReadOnlyList<ComponentReport> Components { get; init; }

    /// <summary>The inventory number that <see cref="Components"/> belongs to; -1 while it has not said.</summary>
    public required long ComponentsInventory { get; init; }

    /// <summary>The parts that <see cref="Components"/> lacks and why, in one sentence with a code; null: nothing.</summary>
    public string? LeftOut { get; init; }

    /// <summary>The incarnation that said so.</summary>
    public required long ComponentsIncarnation { get; init; }

    public Quotas Quotas { get; init; } = Quotas.Unset;
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>An operator wants it empty.</summary>
    public Drain? Drain { get; init; }

    /// <summary>An operator works on it.</summary>
    public Maintenance? Maintenance { get; init; }

    public string Host => Report.Host;
    public string Region => Report.Region;
    public string Idc => Report.Idc;

    /// <summary>Address without a port.</summary>
    public string Ip => Report.Address switch
    {
        ['[', .. var inside] => inside.Split(']')[0],
        var bare when IPAddress.TryParse(bare, out _) => bare,
        var named => named.Split(':')[0],
    };

    /// <summary>True when the list is the one that the last report speaks of.</summary>
    public bool ComponentsAreCurrent =>
        ComponentsIncarnation == Report.Incarnation && ComponentsInventory == Report.Inventory;

    /// <summary>The host after one more report of a batch.</summary>
    public static FleetHost After(FleetHost? before, HostReport report)
    {
        var says = report.Components is not null;
        return new FleetHost
        {
            Report = says ? report with { Components = null, LeftOut = null } : report,
            Components = report.Components ?? before?.Components ?? [],
            LeftOut = says ? report.LeftOut : before?.LeftOut,
            ComponentsInventory = says ? report.Inventory : before?.ComponentsInventory ?? -1,
            ComponentsIncarnation = says ? report.Incarnation : before?.ComponentsIncarnation ?? -1,
            Quotas = before?.Quotas ?? Quotas.Unset,
            Tags = before?.Tags ?? [],
            Drain = before?.Drain,
            Maintenance = before?.Maintenance,
        };
    }
}
