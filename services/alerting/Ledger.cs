using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Silences;
using Holdfast.Contracts;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// What is known of alerts and which deliveries they need. Every write is a compare-and-set that keeps to
/// <see cref="SendingLife"/>, so any replica may do any of it.
/// </summary>
internal sealed partial class Ledger(
    IDocuments<Alert> alerts, DeliveryBook book, IDocuments<ChannelDefinition> channels, IDocuments<Silence> silences,
        Thresholds thresholds, TimeProvider time, ILogger<Ledger> logger)
{
    /// <summary>Other writers are few: one that always loses this often means that something is wrong.</summary>
    internal const int RacesMax = 8;

    /// <summary>Of many at once so many are on their way into the store together, and share its commits.</summary>
    private const int AcceptedAtOnce = 64;

    private static readonly TimeSpan RecentMax = TimeSpan.FromSeconds(1);

    private volatile Recent? _recent;

    /// <summary>What alerts are told by: the same for all that are accepted together.</summary>
    private sealed record Surroundings(
        IReadOnlyList<ChannelDefinition> Channels, IReadOnlyList<Silence> Silences, AlertThresholds Thresholds);

    private sealed record Recent(Surroundings Around, long At);

    /// <summary>Durable when it returns: the alert, then one delivery for each channel that must hear of it.</summary>
    internal async Task<Received> Accept(AlertRaised message, string? traceParent, CancellationToken cancel) =>
        Log(await Accept(message, traceParent, await Around(cancel), cancel));

    /// <summary>Many at once, in the order given where they are about the same condition.</summary>
    internal async Task<IReadOnlyList<Received>> AcceptMany(
        IReadOnlyList<AlertRaised> messages, string? traceParent, CancellationToken cancel)
    {
        var around = await Around(cancel);
        var received = new Received[messages.Count];
        var conditions = messages.Select((message, at) => (Message: message, At: at))
            .GroupBy(m => Alert.FingerprintOf(m.Message.Event, m.Message.Target), StringComparer.Ordinal).ToList();
        await AtOnce.ForEach(conditions, AcceptedAtOnce, async (condition, stop) =>
        {
            foreach (var (message, at) in condition)
            {
                received[at] = await Accept(message, traceParent, around, stop);
            }
        }, cancel);
        LogMany(received.Length, received.Count(r => r.Reception == Reception.Opened));
        return received;
    }

    private async Task<Received> Accept(AlertRaised message, string? traceParent, Surroundings around, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax; races++)
        {
            var now = Saying.Micros(time.GetUtcNow());
            var raised = Saying.Within(message, now);
            var latest = await Latest(Alert.FingerprintOf(raised.Event, raised.Target), cancel);
            var received = Receive.Decide(latest?.Document, raised, around.Thresholds, now);
            var isNews = received.Alert.Round != latest?.Document.Round || received.Reception == Reception.Opened;
            var parent = await Parent(raised, now, cancel);
            received = received with
            {
                Alert = received.Alert with
                {
                    TraceParent = isNews ? traceParent : received.Alert.TraceParent,
                    Parent = parent?.Id ?? received.Alert.Parent,
                },
            };
            if (await Write(received, latest, cancel) is { } version)
            {
                if (await Crossed(received, raised, cancel) is { } crossed)
                {
                    message = crossed;
                    continue;
                }

                if (parent is not null && latest?.Document.Parent != parent.Id && received.Reception != Reception.Ignored)
                {
                    await NoteChild(parent.Id, cancel);
                }

                // A repeated message comes here too: it completes what a crash between the two writes left out.
                var known = received.Reception is Reception.Opened or Reception.Remembered ? [] : (IReadOnlyList<Delivery>?)null;
                await Settle(new(received.Alert, version), around, known, cancel);
                return received;
            }
        }

        throw new StateUnavailableException(
            $"The alert on {message.Target} was changed by others {RacesMax} times in a row");
    }

    /// <summary>
    /// The next occurrence and a later end of the one before it are two documents: each looks for the other after its own write,
    /// so that the later of the two sees both. What is to be said of the next occurrence; null: nothing.
    /// </summary>
    private async Task<AlertRaised?> Crossed(Received received, AlertRaised raised, CancellationToken cancel)
    {
        var alert = received.Alert;
        if (raised.Condition == AlertCondition.Resolved)
        {
            var isNewer = received.Reception == Reception.Counted && (await Latest(alert.Fingerprint, cancel))?.Document.Id != alert.Id;
            return isNewer ? raised : null;
        }

        var isNext = received.Reception is Reception.Opened or Reception.Ignored
            && alert is { Occurrence: > 1, Condition: AlertCondition.Firing };
        var before = isNext ? await alerts.Find(Alert.IdOf(alert.Fingerprint, alert.Occurrence - 1), cancel) : null;
        return before is { Document: { ResolvedAt: { } end } over } && end >= alert.LastTriggered
            ? raised with { Condition = AlertCondition.Resolved, At = end, Summary = over.Summary, Description = over.Description }
            : null;
    }

    /// <summary>
    /// Makes deliveries and sending status what the alert's state asks for. Safe to run at any time, by anyone.
    /// </summary>
    internal async Task Settle(string id, CancellationToken cancel)
    {
        if (await alerts.Find(id, cancel) is { } found)
        {
            await Settle(found, await Around(cancel), null, cancel);
        }
    }

    /// <summary>
    /// After a delivery: with the alert as it was read for it, and with channels and silences as they were a moment ago.
    /// What that misses is found when the alert is looked at next.
    /// </summary>
    internal async Task SettleAfter(Versioned<Alert> known, CancellationToken cancel)
    {
        var recent = _recent;
        if (recent is null || time.GetElapsedTime(recent.At) > RecentMax)
        {
            _recent = recent = new Recent(await Around(cancel), time.GetTimestamp());
        }

        await Settle(known, recent.Around, null, cancel);
    }

    /// <param name="existing">Its deliveries, where the caller knows them; null: they are asked for.</param>
    private async Task Settle(
        Versioned<Alert> found, Surroundings around, IReadOnlyList<Delivery>? existing, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax; races++)
        {
            var now = Saying.Micros(time.GetUtcNow());
            var alert = found.Document;
            var silence = Silencing.Of(alert, around.Silences, now);
            var withParent = await WithParent(alert, now, cancel);
            if (alert.Parent is not null && withParent is null)
            {
                alert = Outlived(alert, now);
            }

            var quietUntil = silence?.EndsAt > withParent ? silence.EndsAt : withParent ?? silence?.EndsAt;
            var known = await book.AbandonOrphans(existing ?? await book.Of(alert.Id, cancel), around.Channels, now, cancel);
            alert = Digests.Due(alert, known, now);
            var missing = Routing.Missing(alert, known, around.Channels, now, quietUntil is not null);
            await Task.WhenAll(missing.Select(delivery => book.Add(delivery, cancel)));
            var settled = Digests.Scheduled(
                Completion.Settled(alert, [.. known, .. missing], quietUntil, now) with { SilencedBy = silence?.Id });
            if (!NeedsWriting(found.Document, settled, now) || await Replace(found, settled, cancel))
            {
                return;
            }

            if (await alerts.Find(alert.Id, cancel) is not { } again)
            {
                return;
            }

            (found, existing) = (again, null);
        }
    }

    /// <summary>When to look again is not worth a write of its own, unless it is earlier than what is written, or past.</summary>
    private static bool NeedsWriting(Alert written, Alert settled, DateTimeOffset now)
    {
        var isLate = written.DueAt <= now || settled.DueAt < written.DueAt || (settled.DueAt is null) != (written.DueAt is null);
        return isLate || settled with { DueAt = written.DueAt } != written;
    }

    /// <summary>The parent is over and the child is not: what still fires is told by itself.</summary>
    private static Alert Outlived(Alert child, DateTimeOffset now) => child.Condition == AlertCondition.Firing
        ? Receive.NewRound(child, now) with { Parent = null }
        : child with { Parent = null };

    private async Task<DateTimeOffset?> WithParent(Alert alert, DateTimeOffset now, CancellationToken cancel) =>
        alert.Parent is not { } id || alert.Condition == AlertCondition.Resolved
            ? null
            : Family.QuietUntil((await alerts.Find(id, cancel))?.Document, now);

    private async Task<Alert?> Parent(AlertRaised raised, DateTimeOffset now, CancellationToken cancel) =>
        Family.ParentOf(raised) is { } fingerprint && (await Latest(fingerprint, cancel))?.Document is { } parent
            && !Family.IsUp(parent, now) ? parent : null;

    /// <summary>It is named soon. Should others always come first, it is named when its parent is told again anyway.</summary>
    private async Task NoteChild(string parent, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax && await alerts.Find(parent, cancel) is { } found; races++)
        {
            var noted = Digests.Noted(found.Document, Saying.Micros(time.GetUtcNow()));
            if (ReferenceEquals(noted, found.Document) || await Replace(found, noted, cancel))
            {
                return;
            }
        }
    }

    /// <summary>What is told with this one.</summary>
    internal async Task<Children> ChildrenOf(Alert alert, CancellationToken cancel)
    {
        if (!Family.MayBeParent(alert))
        {
            return Children.None;
        }

        var children = DocumentQuery<Alert>.All.Where(a => a.Parent, Match.Equal, alert.Id)
            .Where(a => a.Condition, Match.Equal, AlertCondition.Firing).Take(Children.NamedMax);
        var named = (await alerts.Query(children, cancel)).Items;
        var count = named.Count < Children.NamedMax ? named.Count : await alerts.Count(children, cancel);
        return new Children(count, [.. named.Select(c => Family.Name(c.Document))]);
    }

    private async Task<long?> Write(Received received, Versioned<Alert>? latest, CancellationToken cancel) =>
        received.Reception switch
    {
        Reception.Opened or Reception.Remembered => await alerts.Insert(received.Alert, cancel) ? 1 : null,
        Reception.Counted or Reception.Resolved =>
            await Replace(latest!.Value, received.Alert, cancel) ? latest.Value.Version + 1 : null,
        Reception.Ignored => latest!.Value.Version,
    };

    private Task<bool> Replace(Versioned<Alert> before, Alert after, CancellationToken cancel) =>
        alerts.Replace(SendingLife.Next(before.Document, after), before.Version, cancel);

    private async Task<Versioned<Alert>?> Latest(string fingerprint, CancellationToken cancel)
    {
        var newest = DocumentQuery<Alert>.All.Where(a => a.Fingerprint, Match.Equal, fingerprint)
            .OrderBy(a => a.Occurrence, descending: true).Take(1);
        return (await alerts.Query(newest, cancel)).Items is [var first, ..] ? first : null;
    }

    private async Task<Surroundings> Around(CancellationToken cancel)
    {
        var now = Saying.Micros(time.GetUtcNow());
        var defined = channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel);
        var quiet = silences.Query(
            DocumentQuery<Silence>.All.Where(s => s.EndsAt, Match.Greater, now).Take(ChannelRules.ChannelsRead), cancel);
        return new Surroundings(
            [.. (await defined).Items.Select(c => c.Document)], [.. (await quiet).Items.Select(s => s.Document)],
            await thresholds.Current(cancel));
    }

    private Received Log(Received received)
    {
        var alert = received.Alert;
        if (received.Reception is Reception.Opened or Reception.Resolved)
        {
            LogChanged(alert.Id, alert.Event, alert.Target, received.Reception);
        }

        return received;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Alert {Alert} ({Event} on {Target}): {Reception}")]
    private partial void LogChanged(string alert, string @event, string target, Reception reception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} alerts accepted at once, {Opened} of them new")]
    private partial void LogMany(int count, int opened);
}
