using Holdfast.Alerting;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;
using Holdfast.Contracts.Views;
using Holdfast.Rules.Alerting;
using static Holdfast.Contracts.Views.SendingStatus;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// Every change of an alert or a delivery held against what was accepted and what the receivers really took. By rules of its
/// own where they are short: what it took from the product it could not miss there.
/// </summary>
internal sealed partial class AlertWatch(World world)
{
    /// <summary>Silence for so long ends an occurrence.</summary>
    private static readonly TimeSpan LapsesAfter = TimeSpan.FromHours(3);

    /// <summary>A condition that still holds is delivered again after this long, the store's longest stall included.</summary>
    private static readonly TimeSpan RestrainedMax = TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(150);

    private static readonly HashSet<(SendingStatus From, SendingStatus To)> DeliveryMoves =
        [(Pending, Pending), (Pending, Failed), (Pending, Successful), (Failed, Failed), (Failed, SentAgain)];

    private readonly Dictionary<string, Alert> _latest = new(StringComparer.Ordinal);
    /// <summary>The last end of any occurrence.</summary>
    private readonly Dictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    private readonly Dictionary<(string Event, string Target), string> _fingerprints = [];
    private readonly Dictionary<(string Channel, string Alert, int Generation, int Repeat), string> _keys = [];
    private readonly Dictionary<(string Key, Site Site, int Life), DateTimeOffset> _claims = [];

    /// <summary>Times at which a channel was switched off, and on again.</summary>
    private readonly Dictionary<string, List<(DateTimeOffset From, DateTimeOffset To)>> _off = new(StringComparer.Ordinal);

    private static DateTimeOffset At(long ticks) => ProcClock.WallClock(ticks);

    private DateTimeOffset Now => At(world.Time.Now);

    internal IEnumerable<Alert> Latest => _latest.Values;

    private IEnumerable<ChannelDefinition> Channels => All(AlertingCollections.Channels);

    private IEnumerable<T> All<T>(Collection<T> collection) where T : class => world.Store.Find<T>(collection.Name)?.All ?? [];

    /// <summary>I8: from the moment in which the message is acknowledged, or the request answered, the alert is in the store.</summary>
    internal void Accepted(AlertRaised raised, Site by, int life)
    {
        world.Count("alerts accepted");
        if (by.Lives != life || by.Proc is null)
        {
            return; // it died before it could answer
        }

        var known = _fingerprints.TryGetValue((raised.Event, raised.Target), out var fingerprint) ? _latest[fingerprint] : null;
        // A report by a clock that runs far ahead counts from when it is heard, and the store may have been slow since.
        var said = raised.At > Now + TimeSpan.FromMinutes(2) ? Now - TimeSpan.FromMinutes(3) : raised.At.AddTicks(-(raised.At.Ticks % 10));
        var isKept = known is not null && (raised.Condition == AlertCondition.Firing
            ? known.LastTriggered >= said || known.ResolvedAt >= said
            : known.Condition == AlertCondition.Resolved || known.LastTriggered > said || _ends[known.Fingerprint] >= said);
        if (!isKept)
        {
            world.Broken("I8", $"{by.Name} accepted {raised.Event} on {raised.Target}, {raised.Condition} at {raised.At:T}, and the "
                + $"store has {(known is null ? "nothing of it" : $"{known.Condition} at {known.LastTriggered:T}, {known.ResolvedAt:T}")}");
        }
    }

    internal void Written(object? before, object? after)
    {
        switch (before, after)
        {
            case (Alert alert, null):
                world.Broken("I8", $"the accepted alert {alert.Id} on {alert.Target} was deleted");
                break;
            case (Delivery delivery, null):
                world.Broken("I8", $"the delivery {delivery.Id} was deleted");
                break;
            case (null, Alert alert):
                Opened(alert);
                break;
            case (Alert was, Alert alert):
                Changed(was, alert);
                break;
            case (null, Delivery delivery):
                Added(delivery);
                break;
            case (Delivery was, Delivery delivery):
                Changed(was, delivery);
                break;
            case (ChannelDefinition or null, ChannelDefinition channel):
                Switched(channel);
                break;
            case (ChannelHealth or null, ChannelHealth health):
                Felt(before as ChannelHealth, health);
                break;
        }
    }

    private void Switched(ChannelDefinition channel)
    {
        if (!channel.Enabled)
        {
            _off[channel.Name] = [.. _off.GetValueOrDefault(channel.Name, []), (Now, DateTimeOffset.MaxValue)];
        }
        else if (_off.GetValueOrDefault(channel.Name) is [.., var last] all)
        {
            all[^1] = (last.From, last.To < Now ? last.To : Now);
        }
    }

    private void Felt(ChannelHealth? before, ChannelHealth after)
    {
        if (after.Circuit != (before?.Circuit ?? Circuit.Closed))
        {
            world.Count("circuits: " + after.Circuit);
            world.Tell($"circuit of {after.Channel} is {after.Circuit} by {world.Asker?.Site.Name}");
        }
    }

    private void Opened(Alert alert)
    {
        world.Count("alerts: " + alert.Event);
        world.Tell($"alert {alert.Id} of {alert.Event} on {alert.Target} is {alert.Condition} by {world.Asker?.Site.Name}");
        world.Time.Note(alert.Occurrence + alert.Target.Length);
        if (!_fingerprints.TryAdd((alert.Event, alert.Target), alert.Fingerprint)
            && _fingerprints[(alert.Event, alert.Target)] != alert.Fingerprint)
        {
            world.Broken("fingerprint", $"{alert.Event} on {alert.Target} has two: {alert.Fingerprint} besides "
                + _fingerprints[(alert.Event, alert.Target)]);
        }

        var latest = _latest.GetValueOrDefault(alert.Fingerprint);
        if (alert.Occurrence != (latest?.Occurrence ?? 0) + 1
            || (latest is { Condition: AlertCondition.Firing } && At(world.AskedAt) - latest.HeardAt < LapsesAfter))
        {
            world.Broken("fingerprint", $"occurrence {alert.Occurrence} of {alert.Event} on {alert.Target} was opened while number "
                + $"{latest?.Occurrence} is {latest?.Condition}");
        }

        _latest[alert.Fingerprint] = alert;
        Ends(alert);
    }

    private void Ends(Alert alert)
    {
        var before = _ends.GetValueOrDefault(alert.Fingerprint);
        _ends[alert.Fingerprint] = alert.ResolvedAt > before ? alert.ResolvedAt.Value : before;
    }

    private void Changed(Alert before, Alert after)
    {
        if (after.Generation < before.Generation || after.Count < before.Count || WentBack(before, after)
            || (before.Status == Completed && after.Status is not (Completed or Pending))
            || (before.Status == Completed && after.Status == Pending && after.Generation == before.Generation && !HasUnsent(after))
            || (before.Condition == AlertCondition.Resolved && after.Condition == AlertCondition.Firing))
        {
            world.Broken("states", $"alert {after.Id} went from {Describe(before)} to {Describe(after)}");
        }

        if (after.Status == Completed && after.Condition == AlertCondition.Firing && Now - after.HeardAt < LapsesAfter)
        {
            world.Broken("states", $"alert {after.Id} is Completed, and it fires: {Describe(after)}");
        }

        if (after.Count > before.Count && after.Generation == before.Generation
            && (after.Level < before.Level || At(world.AskedAt) > before.GenerationAt + RestrainedMax)
            && after.Protection != ProtectionLevel.Ignore)
        {
            world.Broken("I8", $"alert {after.Id} still fires, nothing restrains it, and nobody is told again: {Describe(after)}");
        }

        if (after.Condition != before.Condition || after.Generation != before.Generation)
        {
            world.Tell($"alert {after.Id} of {after.Event} on {after.Target}: {Describe(after)} by {world.Asker?.Site.Name}");
        }

        Ends(after);
        if (_latest.GetValueOrDefault(after.Fingerprint)?.Id == after.Id)
        {
            _latest[after.Fingerprint] = after;
        }
    }

    /// <summary>A delivery that was long on its way into the store.</summary>
    private bool HasUnsent(Alert alert) => All(AlertingCollections.Deliveries).Any(d => d.Alert == alert.Id && !d.Settled);

    /// <summary>A time of a clock that was ahead is taken for now; any other stays behind what comes later.</summary>
    private bool WentBack(Alert before, Alert after) => after.LastTriggered < before.LastTriggered
        && before.LastTriggered <= Now && !(before.LastTriggered > before.HeardAt);

    private static string Describe(Alert alert) =>
        $"{alert.Condition} {alert.Status}, round {alert.Generation} of {alert.GenerationAt:T}, said {alert.Count} times, "
        + $"at {alert.LastTriggered:T}, silence {alert.SilencedBy}, parent {alert.Parent}, looked at {alert.DueAt:T}";

    /// <summary>One key for one notification: whoever takes it twice can drop the second by it.</summary>
    private void Added(Delivery delivery)
    {
        world.Count("deliveries");
        if (!_keys.TryAdd((delivery.Channel, delivery.Alert, delivery.Generation, delivery.Repeat), delivery.Id))
        {
            world.Broken("I8", $"{delivery.Channel} is told round {delivery.Generation} of {delivery.Alert} under two keys: "
                + $"{delivery.Id} and {_keys[(delivery.Channel, delivery.Alert, delivery.Generation, delivery.Repeat)]}");
        }

        if (!_latest.TryGetValue(delivery.Fingerprint, out var alert) || alert.Occurrence < delivery.Occurrence)
        {
            world.Broken("I8", $"delivery {delivery.Id} is of no alert that there is");
        }
    }

    private void Changed(Delivery before, Delivery after)
    {
        if (!DeliveryMoves.Contains((before.Status, after.Status)) || before.IsDelivered)
        {
            world.Broken("states", $"delivery {after.Id} went from {before.Status} to {after.Status}: {Describe(after)}");
        }

        if (after.IsDelivered && !_took.Contains((after.Id, after.Condition)))
        {
            world.Broken("I8", $"delivery {after.Id} is {after.Status}, and {after.Channel} has never taken it");
        }

        if (after.ClaimedBy is not null && after.ClaimedBy != before.ClaimedBy && world.Asker is var (site, life))
        {
            if (before.ClaimedUntil > At(world.AskedAt))
            {
                world.Broken("claims", $"{site.Name} claims {after.Id}, which is claimed until {before.ClaimedUntil:T}");
            }

            _claims[(after.Id, site, life)] = after.ClaimedUntil!.Value;
        }

        if (after.Status != before.Status || after.Settled != before.Settled)
        {
            world.Count("deliveries that became " + (after.IsDelivered || !after.Settled ? after.Status.ToString()
                : after.IsWithdrawn ? "withdrawn" : "dead letters"));
            world.Tell($"delivery {after.Id} to {after.Channel}: {Describe(after)} by {world.Asker?.Site.Name}");
        }
    }

    private static string Describe(Delivery delivery) => $"{delivery.Condition} {delivery.Status}, made {delivery.CreatedAt:T}, "
        + $"{delivery.AttemptCount} attempts, next {delivery.NextAttempt:T}, claimed until {delivery.ClaimedUntil:T}, "
        + $"last: {(delivery.Attempts is [.., var last] ? last.Reason ?? "taken" : "none")}";
}
