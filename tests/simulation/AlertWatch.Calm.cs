using Holdfast.Alerting;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;
using Holdfast.Contracts.Views;
using Holdfast.Rules.Alerting;
using static Holdfast.Contracts.Views.SendingStatus;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// Checks after a calm that all has come right: each channel that is to hear an alert was told, or its next attempt shows the reason.
/// </summary>
internal sealed partial class AlertWatch
{
    /// <summary>Loops tick every second; a message that failed is consumed again within twenty.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    /// <summary>Time from a decision to its delivery, where nothing is wrong: a claim of one that died ends first.</summary>
    private static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(60);

    /// <summary>Quiet alerts are looked at once a minute.</summary>
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(90);

    /// <summary>The children of a parent that has ended are told of after a minute's grace.</summary>
    private static readonly TimeSpan GraceOfChildren = TimeSpan.FromSeconds(60);

    /// <summary>Neither between attempts nor between probes is there more than this.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(5);

    internal void CheckCalm()
    {
        foreach (var waiting in world.Broker.Durable.WaitingSince(world.Time.Now - ToldWithin.Ticks))
        {
            world.Broken("I8", $"after a calm nobody has accepted {waiting.Event} on {waiting.Target}");
        }

        var circuits = All(AlertingCollections.ChannelHealths).ToDictionary(h => h.Channel, StringComparer.Ordinal);
        var deliveries = All(AlertingCollections.Deliveries).ToLookup(d => d.Alert, StringComparer.Ordinal);
        // A delivery is the probe: where none is due there is nothing to probe with.
        var probing = deliveries.SelectMany(d => d).Where(d => d.NextAttempt < Now - Slack).Select(d => d.Channel)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var health in circuits.Values.Where(h => h.Circuit != Circuit.Closed
            && ((h.ProbeAt < Now - Slack && probing.Contains(h.Channel)) || h.ProbeAt > Now + WaitMax)))
        {
            world.Broken("I8", $"after a calm {health.Channel} is {health.Circuit} and probed at {health.ProbeAt:T}");
        }

        foreach (var delivery in deliveries.SelectMany(d => d).Where(d => !d.Settled))
        {
            CheckWaiting(delivery, circuits.GetValueOrDefault(delivery.Channel));
        }

        foreach (var alert in All(AlertingCollections.Alerts))
        {
            CheckSeen(alert, [.. deliveries[alert.Id]]);
        }

        foreach (var alert in Latest.Where(a => a.Count > 0 && Now - a.GenerationAt > ToldWithin))
        {
            CheckTold(alert, [.. deliveries[alert.Id]]);
        }
    }

    /// <summary>A delivery that has not succeeded has a next attempt, which is neither overdue nor far away.</summary>
    private void CheckWaiting(Delivery delivery, ChannelHealth? health)
    {
        world.Count("deliveries that wait after a calm");
        // Of two people's requests that cross, the one that switches a channel off may be the later one.
        var isOff = Channels.Any(c => c.Name == delivery.Channel && !c.Enabled);
        var isDue = !isOff && delivery.NextAttempt < Now - Slack && (health is null or { Circuit: Circuit.Closed });
        if (isDue || delivery.NextAttempt > Now + WaitMax)
        {
            world.Broken("I8", $"after a calm {delivery.Id} to {delivery.Channel} waits: {Describe(delivery)}");
        }
    }

    /// <summary>An alert of which something is not told does not look as if it were, and somebody looks at it again.</summary>
    private void CheckSeen(Alert alert, List<Delivery> deliveries)
    {
        if (alert.DueAt < Now - Slack || (alert.DueAt is null && alert.Status != Completed))
        {
            world.Broken("I8", $"after a calm nobody looks at {alert.Id}: {Describe(alert)}");
        }

        if (alert.Status is Successful or SentAgain or Completed && deliveries.Find(d => !d.Settled) is { } hidden)
        {
            world.Broken("I8", $"after a calm {alert.Id} is {alert.Status}, and {hidden.Id} to {hidden.Channel} is not told: "
                + Describe(hidden));
        }

        // A replica that died before the status was written leaves that to the sweep, which looks within ten minutes.
        if (alert.Status == Failed && deliveries.TrueForAll(d => d.IsDelivered || d.IsWithdrawn) && !(alert.DueAt < Now + (2 * WaitMax)))
        {
            world.Broken("I8", $"after a calm {alert.Id} is Failed, and no delivery of it is: {Describe(alert)}");
        }
    }

    /// <summary>Each channel that is to hear the alert was told, or has a delivery that says why not.</summary>
    private void CheckTold(Alert alert, List<Delivery> deliveries)
    {
        var isFiring = alert.Condition == AlertCondition.Firing;
        if (isFiring && _ends[alert.Fingerprint] >= alert.LastTriggered)
        {
            world.Broken("I8", $"after a calm {alert.Id} of {alert.Event} on {alert.Target} fires, and its end at "
                + $"{_ends[alert.Fingerprint]:T} was accepted: {Describe(alert)}");
        }

        if (isFiring && !alert.Asked && IsQuiet(alert))
        {
            world.Count("alerts quiet after a calm");
            return;
        }

        foreach (var channel in Channels.Where(c => isFiring || alert.Asked ? IsFor(c, alert)
            : deliveries.Exists(d => d.Channel == c.Name && d.Condition == AlertCondition.Firing && d.IsDelivered)))
        {
            CheckTold(alert, channel, deliveries);
        }
    }

    private void CheckTold(Alert alert, ChannelDefinition channel, List<Delivery> deliveries)
    {
        if (_taken.TryGetValue((channel.Name, alert.Id, alert.Condition), out var at) && At(at) >= alert.GenerationAt)
        {
            world.Count("owed and told after a calm");
            return;
        }

        var own = deliveries.FindAll(d => d.Channel == channel.Name && d.Condition == alert.Condition);
        if (own.Find(d => !d.Settled || d.DeadAt is not null) is not { } visible)
        {
            world.Broken("I8", $"after a calm {channel.Name} was not told of {alert.Event} on {alert.Target} and nothing says so: "
                + $"{Describe(alert)}; {string.Join("; ", own.Select(Describe))}");
            return;
        }

        world.Count(visible.Settled ? "owed and given up after a calm" : "owed and tried again after a calm");
        if (alert.Status is not (Failed or Pending) && (!visible.Settled || visible.Generation == alert.Generation))
        {
            world.Broken("I8", $"after a calm {alert.Id} is {alert.Status}, and {channel.Name} was not told: {Describe(visible)}");
        }

        if (channel.Fallback is { } fallback && visible.DeadAt < Now - ToldWithin && visible.Generation == alert.Generation
            && !deliveries.Exists(d => d.Channel == fallback && d.Condition == alert.Condition))
        {
            world.Broken("I8", $"after a calm {fallback} was not told of {alert.Id} in the place of {channel.Name}: {Describe(visible)}");
        }
    }

    /// <summary>The rules of routing, as far as the channels of these worlds have any.</summary>
    private bool IsFor(ChannelDefinition channel, Alert alert) => channel.Enabled && !WasOff(channel, alert)
        && alert.Protection != ProtectionLevel.Ignore
        && !(alert.Event == AlertEvents.ChannelFailing && alert.Target == channel.Name)
        && (channel.Levels.Count == 0 || channel.Levels.Contains(alert.Level))
        && (channel.Events.Count == 0 || channel.Events.Contains(alert.Event))
        && (channel.Scopes.Count == 0 || channel.Scopes.Contains(alert.Scope == AlertScope.System ? "system" : "task"));

    /// <summary>An alert that is raised while a channel is switched off is not for that channel.</summary>
    private bool WasOff(ChannelDefinition channel, Alert alert) => _off.GetValueOrDefault(channel.Name, [])
        .Exists(off => off.From < alert.GenerationAt + ToldWithin && off.To > alert.GenerationAt - ToldWithin);

    /// <summary>Silenced, or told with the host that it is on, now or a moment ago.</summary>
    private bool IsQuiet(Alert alert)
    {
        var since = Now - QuietFor;
        if (All(AlertingCollections.Silences).Any(s => s.EndsAt > since && Silencing.Covers(s.Matcher, alert)))
        {
            return true;
        }

        return alert.Parent is { } id && world.Store.Find<Alert>(AlertingCollections.Alerts.Name)?.Peek(id) is { } parent
            && (parent.Condition == AlertCondition.Firing || parent.ResolvedAt > since - GraceOfChildren);
    }
}
