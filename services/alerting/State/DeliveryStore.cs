namespace Holdfast.Alerting.State;

/// <summary>
/// Every delivery with each of its attempts. Every write is a compare-and-set that keeps to <see cref="SendingLife"/>.
/// </summary>
internal sealed class DeliveryStore(IDocuments<Delivery> deliveries, TimeProvider time)
{
    /// <summary>The newest ones of one alert; older generations decide nothing any more.</summary>
    private const int DeliveriesRead = 1000;

    /// <summary>The deliveries of an alert, the newest first.</summary>
    internal static DocumentQuery<Delivery> OfAlert(Alert alert) => DocumentQuery<Delivery>.All
        .Where(d => d.Series, Match.Equal, alert.Series).Where(d => d.Alert, Match.Equal, alert.Id)
        .OrderBy(d => d.CreatedAt, descending: true);

    /// <summary>The deliveries of a channel that are not settled.</summary>
    internal static DocumentQuery<Delivery> Waiting(string channel) => DocumentQuery<Delivery>.All
        .Where(d => d.Channel, Match.Equal, channel).Where(d => d.NextAttempt, Match.NotEqual, null);

    /// <summary>Deliveries that were given up and can be sent again, for any channel.</summary>
    internal static DocumentQuery<Delivery> Dead { get; } = DocumentQuery<Delivery>.All.Where(d => d.DeadAt, Match.NotEqual, null);

    /// <summary>Deliveries that were given up, the newest first.</summary>
    /// <param name="channels">None: of all.</param>
    internal static DocumentQuery<Delivery> DeadLetters(IReadOnlyList<string> channels)
    {
        var dead = DocumentQuery<Delivery>.All.Where(d => d.DeadAt, Match.Greater, DateTimeOffset.UnixEpoch)
            .OrderBy(d => d.DeadAt, descending: true);
        return channels switch
        {
            [] => dead,
            [var one] => dead.Where(d => d.Channel, Match.Equal, one),
            _ => dead.Where(d => d.Channel, Match.In, channels),
        };
    }

    internal async Task<IReadOnlyList<Versioned<Delivery>>> OldestDead(
        IReadOnlyList<string> channels, int most, CancellationToken cancel) =>
        (await deliveries.Query(DeadLetters(channels).OrderBy(d => d.DeadAt).Take(most), cancel)).Items;

    internal Task<Versioned<Delivery>?> Find(string id, CancellationToken cancel) => deliveries.Find(id, cancel);

    /// <summary>Deliveries that may be tried on a channel now, the longest due first.</summary>
    internal async Task<IReadOnlyList<Versioned<Delivery>>> Due(string channel, DateTimeOffset now, int most, CancellationToken cancel)
    {
        var due = DocumentQuery<Delivery>.All.Where(d => d.Channel, Match.Equal, channel)
            .Where(d => d.NextAttempt, Match.LessOrEqual, now).OrderBy(d => d.NextAttempt).Take(most);
        return (await deliveries.Query(due, cancel)).Items;
    }

    internal async Task<IReadOnlyList<Delivery>> Of(Alert alert, CancellationToken cancel) => (await OfMany([alert], cancel))[0];

    /// <summary>Of each alert, in their order.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<Delivery>>> OfMany(IReadOnlyList<Alert> alerts, CancellationToken cancel)
    {
        var pages = await deliveries.QueryMany([.. alerts.Select(alert => OfAlert(alert).Take(DeliveriesRead))], cancel);
        return [.. pages.Select(page => page.Items.Select(d => d.Document).ToList())];
    }

    /// <summary>The other deliveries of the same condition to the same channel, the newest ones.</summary>
    internal async Task<IReadOnlyList<Delivery>> Siblings(Delivery delivery, CancellationToken cancel)
    {
        var others = DocumentQuery<Delivery>.All
            .Where(d => d.Series, Match.Equal, delivery.Series).Where(d => d.Channel, Match.Equal, delivery.Channel)
            .OrderBy(d => d.CreatedAt, descending: true).Take(DeliveriesRead);
        return [.. (await deliveries.Query(others, cancel)).Items.Select(d => d.Document).Where(d => d.Id != delivery.Id)];
    }

    /// <summary>One that is there already stays as it is: so it should be after a crash or beside another replica.</summary>
    /// <returns>Of each whether it is new.</returns>
    internal Task<IReadOnlyList<bool>> AddMany(IReadOnlyList<Delivery> some, CancellationToken cancel) =>
        deliveries.ChangeMany([.. some.Select(d => new Change<Delivery>(d, null))], cancel);

    internal Task<bool> Replace(Versioned<Delivery> before, Delivery after, CancellationToken cancel) =>
        deliveries.Replace(SendingLife.Next(before.Document, after), before.Version, cancel);

    /// <summary>Of each whether it was done.</summary>
    internal Task<IReadOnlyList<bool>> ReplaceMany(
        IReadOnlyList<(Versioned<Delivery> Before, Delivery After)> some, CancellationToken cancel) => deliveries.ChangeMany(
            [.. some.Select(d => new Change<Delivery>(SendingLife.Next(d.Before.Document, d.After), d.Before.Version))], cancel);

    /// <summary>Writes down how an attempt ended. A delivery that somebody settled meanwhile stays as it is.</summary>
    internal async Task<Delivery?> Record(Versioned<Delivery> tried, Attempt attempt, Retry.Step step, CancellationToken cancel)
    {
        // Hardly ever has anybody touched it since it was claimed: no need to read it again to find that out.
        var recorded = tried.Document.With(attempt, step);
        return await Replace(tried, recorded, cancel) ? recorded : await Record(tried.Document, attempt, step, cancel);
    }

    internal Task<Delivery?> Record(Delivery tried, Attempt attempt, Retry.Step step, CancellationToken cancel) =>
        Change(
            tried.Id,
            // A replica that lost the claim to another one has nothing to say any more, unless it is that the channel knows.
            current => current.Settled || (current.ClaimedBy != tried.ClaimedBy && !attempt.Ok)
                ? null
                : current.With(attempt, current.Status == tried.Status ? step : step with { Status = Later(current, step) }),
            cancel);

    /// <summary>Another replica failed meanwhile, so a success is one after a failure.</summary>
    private static SendingStatus Later(Delivery current, Retry.Step step) =>
        step.Status == SendingStatus.Successful && current.Status == SendingStatus.Failed ? SendingStatus.SentAgain : step.Status;

    /// <summary>An attempt that was broken off before there was an answer: anyone may try at once.</summary>
    internal Task<Delivery?> GiveBack(Delivery claimed, CancellationToken cancel) => Change(
        claimed.Id,
        current => current.Settled || current.ClaimedBy != claimed.ClaimedBy ? null
            : current with { ClaimedBy = null, ClaimedUntil = null, NextAttempt = AlertNormalizer.Micros(time.GetUtcNow()) },
        cancel);

    /// <summary>Times only: what is sent stays so. False: somebody else wrote it at this moment.</summary>
    internal Task<bool> TakeForNow(Versioned<Delivery> found, DateTimeOffset now, CancellationToken cancel) =>
        deliveries.Replace(AheadOfNow.Taken(found.Document, now), found.Version, cancel);

    /// <summary>The same deliveries with no time ahead of now, as they are stored from now on.</summary>
    internal async Task<IReadOnlyList<Delivery>> TakeForNow(IReadOnlyList<Delivery> some, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var ahead in some.Where(d => AheadOfNow.IsAhead(d, now)))
        {
            if (await deliveries.Find(ahead.Id, cancel) is { } found)
            {
                await TakeForNow(found, now, cancel);
            }
        }

        return [.. some.Select(d => AheadOfNow.Taken(d, now))];
    }

    /// <summary>Gives up the deliveries that nobody will ever send, visibly.</summary>
    internal async Task<IReadOnlyList<Delivery>> AbandonOrphans(
        IReadOnlyList<Delivery> existing, IReadOnlyList<ChannelRoute> known, DateTimeOffset now, CancellationToken cancel)
    {
        var kept = new List<Delivery>(existing.Count);
        foreach (var delivery in existing)
        {
            kept.Add(Routing.Orphaned(delivery, known, now) is { } why
                ? await Change(delivery.Id, current => current.Settled ? null : current.Abandoned(why, now), cancel) ?? delivery
                : delivery);
        }

        return kept;
    }

    /// <summary>Nothing is left to deliver, or a person asked for it; null: it is settled, or being sent just now.</summary>
    internal Task<Delivery?> Withdraw(string id, string why, DateTimeOffset now, CancellationToken cancel) => Change(
        id, current => current.Settled || current.ClaimedUntil > now ? null : current.Withdrawn(why, now), cancel);

    /// <summary>Compare-and-set until it is written; null: there is nothing to change, or others always came first.</summary>
    /// <param name="change">The later state; null: leave it as it is.</param>
    internal async Task<Delivery?> Change(string id, Func<Delivery, Delivery?> change, CancellationToken cancel)
    {
        for (var races = 0; races < AlertStore.RacesMax; races++)
        {
            if (await deliveries.Find(id, cancel) is not { } current || change(current.Document) is not { } changed)
            {
                return null;
            }

            if (await Replace(current, changed, cancel))
            {
                return changed;
            }
        }

        return null;
    }
}
