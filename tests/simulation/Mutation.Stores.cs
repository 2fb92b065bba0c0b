namespace Holdfast.Simulation.Tests;

/// <summary>Taken away from Stores and their manager.</summary>
internal partial class Mutation
{
    /// <summary>The store manager may make any number of Stores.</summary>
    internal static Mutation NoThreshold { get; } = new() { Governs = ha => ha with { SubtopicStoreNumberThreshold = 1000 } };

    internal static Mutation NoStoreCooldown { get; } = new()
    {
        Governs = ha => ha with { CheckRequestIntervalSec = 0 },
        Weather = [FaultKind.StoreDies, FaultKind.StoreDies, FaultKind.HostOff, FaultKind.HostCut],
    };

    internal static Mutation StoreSwitchIsIgnored { get; } = new()
    {
        Governs = ha => ha with { Enable = true, EnableStore = true },
        Weather = [FaultKind.StoreSwitchedOff, FaultKind.AllSwitchedOff, FaultKind.StoreDies, FaultKind.HostOff],
    };

    /// <summary>New Stores start at the present.</summary>
    internal static Mutation RefetchesFromTooLate { get; } = new()
    {
        Governs = ha => ha with { RefetchMode = RefetchMode.Oms, RefetchStoreIntervalMin = 0 },
    };

    /// <summary>Consumers seem to be a minute further than they are, and everything that they have passed may go.</summary>
    internal static Mutation ClearsWhatIsNeeded { get; } = new()
    {
        Governs = ha => ha with { ClearRedundantStores = true },
        Reports = batch => batch with
        {
            Reports = [.. batch.Reports.Select(r => r with
            {
                Components = r.Components?.Select(c => c.Kind == ComponentKind.IncrSync
                    ? c with { Checkpoint = c.Checkpoint + 60, PositionEnd = Logs.Exactly(c.Checkpoint + 60) }
                    : c with { Consumers = [] }).ToList(),
            })],
        },
    };

    /// <summary>Every Store seems to hold all that there ever was.</summary>
    internal static Mutation GapsAreSilent { get; } = new()
    {
        Reports = batch => batch with
        {
            Reports = [.. batch.Reports.Select(r => r with
            {
                Components = r.Components?.Select(c => c.Kind == ComponentKind.Store
                    ? c with { Begin = 0, PositionBegin = Logs.Exactly(0) } : c).ToList(),
            })],
        },
        Weather = [FaultKind.StoreTrims, FaultKind.ConsumerLags, FaultKind.StoreLosesData, FaultKind.StoreDies],
    };

    /// <summary>A subtopic is written over whatever another replica has made of it.</summary>
    internal static Mutation CreatesTwice { get; } = new() { SubtopicIsCompared = false };
}
