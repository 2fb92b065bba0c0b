using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Clocks;
using Holdfast.Alerting.Silences;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// What is known of alerts and which deliveries they need. Every write is a compare-and-set that keeps to
/// <see cref="SendingLife"/>, so any replica may do any of it.
/// </summary>
internal sealed partial class Ledger
{
    /// <summary>Other writers are few: one that always loses this often means that something is wrong.</summary>
    internal const int RacesMax = 8;

    /// <summary>Written in one step: more would make others wait too long for their turn.</summary>
    private const int StepMax = 256;

    private static readonly TimeSpan RecentMax = TimeSpan.FromSeconds(1);

    private readonly IDocuments<Alert> _alerts;
    private readonly DeliveryBook _book;
    private readonly IDocuments<ChannelDefinition> _channels;
    private readonly IDocuments<Silence> _silences;
    private readonly Thresholds _thresholds;
    private readonly Handover _handover;
    private readonly TimeProvider _time;
    private readonly ILogger<Ledger> _logger;
    private readonly LatestWaits _waits;
    private readonly RequestCoalescer<IReadOnlyList<Heard>, Task<IReadOnlyList<Received>>> _accepting;
    private readonly RequestCoalescer<Versioned<Alert>, bool> _settling;

    private SecondHalf _settled = new(Task.CompletedTask, new HashSet<string>(StringComparer.Ordinal));
    private volatile Recent? _recent;

    public Ledger(
        IDocuments<Alert> alerts, DeliveryBook book, IDocuments<ChannelDefinition> channels, IDocuments<Silence> silences,
        Thresholds thresholds, Handover handover, TimeProvider time, ILogger<Ledger> logger)
    {
        (_alerts, _book, _channels, _silences, _thresholds) = (alerts, book, channels, silences, thresholds);
        (_handover, _time, _logger) = (handover, time, logger);
        _waits = new(time);
        _accepting = new(AcceptTogether, StepMax, many => many.Count);
        _settling = new(SettleTogether, StepMax);
    }

    /// <summary>What alerts are told by: the same for all that are accepted together.</summary>
    private sealed record Surroundings(
        IReadOnlyList<ChannelDefinition> Channels, IReadOnlyList<Silence> Silences, AlertThresholds Thresholds);

    private sealed record Recent(Surroundings Around, long At);

    /// <summary>
    /// Makes deliveries and sending status what the alert's state asks for. Safe to run at any time, by anyone.
    /// </summary>
    internal async Task Settle(string id, CancellationToken cancel)
    {
        if (await _alerts.Find(id, cancel) is { } found)
        {
            await SettleMany([new(found, null)], await Around(cancel), cancel);
        }
    }

    /// <summary>The same for several, as they were just read.</summary>
    internal async Task Settle(IReadOnlyList<Versioned<Alert>> known, CancellationToken cancel) =>
        await SettleMany([.. known.Select(k => new Unsettled(k, null))], await Around(cancel), cancel);

    /// <summary>
    /// After a delivery: with the alert as it was read for it, and with channels and silences as they were a moment ago.
    /// What that misses is found when the alert is looked at next. Those that come at the same time are settled together.
    /// </summary>
    internal Task SettleAfter(Versioned<Alert> known, CancellationToken cancel) => _settling.Ask(known, cancel);

    private async Task<IReadOnlyList<bool>> SettleTogether(IReadOnlyList<Versioned<Alert>> known)
    {
        var recent = _recent;
        if (recent is null || _time.GetElapsedTime(recent.At) > RecentMax)
        {
            _recent = recent = new Recent(await Around(CancellationToken.None), _time.GetTimestamp());
        }

        var each = known.GroupBy(k => k.Document.Id, StringComparer.Ordinal).Select(same => same.MaxBy(k => k.Version));
        await SettleMany([.. each.Select(k => new Unsettled(k, null))], recent.Around, CancellationToken.None);
        return [.. known.Select(_ => true)];
    }

    /// <param name="Existing">Its deliveries, where the caller knows them; null: they are asked for.</param>
    private sealed record Unsettled(Versioned<Alert> Found, IReadOnlyList<Delivery>? Existing);

    private sealed record Settlement(Versioned<Alert> Found, IReadOnlyList<Delivery> Missing, Alert Settled);

    /// <summary>
    /// Deliveries of all of them in one step, then what became of the alerts in one; who lost a race is looked at anew. A new
    /// round is written before its deliveries: no other news may have its number.
    /// </summary>
    private async Task SettleMany(IReadOnlyList<Unsettled> some, Surroundings around, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax && some.Count > 0; races++)
        {
            var now = Saying.Micros(_time.GetUtcNow());
            var settlements = await Decide(some, around, now, cancel);
            await AddMissing(settlements, cancel);
            var changed = settlements.Where(s => NeedsWriting(s.Found.Document, s.Settled, now)).ToList();
            var written = await _alerts.ChangeMany(
                [.. changed.Select(s => new Change<Alert>(SendingLife.Next(s.Found.Document, s.Settled), s.Found.Version))], cancel);
            var again = new List<Unsettled>();
            foreach (var (at, one) in changed.Index())
            {
                if (!written[at] && await _alerts.Find(one.Settled.Id, cancel) is { } found)
                {
                    again.Add(new(found, null));
                }
                else if (written[at] && one.Settled.Round != one.Found.Document.Round)
                {
                    again.Add(new(new(one.Settled, one.Found.Version + 1), null));
                }
            }

            some = again;
        }
    }

    private async Task AddMissing(IReadOnlyList<Settlement> settlements, CancellationToken cancel)
    {
        var missing = settlements.SelectMany(s => s.Missing, (s, delivery) => (s.Found, Delivery: delivery))
            .Select(m => (m.Found, m.Delivery, Seat: _handover.SeatFor(m.Delivery))).ToList();
        IReadOnlyList<bool> added = [];
        try
        {
            added = await _book.AddMany([.. missing.Select(m => m.Seat?.Claimed ?? m.Delivery)], cancel);
        }
        finally
        {
            foreach (var (at, (alert, _, seat)) in missing.Index().Where(m => m.Item.Seat is not null))
            {
                await seat!.Take(added.ElementAtOrDefault(at), 1, alert);
            }
        }
    }

    private async Task<IReadOnlyList<Settlement>> Decide(
        IReadOnlyList<Unsettled> some, Surroundings around, DateTimeOffset now, CancellationToken cancel)
    {
        var asked = some.Where(s => s.Existing is null).Select(s => s.Found.Document).ToList();
        var of = asked.Zip(await _book.OfMany(asked, cancel)).ToDictionary(d => d.First.Id, d => d.Second, StringComparer.Ordinal);
        var settlements = new List<Settlement>(some.Count);
        foreach (var (found, existing) in some)
        {
            var inTime = await _book.TakeForNow(existing ?? of[found.Document.Id], now, cancel);
            var known = await _book.AbandonOrphans(inTime, around.Channels, now, cancel);
            settlements.Add(Decide(found, known, around, await WithParent(found.Document, now, cancel), now));
        }

        return settlements;
    }

    /// <param name="found">As it is stored.</param>
    /// <param name="known">Its deliveries.</param>
    /// <param name="around">What it is told by.</param>
    /// <param name="withParent">Until when it is told with its parent; null: it is told by itself.</param>
    /// <param name="now">The time.</param>
    private static Settlement Decide(
        Versioned<Alert> found, IReadOnlyList<Delivery> known, Surroundings around, DateTimeOffset? withParent, DateTimeOffset now)
    {
        var alert = AheadOfNow.Taken(found.Document, now);
        var silence = Silencing.Of(alert, around.Silences, now);
        if (alert.Parent is not null && withParent is null)
        {
            alert = Outlived(alert, now);
        }

        var quietUntil = silence?.EndsAt > withParent ? silence.EndsAt : withParent ?? silence?.EndsAt;
        alert = Digests.Due(alert, known, now);
        if (alert.Round != found.Document.Round)
        {
            return new(found, [], alert);
        }

        var missing = Routing.Missing(alert, known, around.Channels, now, quietUntil is not null);
        var settled = Completion.Settled(alert, [.. known, .. missing], quietUntil, now) with { SilencedBy = silence?.Id };
        return new(found, missing, Digests.Scheduled(settled));
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
            : Family.QuietUntil(await _alerts.Find(id, cancel) is { } found ? AheadOfNow.Taken(found.Document, now) : null, now);

    /// <summary>It is named soon. Should others always come first, it is named when its parent is told again anyway.</summary>
    private Task NoteChild(string parent, CancellationToken cancel) => Change(parent, Digests.Noted, cancel);

    /// <summary>Before a settled delivery of it changes: should the look after that fail, the sweep looks.</summary>
    internal Task LookSoon(string id, CancellationToken cancel) => Change(id, Completion.ToBeLookedAt, cancel);

    private async Task Change(string id, Func<Alert, DateTimeOffset, Alert> change, CancellationToken cancel)
    {
        for (var races = 0; races < RacesMax && await _alerts.Find(id, cancel) is { } found; races++)
        {
            var changed = change(found.Document, Saying.Micros(_time.GetUtcNow()));
            if (ReferenceEquals(changed, found.Document) || await Replace(found, changed, cancel))
            {
                return;
            }
        }
    }

    /// <summary>What is told with this one.</summary>
    /// <param name="alert">As it is known.</param>
    /// <param name="at">When the attempt begins.</param>
    internal async Task<Children> ChildrenOf(Alert alert, DateTimeOffset at, CancellationToken cancel)
    {
        if (!Family.MayBeParent(alert) || Digests.IsAlone(alert, at))
        {
            return Children.None;
        }

        var children = DocumentQuery<Alert>.All.Where(a => a.Parent, Match.Equal, alert.Id)
            .Where(a => a.Condition, Match.Equal, AlertCondition.Firing).Take(Children.NamedMax);
        var named = (await _alerts.Query(children, cancel)).Items;
        var count = named.Count < Children.NamedMax ? named.Count : await _alerts.Count(children, cancel);
        return new Children(count, [.. named.Select(c => Family.Name(c.Document))]);
    }

    private Task<bool> Replace(Versioned<Alert> before, Alert after, CancellationToken cancel) =>
        _alerts.Replace(SendingLife.Next(before.Document, after), before.Version, cancel);

    private async Task<Surroundings> Around(CancellationToken cancel)
    {
        var now = Saying.Micros(_time.GetUtcNow());
        var defined = _channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel);
        var quiet = _silences.Query(
            DocumentQuery<Silence>.All.Where(s => s.EndsAt, Match.Greater, now).Take(ChannelRules.ChannelsRead), cancel);
        return new Surroundings(
            [.. (await defined).Items.Select(c => c.Document)], [.. (await quiet).Items.Select(s => s.Document)],
            await _thresholds.Current(cancel));
    }
}
