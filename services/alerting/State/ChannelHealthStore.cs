namespace Holdfast.Alerting.State;

/// <summary>The channels' health in the store, shared by all replicas; every write is a compare-and-set.</summary>
internal sealed class ChannelHealthStore(IDocuments<ChannelHealth> healths, TimeProvider time)
{
    /// <summary>More than there may be of channels: none may be overlooked.</summary>
    private const int ChannelsRead = 1000;

    internal async Task<ChannelHealth> Of(string channel, CancellationToken cancel) =>
        (await healths.Find(channel, cancel))?.Document ?? new ChannelHealth { Channel = channel };

    internal async Task<IReadOnlyList<ChannelHealth>> All(CancellationToken cancel) =>
        [.. (await healths.Query(DocumentQuery<ChannelHealth>.All.Take(ChannelsRead), cancel)).Items
            .Select(h => h.Document)];

    /// <summary>Number of deliveries that may go; 0 also when another replica changed the health at this very moment.</summary>
    /// <param name="wanted">Number that are due and have a slot, at least 1.</param>
    /// <param name="perMinute">The channel's limit; 0: none.</param>
    /// <param name="attemptMax">The longest that one attempt may take.</param>
    internal async Task<(int Count, bool IsSound)> Permit(
        string channel, int wanted, int perMinute, TimeSpan attemptMax, CancellationToken cancel)
    {
        var found = await healths.Find(channel, cancel);
        var health = found?.Document ?? new ChannelHealth { Channel = channel };
        var permit = Breaker.Ask(health, wanted, perMinute, attemptMax + Delivery.ClaimSlack, AlertNormalizer.Micros(time.GetUtcNow()));
        return (permit.Next is not { } next || await Write(found, next, cancel) ? permit.Count : 0, health.IsSound);
    }

    /// <param name="reason">Null: the channel is well.</param>
    /// <param name="delivered">It took the alert.</param>
    internal async Task Note(string channel, string? reason, bool delivered, CancellationToken cancel)
    {
        for (var races = 0; races < AlertStore.RacesMax; races++)
        {
            var found = await healths.Find(channel, cancel);
            var before = found?.Document ?? new ChannelHealth { Channel = channel };
            var now = AlertNormalizer.Micros(time.GetUtcNow());
            var after = Breaker.After(before, reason, now);
            after = delivered ? Breaker.Delivered(after, now) : after;
            if (after == before || await Write(found, after, cancel))
            {
                return;
            }
        }
    }

    internal async Task<bool> SetAnnounced(string channel, bool announced, CancellationToken cancel) =>
        await healths.Find(channel, cancel) is { } found
            && (found.Document.IsAnnounced == announced
                || await healths.Replace(found.Document with { IsAnnounced = announced }, found.Version, cancel));

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
