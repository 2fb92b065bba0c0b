namespace Holdfast.Alerting.Channels;

/// <summary>The variables of an alert's body: those that receivers are promised (docs/reference/oms.md, Webhook), and more.</summary>
internal static class Variables
{
    /// <summary>All names, for rules and documentation.</summary>
    internal static IReadOnlySet<string> Names { get; } = Of(Sample(AlertEvents.HostDown, DateTimeOffset.UnixEpoch), "")
        .Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Values are text, but level and count numbers.</summary>
    internal static IReadOnlyDictionary<string, object> Of(Notification notification, string publicUrl)
    {
        var alert = notification.Alert;
        var ended = notification.Condition == AlertCondition.Resolved;
        var description = Described(alert, notification.Children, ended);
        return new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["alarm_id"] = alert.Id,
            ["alarm_name"] = alert.Event,
            ["alarm_title"] = EventCatalog.Title(alert.Event),
            ["alarm_type"] = alert.Event,
            ["alarm_scope"] = alert.Scope == AlertScope.System ? "system" : "task",
            ["alarm_target"] = alert.Target,
            ["alarm_level"] = alert.Level,
            ["alarm_level_name"] = ((AlertLevel)alert.Level).ToString(),
            ["alarm_status"] = ended ? "resolved" : "firing",
            ["alarm_summary"] = alert.Summary,
            ["alarm_description"] = description,
            ["alarm_text"] = Message(alert, description, ended, publicUrl),
            ["alarm_active_at"] = Text(alert.ActiveAt),
            ["alarm_updated_at"] = Text(ended ? alert.ResolvedAt ?? alert.LastTriggered : alert.LastTriggered),
            ["alarm_resolved_at"] = ended && alert.ResolvedAt is { } at ? Text(at) : "",
            ["alarm_count"] = alert.Count,
            ["alarm_url"] = Link(alert, publicUrl),
            ["alarm_runbook"] = Runbook(alert, publicUrl),
            ["alarm_severity"] = Severity((AlertLevel)alert.Level),
            ["alarm_action"] = ended ? "resolve" : "trigger",
            ["alarm_color"] = ended ? "#2eb67d" : alert.Level <= (int)AlertLevel.Critical ? "#e01e5a" : "#ecb22e",
            ["alarm_ends_at"] = Text(ended ? alert.ResolvedAt ?? alert.LastTriggered : alert.HeardAt + Completion.After),
            ["alarm_children"] = string.Join(", ", notification.Children.Names),
            ["alarm_children_count"] = notification.Children.Count,
            ["alarm_fingerprint"] = alert.Fingerprint,
            ["delivery_key"] = notification.Key,
            ["dedup_key"] = notification.Key,
            ["host_id"] = alert.Host ?? "",
            ["host_ip"] = alert.HostIp ?? "",
            ["region"] = alert.Region,
            ["task_id"] = alert.Task ?? "",
            ["task_name"] = alert.TaskName ?? "",
            ["incident"] = alert.Incident ?? "",
        };
    }

    /// <summary>Address of its event's runbook, which this service serves itself.</summary>
    internal static string Runbook(Alert alert, string publicUrl) =>
        $"{publicUrl}/api/v1/alerts/runbooks/{Uri.EscapeDataString(alert.Event)}";

    private static string Described(Alert alert, Children children, bool ended) => children.Count == 0 || ended
        ? alert.Description
        : $"{alert.Description} With it {Counted.Of(children.Count, "alert")}: {string.Join(", ", children.Names)}"
            + (children.Count > children.Names.Count ? ", …" : ".");

    /// <summary>The whole alert as a few lines, for chats.</summary>
    private static string Message(Alert alert, string description, bool ended, string publicUrl) => Lines(
        [$"[{(ended ? "resolved" : (AlertLevel)alert.Level)}] {alert.Summary}", description]) + End(alert, ended, publicUrl);

    /// <summary>Continuation of a message that was cut: the lines behind the description, at least the link.</summary>
    internal static TextTail Tail(Notification notification, string publicUrl) => new(
        End(notification.Alert, notification.Condition == AlertCondition.Resolved, publicUrl), "\n" + Link(notification.Alert, publicUrl));

    private static string End(Alert alert, bool ended, string publicUrl)
    {
        string?[] places = [alert.Region, alert.Host, alert.HostIp, alert.TaskName ?? alert.Task];
        return "\n" + Lines(
            [
                string.Join(" · ", places.Where(place => !string.IsNullOrEmpty(place))),
                ended ? null : $"What to do: {Runbook(alert, publicUrl)}",
                Link(alert, publicUrl),
            ]);
    }

    private static string Link(Alert alert, string publicUrl) => $"{publicUrl}/alerts/{alert.Id}";

    private static string Lines(IEnumerable<string?> lines) => string.Join('\n', lines.Where(line => !string.IsNullOrEmpty(line)));

    /// <summary>In PagerDuty's words.</summary>
    private static string Severity(AlertLevel level) => level switch
    {
        AlertLevel.Stopped or AlertLevel.Critical => "critical",
        AlertLevel.Warning => "error",
        AlertLevel.Caution => "warning",
        AlertLevel.Reminder => "info",
    };

    /// <summary>The value with JSON's escapes, without quotes: a template puts it between its own.</summary>
    internal static string Escaped(object value) =>
        value is string text ? PlainJson.Escaped(text)
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>An alert that is none, to test channels and templates with.</summary>
    internal static Notification Sample(string @event, DateTimeOffset now)
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
        var alert = AlertTransition.Decide(null, raised, new AlertThresholds(), now).Alert;
        return new Notification($"{alert.Id}-{now.ToUnixTimeMilliseconds()}-test", alert, AlertCondition.Firing, now);
    }

    private static string Text(DateTimeOffset at) => Iso.Millis(at);
}
