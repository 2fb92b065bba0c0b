using Holdfast.HaScheduler.Pass;
using Holdfast.Platform.Http;

namespace Holdfast.HaScheduler.Api;

/// <summary>Part of /health/ready: whether every collector's batches come without a gap, as the last pass saw it.</summary>
internal sealed class FeedHealth(LatestPass latest) : IHealthPart
{
    private const string Part = "heartbeats";

    public HealthPart Say() => Of(latest.Snapshot?.Feed);

    /// <param name="feed">null: not looked at yet in this life.</param>
    internal static HealthPart Of(FeedSnapshot? feed) => feed switch
    {
        null => new HealthPart(Part, true, "no pass has looked yet"),
        { IsComplete: true } => new HealthPart(Part, true, null),
        { Why: var why } => new HealthPart(Part, false, $"HA-202 the feed is interrupted, so no host is judged: {why}"),
    };
}
