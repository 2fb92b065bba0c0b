using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.State;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Watch;

/// <summary>
/// Finds what was stored while a clock ran ahead (<see cref="AheadOfNow"/>) and writes it as of now. With each tick it looks where times
/// are that no right clock can have written. It goes through all that waits at its start, when the wall clock has gone back, and when it
/// found one such time.
/// </summary>
internal sealed partial class AheadWatch(
    DeliveryPlanner planner, DeliveryStore deliveries, ClockedState state, TimeProvider time, ILogger<AheadWatch> logger)
    : TickLoop(time, logger)
{
    private const int Page = 500;
    private const int AtOnceMax = 16;

    /// <summary>Of the wall clock against the monotonic one; null before the first tick.</summary>
    private TimeSpan? _ahead;
    private long _began;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override async Task Tick(CancellationToken cancel)
    {
        var now = AlertNormalizer.Micros(Time.GetUtcNow());
        var isFirst = _ahead is null;
        var isWhole = HasGoneBack(now) | await Finds(now, cancel);
        await Settings(now, cancel);
        var mended = isWhole || isFirst ? await Waiting(now, isWhole, cancel) : 0;
        if (isWhole || mended > 0)
        {
            await Looks(now, cancel);
            LogMended(mended);
        }
    }

    private bool HasGoneBack(DateTimeOffset now)
    {
        if (_ahead is null)
        {
            _began = Time.GetTimestamp();
        }

        var ahead = now - DateTimeOffset.UnixEpoch - Time.GetElapsedTime(_began);
        var by = _ahead - ahead ?? TimeSpan.Zero;
        var hasGoneBack = by > AheadOfNow.Tolerance;
        if (hasGoneBack)
        {
            LogGoneBack(by.TotalSeconds);
        }

        _ahead = ahead;
        return hasGoneBack;
    }

    /// <summary>Looks where such times are the last in an index, whoever wrote them.</summary>
    private async Task<bool> Finds(DateTimeOffset now, CancellationToken cancel)
    {
        var raised = await state.Alerts.Query(DocumentQuery<Alert>.All
            .Where(a => a.LastTriggered, Match.Greater, now + AheadOfNow.Tolerance).OrderBy(a => a.LastTriggered, descending: true)
            .Take(AtOnceMax), cancel);
        var looks = await state.Alerts.Query(DocumentQuery<Alert>.All
            .Where(a => a.DueAt, Match.Greater, now + AheadOfNow.LookMax).OrderBy(a => a.DueAt, descending: true).Take(1), cancel);
        var made = await state.Deliveries.Query(DocumentQuery<Delivery>.All
            .Where(d => d.CreatedAt, Match.Greater, now + AheadOfNow.Tolerance).OrderBy(d => d.CreatedAt, descending: true)
            .Take(1), cancel);
        foreach (var alert in raised.Items.Where(a => AheadOfNow.IsAhead(a.Document, now)))
        {
            await planner.Plan(alert.Document.Id, cancel);
        }

        return looks.Items.Count + made.Items.Count > 0 || await WaitsTooLong(now, cancel);
    }

    private async Task<bool> WaitsTooLong(DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var channel in await Channels(cancel))
        {
            var late = DocumentQuery<Delivery>.All.Where(d => d.Channel, Match.Equal, channel.Document.Name)
                .Where(d => d.NextAttempt, Match.Greater, now + AheadOfNow.WaitMax).OrderBy(d => d.NextAttempt).Take(1);
            if ((await state.Deliveries.Query(late, cancel)).Items.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Few enough to be looked at with each tick.</summary>
    private async Task Settings(DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var channel in await Channels(cancel))
        {
            await Write(state.Channels, channel, Taken(channel.Document, now), cancel);
        }

        foreach (var health in (await state.Healths.Query(DocumentQuery<ChannelHealth>.All.Take(ChannelRules.ChannelsRead), cancel)).Items)
        {
            await Write(state.Healths, health, AheadOfNow.Taken(health.Document, now), cancel);
        }

        var silences = DocumentQuery<Silence>.All.Where(s => s.EndsAt, Match.Greater, now).Take(ChannelRules.ChannelsRead);
        foreach (var silence in (await state.Silences.Query(silences, cancel)).Items)
        {
            await Write(state.Silences, silence, AheadOfNow.Taken(silence.Document, now), cancel);
        }
    }

    /// <summary>It hears what is raised from now on.</summary>
    private static ChannelDefinition Taken(ChannelDefinition channel, DateTimeOffset now) =>
        !AheadOfNow.IsAhead(channel.CreatedAt, now) && !AheadOfNow.IsAhead(channel.UpdatedAt, now) ? channel : channel with
        {
            CreatedAt = AheadOfNow.Past(channel.CreatedAt, now, now),
            UpdatedAt = AheadOfNow.Past(channel.UpdatedAt, now, now),
        };

    /// <param name="isWhole">
    /// Also those that nobody has tried: they wait in order and show no time of their own, and to look again costs little.
    /// </param>
    private async Task<int> Waiting(DateTimeOffset now, bool isWhole, CancellationToken cancel)
    {
        var mended = 0;
        foreach (var channel in await Channels(cancel))
        {
            string? next = null;
            do
            {
                var page = await state.Deliveries.Query(DocumentQuery<Delivery>.All
                    .Where(d => d.Channel, Match.Equal, channel.Document.Name).Where(d => d.NextAttempt, Match.Greater, now)
                    .OrderBy(d => d.NextAttempt).Take(Page).After(next), cancel);
                foreach (var found in page.Items)
                {
                    var isMended = AheadOfNow.IsAhead(found.Document, now) && await deliveries.TakeForNow(found, now, cancel);
                    mended += isMended ? 1 : 0;
                    if (!isMended && isWhole && found.Document is { AttemptCount: 0, ClaimedBy: null })
                    {
                        await deliveries.Replace(found, found.Document with { NextAttempt = now }, cancel);
                    }
                }

                next = page.Next;
            }
            while (next is not null);
        }

        return mended;
    }

    /// <summary>Each alert that anybody is to look at: when to look again is decided anew.</summary>
    private async Task Looks(DateTimeOffset now, CancellationToken cancel)
    {
        string? next = null;
        do
        {
            var page = await state.Alerts.Query(DocumentQuery<Alert>.All
                .Where(a => a.DueAt, Match.Greater, now).OrderBy(a => a.DueAt).Take(Page).After(next), cancel);
            await ForEachBounded.Run(page.Items, AtOnceMax, (alert, stop) => planner.Plan(alert.Document.Id, stop), cancel);
            next = page.Next;
        }
        while (next is not null);
    }

    private async Task<IReadOnlyList<Versioned<ChannelDefinition>>> Channels(CancellationToken cancel) =>
        (await state.Channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel)).Items;

    private static Task Write<T>(IDocuments<T> documents, Versioned<T> found, T taken, CancellationToken cancel) where T : class =>
        ReferenceEquals(found.Document, taken) ? Task.CompletedTask : documents.Replace(taken, found.Version, cancel);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The wall clock has gone back by {Seconds:0.0} s; what was stored meanwhile is taken as of now")]
    private partial void LogGoneBack(double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} deliveries that waited for a time ahead of now go now")]
    private partial void LogMended(int count);
}

/// <summary>All documents of this service that hold a time to be compared with now.</summary>
internal sealed record ClockedState(
    IDocuments<Alert> Alerts, IDocuments<Delivery> Deliveries, IDocuments<ChannelDefinition> Channels,
    IDocuments<ChannelHealth> Healths, IDocuments<Silence> Silences);
