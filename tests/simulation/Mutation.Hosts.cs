namespace Holdfast.Simulation.Tests;

/// <summary>Taken away from hosts that go away and come back.</summary>
internal partial class Mutation
{
    /// <summary>A host that was Down takes work as soon as it is back, however often it was.</summary>
    internal static Mutation FlappingHostsTakeWork { get; } = new()
    {
        Believe = ha => ha with { HostHoldOffUnitSec = 0 },
        Weather = Plan.Unsteady,
    };

    /// <summary>Nobody hears that leases were over before the next report.</summary>
    internal static Mutation LapsesAreNotHeard { get; } = new() { Hears = b => b with { Lapses = null }, Weather = Plan.Unsteady };

    /// <summary>Lives of a host are in the order of the names that they give themselves, by clocks.</summary>
    internal static Mutation LivesGoByTheirNames { get; } = new() { NamesAreTheOrder = true, Weather = [FaultKind.HostReinstalled] };

    internal bool NamesAreTheOrder { get; private init; }
}
