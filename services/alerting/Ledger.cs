using System.Diagnostics;
using Holdfast.Alerting.Channels;
using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// What is known of alerts and deliveries. Every write is a compare-and-set, so any replica may do any of it.
/// </summary>
internal sealed partial class Ledger(
    IDocuments<Alert> alerts, IDocuments<Delivery> deliveries, IDocuments<ChannelDefinition> channels,
        Thresholds thresholds, TimeProvider time, ILogger<Ledger> logger)
{
    /// <summary>Other writers are few: one that always loses this often means that something is wrong.</summary>
    private const int RacesMax = 8;

    /// <summary>The newest ones of one alert; older rounds decide nothing any more.</summary>
    private const int DeliveriesRead = 1000;

    /// <summary>Durable when it returns: the alert, then one delivery for each channel that must hear of it.</summary>
    internal async Task<Received> Accept(AlertRaised message, string? traceParent, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax; races++)
        {
            var now = Saying.Micros(time.GetUtcNow());
            var raised = Saying.Within(message, now);
            var latest = await Latest(Alert.FingerprintOf(raised.Event, raised.Target), cancel);
            var received = Receive.Decide(latest?.Document, raised, await thresholds.Current(cancel), now);
            if (received.Alert.Round != latest?.Document.Round || received.Reception == Reception.Opened)
            {
                received = received with { Alert = received.Alert with { TraceParent = traceParent } };
            }

            if (await Write(received, latest, cancel))
            {
                // A repeated message comes here too: it completes what a crash between the two writes left out.
                await Settle(received.Alert.Id, cancel);
                Log(received);
                return received;
            }
        }

        throw new StateUnavailableException(
            $"The alert on {message.Target} was changed by others {RacesMax} times in a row");
    }

    /// <summary>
    /// Makes deliveries and sending status what the alert's state asks for. Safe to run at any time, by anyone.
    /// </summary>
    internal async Task Settle(string id, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax; races++)
        {
            if (await alerts.Find(id, cancel) is not { } found)
            {
                return;
            }

            var now = Saying.Micros(time.GetUtcNow());
            var known = await Channels(cancel);
            var existing = await AbandonOrphans(await DeliveriesOf(id, cancel), known, now, cancel);
            var missing = Routing.Missing(found.Document, existing, known, now);
            foreach (var delivery in missing)
            {
                await deliveries.Insert(delivery, cancel);
            }

            var status = Completion.Decide(found.Document, [.. existing, .. missing], now);
            if (status == found.Document.Status
                || await alerts.Replace(found.Document with { Status = status }, found.Version, cancel))
            {
                return;
            }
        }
    }

    /// <summary>Writes down how an attempt ended. A delivery that somebody settled meanwhile stays as it is.</summary>
    internal async Task<Delivery?> Record(Delivery tried, Attempt attempt, Retry.Step step, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax; races++)
        {
            // Whoever lost the claim to another one has nothing to say any more, unless it is that the channel knows.
            if (await deliveries.Find(tried.Id, cancel) is not { Document.Settled: false } current
                || (current.Document.ClaimedBy != tried.ClaimedBy && !attempt.Ok))
            {
                return null;
            }

            var recorded = current.Document.With(attempt, step);
            if (await deliveries.Replace(recorded, current.Version, cancel))
            {
                return recorded;
            }
        }

        return null;
    }

    /// <summary>An attempt that was broken off before there was an answer: anyone may try at once.</summary>
    internal async Task GiveBack(Delivery claimed, CancellationToken cancel)
    {
        if (await deliveries.Find(claimed.Id, cancel) is { } current && current.Document.ClaimedBy == claimed.ClaimedBy)
        {
            var now = Saying.Micros(time.GetUtcNow());
            var free = current.Document with { ClaimedBy = null, ClaimedUntil = null, NextAttempt = now };
            await deliveries.Replace(free, current.Version, cancel);
        }
    }

    /// <summary>
    /// A person asks: a new round to every matching channel, and what waits for its next attempt goes now.
    /// </summary>
    internal async Task<Outcome<Alert>> Resend(string id, CancellationToken cancel)
    {
        if (await alerts.Find(id, cancel) is not { } found)
        {
            return Faults.UnknownAlert(id);
        }

        var now = Saying.Micros(time.GetUtcNow());
        var asked = found.Document with
        {
            Round = found.Document.Round + 1,
            RoundAt = now,
            Asked = true,
            Status = SendingStatus.Pending,
            TraceParent = Activity.Current?.Id,
        };
        if (!await alerts.Replace(asked, found.Version, cancel))
        {
            return Faults.AlertChanged(id);
        }

        var waiting = (await DeliveriesOf(id, cancel)).Where(d => !d.Settled && d.ClaimedBy is null);
        foreach (var delivery in waiting)
        {
            if (await deliveries.Find(delivery.Id, cancel) is { Document: { Settled: false, ClaimedBy: null } } current)
            {
                await deliveries.Replace(current.Document with { NextAttempt = now }, current.Version, cancel);
            }
        }

        await Settle(id, cancel);
        return asked;
    }

    private async Task<bool> Write(Received received, Versioned<Alert>? latest, CancellationToken cancel) =>
        received.Reception switch
    {
        Reception.Opened or Reception.Remembered => await alerts.Insert(received.Alert, cancel),
        Reception.Counted or Reception.Resolved => await alerts.Replace(received.Alert, latest!.Value.Version, cancel),
        Reception.Ignored => true,
    };

    /// <summary>What nobody will ever send is given up, visibly.</summary>
    private async Task<List<Delivery>> AbandonOrphans(
        IReadOnlyList<Delivery> existing, IReadOnlyList<ChannelDefinition> known, DateTimeOffset now,
            CancellationToken cancel)
    {
        var kept = new List<Delivery>(existing.Count);
        foreach (var delivery in existing)
        {
            kept.Add(Routing.Orphaned(delivery, known, now) is { } why ? await Abandon(delivery, why, now, cancel)
                : delivery);
        }

        return kept;
    }

    private async Task<Delivery> Abandon(Delivery delivery, string why, DateTimeOffset now, CancellationToken cancel)
    {
        var current = await deliveries.Find(delivery.Id, cancel);
        if (current is not { Document.Settled: false } open)
        {
            return current?.Document ?? delivery;
        }

        var abandoned = open.Document.Abandoned(why, now);
        return await deliveries.Replace(abandoned, open.Version, cancel) ? abandoned : delivery;
    }

    private async Task<Versioned<Alert>?> Latest(string fingerprint, CancellationToken cancel)
    {
        var newest = DocumentQuery<Alert>.All.Where(a => a.Fingerprint, Match.Equal, fingerprint)
            .OrderBy(a => a.Occurrence, descending: true).Take(1);
        return (await alerts.Query(newest, cancel)).Items is [var first, ..] ? first : null;
    }

    private async Task<IReadOnlyList<Delivery>> DeliveriesOf(string alert, CancellationToken cancel)
    {
        var newest = DocumentQuery<Delivery>.All.Where(d => d.Alert, Match.Equal, alert)
            .OrderBy(d => d.CreatedAt, descending: true).Take(DeliveriesRead);
        return [.. (await deliveries.Query(newest, cancel)).Items.Select(d => d.Document)];
    }

    private async Task<IReadOnlyList<ChannelDefinition>> Channels(CancellationToken cancel) =>
        [.. (await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel))
            .Items.Select(c => c.Document)];

    private void Log(Received received)
    {
        var alert = received.Alert;
        if (received.Reception is Reception.Opened or Reception.Resolved)
        {
            LogChanged(alert.Id, alert.Event, alert.Target, received.Reception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Alert {Alert} ({Event} on {Target}): {Reception}")]
    private partial void LogChanged(string alert, string @event, string target, Reception reception);
}
