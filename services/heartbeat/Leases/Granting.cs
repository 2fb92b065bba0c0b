namespace Holdfast.Heartbeat.Leases;

/// <summary>The answer to heartbeats now: accepted or not; all but <see cref="Grant"/> are answered 503.</summary>
internal enum Grants
{
    Grant,

    /// <summary>The registry is not read yet: what the hosts should run is not known.</summary>
    NotLoaded,

    /// <summary>Another collector reaches the scheduler and this one does not.</summary>
    CutOff,

    /// <summary>This collector does not reach the scheduler, and whether another one does is not known.</summary>
    Unknown,

    /// <summary>No batch of this life has been confirmed yet, and the others were not watched for long enough.</summary>
    NotHeard,

    /// <summary>The last batch was said.</summary>
    Leaving,
}

/// <summary>This collector's knowledge of itself and the others. Times are uptime of this process.</summary>
internal sealed record CollectorState
{
    internal bool Loaded { get; init; }
    internal bool Leaving { get; init; }

    /// <summary>End of the window whose batch the schedulers said last to have heard; null: none of this life.</summary>
    internal TimeSpan? Confirmed { get; init; }

    /// <summary>End of the window whose batch the broker has routed to a queue last; it may be heard or not.</summary>
    internal TimeSpan? Taken { get; init; }

    /// <summary>The last moment at which the others' progress was read.</summary>
    internal TimeSpan? Asked { get; init; }

    /// <summary>Another collector has got through, or the scheduler has heard it, since <see cref="Confirmed"/>.</summary>
    internal bool OthersAdvanced { get; init; }

    /// <summary>The time for which the others' progress has been watched since <see cref="Confirmed"/>.</summary>
    internal TimeSpan Watched { get; init; }
}

/// <summary>
/// A collector that is cut off while another one gets through stops granting leases (docs/decisions/0003). When nobody
/// gets through the scheduler is deaf and moves nothing, so granting goes on.
/// </summary>
internal static class Granting
{
    /// <summary>An answer about the others that is older is no answer.</summary>
    internal static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A scheduler that counts silence says within <see cref="HeardCollectors.GapMax"/> that it hears somebody. So a collector that is
    /// not heard grants on only once it has watched for longer than that and read of nobody. It has no grace before that in a new life.
    /// The scheduler does not miss a collector that it has never heard, and the hosts that this one grants to are silent like dead ones.
    /// </summary>
    internal static readonly TimeSpan WatchMin = HeardCollectors.GapMax + TimeSpan.FromSeconds(0.25);

    internal static Grants Decide(CollectorState state, TimeSpan now, TimeSpan silenceMax) => state switch
    {
        { Leaving: true } => Grants.Leaving,
        { Loaded: false } => Grants.NotLoaded,
        { Confirmed: { } confirmed } when now - confirmed <= silenceMax => Grants.Grant,
        { OthersAdvanced: true } => Grants.CutOff,
        { Confirmed: null } when state.Watched < WatchMin => Grants.NotHeard,
        { Asked: { } asked } when now - asked <= AnswerMax && state.Watched >= WatchMin => Grants.Grant,
        // Nobody says that he hears anybody, and nobody can be asked: the schedulers start, say, while the store is away. Who judges
        // needs the store.
        { Taken: { } taken } when now - taken <= silenceMax => Grants.Grant,
        _ => Grants.Unknown,
    };
}
