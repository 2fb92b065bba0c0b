namespace Holdfast.Contracts;

/// <summary>
/// Limits beyond which the feed of heartbeats is interrupted: everybody counts a host's silence by these, so that no two services
/// disagree about whether silence means anything.
/// </summary>
public static class FeedLimits
{
    /// <summary>Batches come at least every second: a collector without one for longer has a gap, and so has a later batch.</summary>
    public static readonly TimeSpan GapMax = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A silent collector is dropped after this if others are heard. Longer than the time after which a collector that is cut off stops
    /// granting leases, so that whoever was fed by it is fenced before silence counts again.
    /// </summary>
    public static readonly TimeSpan CollectorGrace = TimeSpan.FromSeconds(10);
}
