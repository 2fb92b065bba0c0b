using Holdfast.Alerting;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Channels.Ocp;
using Holdfast.Alerting.Channels.Webhook;
using Holdfast.Rules.Alerting;

namespace Holdfast.Simulation.Tests;

/// <summary>The channels of these worlds, and what their receivers really take.</summary>
internal sealed partial class AlertWatch
{
    /// <summary>Time at which the receiver last took this.</summary>
    private readonly Dictionary<(string Channel, string Alert, AlertCondition Condition), long> _taken = [];

    private readonly HashSet<(string Key, AlertCondition Condition)> _took = [];

    /// <summary>The sending of which the sender knows that it was taken.</summary>
    private readonly Dictionary<string, Sending> _confirmed = new(StringComparer.Ordinal);

    /// <summary>The newest occurrence whose end a receiver was told.</summary>
    private readonly Dictionary<(string Channel, string Fingerprint), int> _ended = [];

    /// <summary>Sets up what people had before: some channels with filters, one that stands in for another, one that forgets.</summary>
    internal void Begin()
    {
        var channels = new List<ChannelDefinition>
        {
            Webhook("all"),
            Webhook("pager") with { Levels = [1, 2, 3], Scopes = ["system"], Fallback = "standin", Concurrency = 2 },
            Webhook("standin") with { Levels = [1] },
        };
        if (world.Shape.Seed % 3 == 0)
        {
            channels.Add(Webhook("ocp") with
            {
                Kind = "ocp",
                Settings = new OcpSettings
                {
                    ClusterName = "ocp", Endpoint = "10.0.0.1:8080", Username = "u", Password = "p", ClearanceMinutes = 4,
                },
                Events = [AlertEvents.HostDown, AlertEvents.HostThreshold],
            });
        }

        var store = world.Store.Open(AlertingCollections.Channels);
        channels.ForEach(c => world.Receivers[c.Name] = new Receiver(world, c.Name));
        channels.ForEach(c => _ = store.Insert(c, default));
    }

    private static ChannelDefinition Webhook(string name) => new()
    {
        Name = name,
        Kind = "webhook",
        Settings = new WebhookSettings { Url = $"http://{name}.example/" },
        CreatedAt = At(0).AddDays(-1),
        UpdatedAt = At(0).AddDays(-1),
    };

    /// <summary>A replica begins to send: only what it has claimed.</summary>
    internal Sending Sends(Notification notification, Site site, int life)
    {
        world.Count("attempts to tell");
        if (_claims.TryGetValue((notification.Key, site, life), out var until))
        {
            return new Sending(site, life, until);
        }

        world.Broken("claims", $"{site.Name} sends {notification.Key} and has not claimed it");
        return new Sending(site, life, DateTimeOffset.MinValue);
    }

    /// <summary>A receiver took it; by a rightful claim it does so once, and never a beginning after the end.</summary>
    internal void Took(Receiver receiver, Notification notification, Sending sending)
    {
        var (alert, isRightful) = (notification.Alert, Now < sending.ClaimedUntil);
        world.Count(_took.Add((notification.Key, notification.Condition)) ? "notifications taken" : "notifications taken again");
        _taken[(receiver.Name, alert.Id, notification.Condition)] = world.Time.Now;
        if (isRightful && _confirmed.TryGetValue(notification.Key, out var first) && first != sending && Now < first.ClaimedUntil)
        {
            world.Broken("claims", $"{receiver.Name} is told {notification.Key} by {sending.Site.Name} again: {first.Site.Name} knows "
                + $"that it was taken, and its claim lasts until {first.ClaimedUntil:T}");
        }

        if (isRightful && notification.Condition == AlertCondition.Firing
            && _ended.GetValueOrDefault((receiver.Name, alert.Fingerprint)) >= alert.Occurrence)
        {
            world.Broken("order", $"{receiver.Name} is told by {sending.Site.Name} that {alert.Id} fires after it was told of its end: "
                + notification.Key);
        }
    }

    /// <summary>The sender knows that it was taken.</summary>
    internal void Confirmed(string channel, Notification notification, Sending sending)
    {
        _confirmed[notification.Key] = sending;
        if (notification.Condition == AlertCondition.Resolved)
        {
            var key = (channel, notification.Alert.Fingerprint);
            _ended[key] = Math.Max(_ended.GetValueOrDefault(key), notification.Alert.Occurrence);
        }
    }
}
