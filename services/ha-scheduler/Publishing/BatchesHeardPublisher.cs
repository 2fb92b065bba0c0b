using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Publishing;

/// <summary>
/// Tells collectors which of their batches this replica has heard: a broker's confirm does not say whether anybody did. It needs no
/// store, so that who is heard knows it while the store is away. Tells them as well of numbers of hosts that they have forgotten.
/// </summary>
internal sealed class BatchesHeardPublisher(
    LivenessFeed feed, Leadership leadership, MessagePublisher messages, TimeProvider time,
    ILogger<BatchesHeardPublisher> logger) : TickLoop(time, logger)
{
    /// <summary>A collector that is not heard of for some seconds grants no lease while another one is.</summary>
    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    protected override Task Tick(CancellationToken cancel)
    {
        var outnumbered = feed.Outnumbered();
        var heard = new BatchesHeard
        {
            Replica = leadership.Me,
            Regions = [.. leadership.Covered.Order(StringComparer.Ordinal)],
            Collectors = [.. feed.Sequences().Select(s => new CollectorHeard(s.Key, s.Value))],
            At = Time.GetUtcNow(),
            Outnumbered = outnumbered.Count > 0 ? outnumbered : null,
        };
        // Collectors may all be away: then nobody waits for it.
        return messages.Signal(heard, cancel);
    }
}
