namespace Holdfast.Heartbeat;

/// <summary>Whether heartbeats are accepted now; all but <see cref="Grant"/> are answered 503.</summary>
internal enum Grants
{
    Grant,

    /// <summary>The registry is not read yet: what the hosts should run is not known.</summary>
    NotLoaded,

    /// <summary>Another collector reaches the scheduler and this one does not.</summary>
    CutOff,

    /// <summary>This collector does not reach the scheduler, and whether another one does cannot be asked.</summary>
    Unknown,

    /// <summary>The last batch was said.</summary>
    Leaving,
}

/// <summary>What this collector knows about itself and the others. Times are uptime of this process.</summary>
internal sealed record Standing
{
    internal bool Loaded { get; init; }
    internal bool Leaving { get; init; }

    /// <summary>
    /// End of the window whose batch was confirmed last; before the first one, when the process began.
    /// </summary>
    internal TimeSpan Confirmed { get; init; }

    /// <summary>When the others' progress was last read.</summary>
    internal TimeSpan? Asked { get; init; }

    /// <summary>Another collector's confirmed sequence has grown since <see cref="Confirmed"/>.</summary>
    internal bool OthersAdvanced { get; init; }
}

/// <summary>
/// A collector that is cut off while another one gets through stops granting leases (docs/decisions/0003). When nobody
/// gets through the scheduler is deaf and moves nothing, so granting goes on.
/// </summary>
internal static class Granting
{
    /// <summary>An answer about the others that is older is no answer.</summary>
    internal static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

    internal static Grants Decide(Standing standing, TimeSpan now, TimeSpan silenceMax) => standing switch
    {
        { Leaving: true } => Grants.Leaving,
        { Loaded: false } => Grants.NotLoaded,
        _ when now - standing.Confirmed <= silenceMax => Grants.Grant,
        { OthersAdvanced: true } => Grants.CutOff,
        { Asked: { } asked } when now - asked <= AnswerMax => Grants.Grant,
        _ => Grants.Unknown,
    };
}
