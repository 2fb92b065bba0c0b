using System.Net;
using MimeKit;

namespace Holdfast.Alerting.Channels.Email;

/// <summary>
/// An alert as a message: what is wrong in the subject, what to do and where to look in the body, as text and as HTML. A delivery that is
/// sent again has the same Message-ID, and all news of one condition stand in one thread. Pure.
/// </summary>
internal static class AlertMessage
{
    private const int SubjectMax = 200;

    /// <summary>Facts below the description: label and variable.</summary>
    private static readonly (string Label, string Variable)[] Facts =
    [
        ("Level", "alarm_level_name"), ("Event", "alarm_type"), ("On", "alarm_target"), ("Region", "region"), ("Host", "host_id"),
        ("Address", "host_ip"), ("Task", "task_name"), ("Task id", "task_id"), ("Since", "alarm_active_at"),
        ("Last raised", "alarm_updated_at"), ("Resolved", "alarm_resolved_at"), ("Times raised", "alarm_count"),
        ("Incident", "incident"), ("Alert", "alarm_id"),
    ];

    internal static MimeMessage Of(Notification notification, EmailSettings settings, string publicUrl, DateTimeOffset now)
    {
        var values = Variables.Of(notification, publicUrl).ToDictionary(
            v => v.Key, v => Convert.ToString(v.Value, CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal);
        var from = Mailbox(settings.From)!;
        var isOver = notification.Condition == AlertCondition.Resolved;
        var message = new MimeMessage
        {
            MessageId = $"{Word(notification.Key)}@{from.Domain}",
            Date = now,
            Subject = Subject(values, settings.SubjectPrefix, isOver),
            Importance = !isOver && notification.Alert.Level <= (int)AlertLevel.Critical
                ? MessageImportance.High : MessageImportance.Normal,
            Body = new MultipartAlternative(
                new TextPart("plain") { Text = Plain(values, isOver) }, new TextPart("html") { Text = Html(values, isOver) }),
        };
        message.From.Add(from);
        message.To.AddRange(settings.To.Select(to => Mailbox(to)!));
        // The first message of a thread is one that nobody sent: readers of mail gather what refers to it, whichever came first.
        var thread = $"alert-{Word(notification.Alert.Fingerprint)}@{from.Domain}";
        message.References.Add(thread);
        message.InReplyTo = thread;
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Holdfast-Delivery", Word(notification.Key));
        message.Headers.Add("X-Holdfast-Event", Word(notification.Alert.Event));
        return message;
    }

    /// <summary>Null: it is no address, or would be more than one header line.</summary>
    internal static MailboxAddress? Mailbox(string text) => !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var mailbox)
        && mailbox.Address.IndexOf('@', StringComparison.Ordinal) > 0 && mailbox.Domain is { Length: > 0 } && mailbox.Route.Count == 0
            ? mailbox : null;

    private static string Subject(Dictionary<string, string> values, string? prefix, bool isOver)
    {
        var state = isOver ? "[Resolved]" : $"[{values["alarm_level_name"]}]";
        var said = values["alarm_summary"].Length > 0 ? values["alarm_summary"] : values["alarm_title"];
        return TextFit.Cut(OneLine($"{prefix} {state} {said}"), TextTail.None, new(SubjectMax, TextUnit.Characters), Markup.None);
    }

    private static string Plain(Dictionary<string, string> values, bool isOver)
    {
        var state = isOver ? "RESOLVED" : values["alarm_level_name"].ToUpperInvariant();
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{state}: {values["alarm_summary"]}")
            .AppendLine();
        if (values["alarm_description"] is { Length: > 0 } description)
        {
            text.AppendLine(description).AppendLine();
        }

        foreach (var (label, value) in Known(values))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{label + ":",-14}{OneLine(value)}");
        }

        text.AppendLine();
        if (!isOver)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"What to do:   {values["alarm_runbook"]}");
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"Details:      {values["alarm_url"]}").ToString();
    }

    private static string Html(Dictionary<string, string> values, bool isOver)
    {
        var rows = string.Concat(Known(values).Select(f =>
            $"""<tr><td style="padding:2px 16px 2px 0;color:#666">{f.Label}</td><td style="padding:2px 0">{Encoded(f.Value)}</td></tr>"""));
        var state = isOver ? "Resolved" : values["alarm_level_name"];
        var said = values["alarm_description"];
        var description = said.Length > 0 ? $"""<p style="white-space:pre-wrap">{Encoded(said)}</p>""" : "";
        var todo = isOver ? "" : $"{Link(values["alarm_runbook"], "What to do")} &nbsp; ";
        return $"""
            <!DOCTYPE html>
            <html><body style="margin:0;padding:16px;font:15px/1.5 sans-serif;color:#222">
            <div style="border-left:6px solid {values["alarm_color"]};padding:4px 0 4px 14px">
            <div style="font-size:13px;font-weight:bold">{Encoded(state)}</div>
            <div style="font-size:19px;font-weight:bold">{Encoded(values["alarm_summary"])}</div></div>
            {description}
            <p>{todo}{Link(values["alarm_url"], "Details")}</p>
            <table style="border-collapse:collapse;font-size:14px">{rows}</table>
            </body></html>

            """;
    }

    private static IEnumerable<(string Label, string Value)> Known(Dictionary<string, string> values) =>
        Facts.Where(f => values[f.Variable].Length > 0).Select(f => (f.Label, values[f.Variable]));

    private static string Link(string address, string text) => $"""<a href="{Encoded(address)}">{text}</a>""";

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Puts a space where another line, or another header, would begin.</summary>
    private static string OneLine(string text) => string.Join(' ', new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>As it may stand in an identifier.</summary>
    private static string Word(string text) =>
        new([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')]);
}
