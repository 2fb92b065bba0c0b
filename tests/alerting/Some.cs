using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Alerting.Tests;

/// <summary>Ordinary messages, alerts, channels and deliveries, to vary in tests.</summary>
internal static class Some
{
    internal static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static readonly AlertThresholds Defaults = new();

    internal static AlertRaised Firing(DateTimeOffset at, string target = "host-1", int level = 2) => new()
    {
        Id = $"oms_host_down:{target}:1",
        Event = AlertEvents.HostDown,
        Scope = AlertScope.System,
        Target = target,
        Level = level,
        Condition = AlertCondition.Firing,
        Summary = $"{target} is Down",
        Description = "Silent for 31 s.",
        Region = "cn-hangzhou",
        Host = target,
        HostIp = "10.0.0.1",
        At = at,
    };

    internal static AlertRaised Resolved(DateTimeOffset at, string target = "host-1") =>
        Firing(at, target) with { Condition = AlertCondition.Resolved };

    internal static Alert Alert(DateTimeOffset? at = null) => AlertTransition.Decide(null, Firing(at ?? T0), Defaults, at ?? T0).Alert;

    internal static ChannelDefinition Webhook(string url = "http://127.0.0.1:1/", string name = "ops") => new()
    {
        Name = name,
        Kind = "webhook",
        // The clock of tests runs fast: a real receiver on a busy machine must not be taken for a hanging one.
        Settings = new WebhookSettings { Url = url, TimeoutSeconds = 60 },
        CreatedAt = T0.AddDays(-1),
        UpdatedAt = T0.AddDays(-1),
    };

    internal static ChannelRoute Route(string name = "ops") => new() { Name = name, CreatedAt = T0.AddDays(-1) };

    internal static Delivery Delivery(Alert? alert = null, string channel = "ops") =>
        Rules.Alerting.Delivery.Of(alert ?? Alert(), channel, T0);

    internal static Delivery Sent(this Delivery delivery, DateTimeOffset? at = null) => delivery with
    {
        Status = SendingStatus.Successful,
        NextAttempt = null,
        SettledAt = at ?? T0,
        AttemptCount = 1,
    };

    internal static Delivery GivenUp(this Delivery delivery) => delivery.Sent() with { Status = SendingStatus.Failed, DeadAt = T0 };

    internal static Delivery Failing(this Delivery delivery) =>
        delivery with { Status = SendingStatus.Failed, NextAttempt = T0.AddMinutes(1), AttemptCount = 1 };

    internal static Alert Next(this Alert alert, AlertCondition condition, DateTimeOffset at) => alert with
    {
        Generation = alert.Generation + 1,
        GenerationAt = at,
        Condition = condition,
        ResolvedAt = condition == AlertCondition.Resolved ? at : null,
    };

    internal static Notification Notification(string key = "abc-1-ops") => new(key, Alert(), AlertCondition.Firing, T0);

    internal static T SettingsOf<T>(this ChannelDefinition channel) where T : ChannelSettings => (T)channel.Settings!;

    internal static ChannelDefinition With<T>(this ChannelDefinition channel, Func<T, T> change) where T : ChannelSettings =>
        channel with { Settings = change(channel.SettingsOf<T>()) };

    /// <summary>The channel as the service opens it.</summary>
    internal static IChannel Opened(ChannelDefinition channel, string publicUrl = "http://holdfast.test") =>
        new ChannelKinds(new Platform.Settings { PublicUrl = publicUrl }, TimeProvider.System, NullLoggerFactory.Instance).Open(channel);
}
