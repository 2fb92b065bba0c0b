namespace Holdfast.Simulation.Tests;

/// <summary>About a store that is away for some.</summary>
internal partial class Mutation
{
    /// <summary>A collector that does not reach the store says no batches either, and so grants no more.</summary>
    internal static Mutation SilentWithoutStore { get; } = new() { SpeaksWithoutStore = false, Weather = Plan.StoreFails };

    /// <summary>Collectors do not read whom the scheduler hears; one that does not reach the broker takes it for deaf.</summary>
    internal static Mutation HearingIsSecret { get; } = new()
    {
        Forgets = document => document is HeardCollectors, Weather = [FaultKind.StoreRefuses, FaultKind.CollectorCutOut],
    };

    /// <summary>The scheduler judges before a collector that does not reach the broker could read that it is not heard.</summary>
    internal static Mutation JudgesUntold { get; } = new()
    {
        WaitsUntilTold = false, Weather = [FaultKind.StoreRefuses, FaultKind.CollectorCutOut],
    };

    internal bool SpeaksWithoutStore { get; private init; } = true;

    internal bool WaitsUntilTold { get; private init; } = true;

    /// <summary>False: it never reaches the broker.</summary>
    internal bool LetsOut(object message, Site from) => SpeaksWithoutStore || message is not HeartbeatReported || from.Store.Answers;
}
