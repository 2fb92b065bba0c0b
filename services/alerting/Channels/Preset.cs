using System.Text.Json;

namespace Holdfast.Alerting.Channels;

/// <summary>What a well-known receiver wants: a body, what its answer must say, how many messages a minute it takes.</summary>
/// <param name="Body">Null: CloudEvents 1.0.</param>
internal sealed record Preset(
    string Name, string? Body, IReadOnlyDictionary<string, JsonElement> ResponseCheck, int? MessagesPerMinute = null)
{
    internal const string CloudEvents = "cloudevents";
    internal const string DingTalk = "dingtalk";
    internal const string Feishu = "feishu";

    internal const string PagerDuty = "pagerduty";

    private static readonly IReadOnlyDictionary<string, JsonElement> AnySuccess =
        new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    private static readonly Dictionary<string, Preset> All = new Preset[]
    {
        new(CloudEvents, null, AnySuccess),
        new(DingTalk, """{"msgtype":"text","text":{"content":"${alarm_text}"}}""", Says("errcode", 0), 20),
        new(Feishu, """{"msg_type":"text","content":{"text":"${alarm_text}"}}""", Says("code", 0), 100),
        new("wecom", """{"msgtype":"text","text":{"content":"${alarm_text}"}}""", Says("errcode", 0), 20),
        new("slack", """
            {"text":"${alarm_summary}","attachments":[{"color":"${alarm_color}","text":"${alarm_text}","fallback":"${alarm_summary}"}]}
            """, AnySuccess, 60),
        new(PagerDuty, """
            {"routing_key":"${routing_key}","event_action":"${alarm_action}","dedup_key":"${alarm_id}","client":"Holdfast",
            "client_url":"${alarm_url}","links":[{"href":"${alarm_runbook}","text":"Runbook"}],
            "payload":{"summary":"${alarm_summary}","source":"${alarm_target}","severity":"${alarm_severity}",
            "timestamp":"${alarm_updated_at}","component":"${alarm_scope}","group":"${region}","class":"${alarm_type}",
            "custom_details":{"description":"${alarm_description}","delivery_key":"${delivery_key}","count":"${alarm_count}",
            "host_ip":"${host_ip}","task_id":"${task_id}"}}}
            """, AnySuccess),
        new("alertmanager", """
            [{"labels":{"alertname":"${alarm_type}","target":"${alarm_target}","severity":"${alarm_severity}","region":"${region}",
            "host":"${host_id}","task":"${task_id}"},"annotations":{"summary":"${alarm_summary}","description":"${alarm_description}",
            "runbook_url":"${alarm_runbook}","delivery_key":"${delivery_key}"},"startsAt":"${alarm_active_at}",
            "endsAt":"${alarm_ends_at}","generatorURL":"${alarm_url}"}]
            """, AnySuccess),
    }.ToDictionary(p => p.Name, StringComparer.Ordinal);

    internal static IEnumerable<string> Names => All.Keys;

    internal static Preset? Of(string? name) => name is null ? null : All.GetValueOrDefault(name);

    private static Dictionary<string, JsonElement> Says(string field, int value) =>
        new(StringComparer.Ordinal) { [field] = JsonSerializer.SerializeToElement(value) };
}
