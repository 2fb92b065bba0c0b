using Holdfast.Platform.State;

namespace Holdfast.Alerting.Circuits;

/// <summary>The channels' health in the store, shared by all replicas; every write is a compare-and-set.</summary>
internal sealed class ChannelPulse(IDocuments<ChannelHealth> healths, TimeProvider time)
{
    internal async Task<ChannelHealth> Of(string channel, CancellationToken cancel) =>
        (await healths.Find(channel, cancel))?.Document ?? new ChannelHealth { Channel = channel };

    internal async Task<IReadOnlyList<ChannelHealth>> All(CancellationToken cancel) =>
        [.. (await healths.Query(DocumentQuery<ChannelHealth>.All.Take(Channels.ChannelRules.ChannelsRead), cancel)).Items
            .Select(h => h.Document)];

    /// <summary>How many deliveries may go; 0 also when another replica changed the health at this very moment.</summary>
    internal async Task<int> Pass(Lane lane, int wanted, CancellationToken cancel)
    {
        var found = await healths.Find(lane.Definition.Name, cancel);
        var health = found?.Document ?? new ChannelHealth { Channel = lane.Definition.Name };
        lane.IsSound &= health.IsSound;
        var now = Saying.Micros(time.GetUtcNow());
        var passage = Breaker.Pass(health, wanted, lane.Definition.PerMinute, lane.Definition.Timeout + Delivery.ClaimSlack, now);
        return passage.Next is not { } next || await Write(found, next, cancel) ? passage.Count : 0;
    }

    /// <param name="reason">Null: the channel is well.</param>
    /// <param name="delivered">It took the alert.</param>
    internal async Task Note(string channel, string? reason, bool delivered, CancellationToken cancel)
    {
        for (var races = 0; races < Ledger.RacesMax; races++)
        {
            var found = await healths.Find(channel, cancel);
            var before = found?.Document ?? new ChannelHealth { Channel = channel };
            var now = Saying.Micros(time.GetUtcNow());
            var after = Breaker.After(before, reason, now);
            after = delivered ? Breaker.Delivered(after, now) : after;
            if (after == before || await Write(found, after, cancel))
            {
                return;
            }
        }
    }

    internal async Task<bool> SetTold(string channel, bool told, CancellationToken cancel) =>
        await healths.Find(channel, cancel) is { } found
            && (found.Document.Told == told || await healths.Replace(found.Document with { Told = told }, found.Version, cancel));

    /// <summary>Of a channel that was deleted.</summary>
    internal async Task Forget(string channel, CancellationToken cancel)
    {
        if (await healths.Find(channel, cancel) is { } found)
        {
            await healths.Delete(channel, found.Version, cancel);
        }
    }

    private Task<bool> Write(Versioned<ChannelHealth>? before, ChannelHealth after, CancellationToken cancel) =>
        before is { } known ? healths.Replace(after, known.Version, cancel) : healths.Insert(after, cancel);
}
