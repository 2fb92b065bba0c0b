using System.Globalization;
using System.Text.Json;
using Holdfast.Contracts;

namespace Holdfast.Alerting.Channels;

/// <summary>What a body may say of an alert (reference, section 7): names and values.</summary>
internal static class Variables
{
    /// <summary>All names, for rules and documentation.</summary>
    internal static IReadOnlySet<string> Names { get; } = Of(Sample(AlertEvents.HostDown, DateTimeOffset.UnixEpoch), "")
        .Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Values are text, but level and count numbers.</summary>
    internal static IReadOnlyDictionary<string, object> Of(Telling telling, string publicUrl)
    {
        var alert = telling.Alert;
        var ended = telling.Condition == AlertCondition.Resolved;
        return new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["alarm_id"] = alert.Id,
            ["alarm_name"] = alert.Event,
            ["alarm_type"] = alert.Event,
            ["alarm_scope"] = alert.Scope == AlertScope.System ? "system" : "task",
            ["alarm_target"] = alert.Target,
            ["alarm_level"] = alert.Level,
            ["alarm_level_name"] = ((AlertLevel)alert.Level).ToString(),
            ["alarm_status"] = ended ? "resolved" : "firing",
            ["alarm_summary"] = alert.Summary,
            ["alarm_description"] = alert.Description,
            ["alarm_active_at"] = Text(alert.ActiveAt),
            ["alarm_updated_at"] = Text(ended ? alert.ResolvedAt ?? alert.LastTriggered : alert.LastTriggered),
            ["alarm_resolved_at"] = ended && alert.ResolvedAt is { } at ? Text(at) : "",
            ["alarm_count"] = alert.Count,
            ["alarm_url"] = $"{publicUrl}/alerts/{alert.Id}",
            ["alarm_fingerprint"] = alert.Fingerprint,
            ["delivery_key"] = telling.Key,
            ["host_id"] = alert.Host ?? "",
            ["host_ip"] = alert.HostIp ?? "",
            ["region"] = alert.Region,
            ["task_id"] = alert.Task ?? "",
            ["task_name"] = alert.TaskName ?? "",
            ["incident"] = alert.Incident ?? "",
        };
    }

    /// <summary>The value with JSON's escapes, without quotes: a template puts it between its own.</summary>
    internal static string Escaped(object value) =>
        value is string text ? JsonEncodedText.Encode(text).ToString()
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>An alert that is none, to test channels and templates with.</summary>
    internal static Telling Sample(string @event, DateTimeOffset now)
    {
        var raised = new AlertRaised
        {
            Id = $"{@event}:test:1",
            Event = @event,
            Scope = AlertScope.System,
            Target = "test",
            Level = (int)AlertLevel.Reminder,
            Condition = AlertCondition.Firing,
            Summary = "Test of a Holdfast alert channel",
            Description = "Somebody tests this channel. Nothing is wrong and nothing has to be done.",
            Region = "",
            At = now,
        };
        var alert = Receive.Decide(null, raised, new AlertThresholds(), now).Alert;
        return new Telling($"{alert.Id}-{now.ToUnixTimeMilliseconds()}-test", alert, AlertCondition.Firing, now);
    }

    private static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
