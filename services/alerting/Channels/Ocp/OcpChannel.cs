using System.Net.Http.Headers;
using Holdfast.Alerting.Channels.Http;

namespace Holdfast.Alerting.Channels.Ocp;

/// <summary>
/// Tells OceanBase Cloud Platform (docs/reference/oms.md, OCP). OCP merges by rule and target, and clears what is not reported again
/// within its clearance cycle. So a firing alert is told again within that cycle, and an end needs no call.
/// </summary>
internal sealed class OcpChannel : IChannel
{
    /// <summary>Its own error codes that no retry helps, each with what does.</summary>
    private static readonly Dictionary<string, string> Final = new(StringComparer.Ordinal)
    {
        ["ALM20001"] = "OCP knows no such alarm rule: make it there, or name one that it has in the channel's rules",
        ["ALM20018"] = "the rule belongs to another application in OCP: name one of this application in the channel's rules",
    };

    private readonly OcpSettings _settings;
    private readonly Uri _target;
    private readonly string _publicUrl;
    private readonly HttpTarget _http;

    /// <param name="settings">Within the rules.</param>
    internal OcpChannel(OcpSettings settings, ChannelSite site)
    {
        _settings = settings;
        _target = new Uri($"{(settings.Tls ? "https" : "http")}://{settings.Endpoint}/api/v2/alarm/alarms");
        _publicUrl = site.PublicUrl;
        _http = new HttpTarget(_target, TimeSpan.FromSeconds(settings.TimeoutSeconds), settings.AllowLinkLocal, null,
            TargetTls.Open(TlsPaths.None, site.Time), site);
    }

    public async Task<ChannelAnswer> Deliver(Notification notification, CancellationToken cancel) =>
        notification.Condition == AlertCondition.Resolved
            ? ChannelAnswer.Delivered(excerpt:
                $"Nothing is sent: OCP clears it by itself, {_settings.ClearanceMinutes} minutes after it was reported last.")
            : await _http.Ask(Request(notification), Checked, cancel, Refused);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Request(Notification notification)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _target)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(PlainJson.Of(Body(notification)))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Basic", Secrets.Basic(_settings.Username, _settings.Password.Value));
        request.Headers.Add("Holdfast-Delivery", notification.Key);
        request.Headers.Add("Idempotency-Key", notification.Key);
        return request;
    }

    private Dictionary<string, object> Body(Notification notification)
    {
        var alert = notification.Alert;
        var variables = Variables.Of(notification, _publicUrl);
        var labels = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["cluster"] = _settings.ClusterName,
            ["dedup_key"] = notification.Key,
        };
        foreach (var name in new[]
            { "alarm_id", "alarm_level", "alarm_level_name", "alarm_summary", "alarm_description", "alarm_url", "alarm_runbook",
              "region", "host_id", "host_ip", "task_id", "task_name" })
        {
            var value = Convert.ToString(variables[name], System.Globalization.CultureInfo.InvariantCulture);
            if (!string.IsNullOrEmpty(value))
            {
                labels[name] = value;
            }
        }

        return new(StringComparer.Ordinal)
        {
            ["alarmType"] = _settings.Rules.GetValueOrDefault(alert.Event, alert.Event),
            ["labels"] = labels,
            ["target"] = alert.Target,
        };
    }

    /// <summary>Success is what the envelope says, not the status alone.</summary>
    private ChannelAnswer Checked(AnswerBody answer) => answer.Text("successful") == "true" ? ChannelAnswer.Delivered()
        : ChannelAnswer.TryAgain(answer.Unreadable is { } encoding
            ? $"AL-324 the answer of {_target.Authority} comes as {encoding}, which cannot be read"
            : $"AL-315 the answer of {_target.Authority} is not OCP's envelope");

    /// <summary>An envelope that says no, whatever the status; null: it does not.</summary>
    private static ChannelAnswer? Refused(AnswerBody answer, TimeSpan? after)
    {
        if (answer.Text("successful") != "false")
        {
            return null;
        }

        var said = answer.Fields!.TryGetValue("error", out var error) ? error.GetRawText() : answer.Whole;
        var known = Final.FirstOrDefault(final => said.Contains(final.Key, StringComparison.Ordinal));
        var trace = answer.Text("traceId") is { } id ? $", traceId {id}" : "";
        var excerpt = TextFit.Cut(said, TextTail.None, new(300, TextUnit.Characters), Markup.None);
        return known.Key is not null ? ChannelAnswer.GiveUp($"AL-316 OCP refused it for good, {known.Key}: {known.Value}{trace}")
            : answer.Status is 400 or 413 or 422 || AnswerSigns.IsForGood(said)
                ? ChannelAnswer.Refuse($"AL-318 OCP refused this message for good: {excerpt}{trace}")
            : ChannelAnswer.TryAgain($"AL-317 OCP did not take it: {excerpt}{trace}", after);
    }
}
