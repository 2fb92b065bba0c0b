namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>The receivers themselves.</summary>
internal static partial class Presets
{
    private static readonly Preset[] Table =
    [
        new(CloudEvents, null, new AnswerSign()) { Manual = "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md" },
        new(DingTalk, """{"msgtype":"text","text":{"content":"${alarm_text}"},"at":{"isAtAll":false}}""", new AnswerSign
        {
            Success = Says("errcode", "0"),
            Refused = Codes(
                ("460101", "it is too long"), ("40035", "its JSON is not what the robot takes"), ("43004", "its Content-Type is wrong"),
                ("400105", "the robot does not take this kind of message"), ("430101", "it has an unsafe link"),
                ("430102", "it has unsuitable text"), ("430103", "it has an unsuitable picture"),
                ("430104", "it has unsuitable contents")),
            Closed = Codes(
                ("310000", "keyword, signature or address do not match the robot's security settings"),
                ("300001", "the access_token is wrong"), ("300005", "the access_token does not exist"),
                ("400101", "the access_token does not exist"), ("400102", "the robot is switched off"),
                ("400106", "the robot does not exist"), ("400013", "the group was dissolved"), ("404", "the url is wrong")),
            Patience = Waits(("130101", 600), ("410100", 600), ("90030", 600), ("-1", 10)),
        }, 20)
        {
            Manual = "https://open.dingtalk.com/document/robots/custom-robot-access",
            BodyBytesMax = 20_000,
        },
        new(Feishu, """{"msg_type":"text","content":{"text":"${alarm_text}"}}""", new AnswerSign
        {
            Success = Says("code", "0", "StatusCode", "0"),
            Refused = Codes(
                ("9499", "it is too long, or its JSON is not what the robot takes"), ("19002", "its JSON is not what the robot takes")),
            Closed = Codes(
                ("19001", "the url is wrong"), ("19021", "secret or clock are wrong: the signature does not match, or is an hour old"),
                ("19022", "this address is not allowed"), ("19024", "it has none of the robot's keywords")),
            Patience = Waits(("11232", 60), ("99991400", 60)),
        }, 100)
        {
            Manual = "https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot",
            BodyBytesMax = 20 << 10, Markup = Markup.Broken,
        },
        new(WeCom, """{"msgtype":"text","text":{"content":"${alarm_text}"}}""", new AnswerSign
        {
            Success = Says("errcode", "0"),
            Refused = Codes(
                ("40058", "a field of it is too long or missing"), ("45002", "it is too long"), ("44004", "it is empty"),
                ("40008", "the robot does not take this kind of message"), ("47001", "its JSON is not what the robot takes")),
            Closed = Codes(("93000", "the url is wrong, or the robot was removed"), ("93004", "the robot was switched off"),
                ("93008", "the robot is not in the group"), ("40001", "the key is wrong"), ("60020", "this address is not allowed")),
            Patience = Waits(("45009", 60), ("45033", 10), ("-1", 10)),
        }, 20)
        {
            Manual = "https://developer.work.weixin.qq.com/document/path/91770",
            Texts = Limited(("alarm_text", 2048, TextUnit.Bytes)), Markup = Markup.Broken,
        },
        new(Slack, """
            {"text":"${alarm_summary}","mrkdwn":false,"attachments":[{"color":"${alarm_color}","text":"${alarm_text}",
            "fallback":"${alarm_summary}","mrkdwn_in":[]}]}
            """, new AnswerSign
        {
            Success = Says("ok", "true"), Plain = "ok", CodeField = "error",
            Refused = Codes(
                ("msg_too_long", "it is too long"), ("msg_blocks_too_long", "it is too long"), ("no_text", "it has no text"),
                ("invalid_payload", "its JSON is not what Slack takes"), ("too_many_attachments", "it has too many attachments"),
                ("invalid_attachments", "its attachments are malformed"), ("invalid_arguments", "its JSON is not what Slack takes")),
            Closed = Codes(
                ("not_authed", "give the webhook's own url, or a token in its headers"), ("invalid_auth", "the token is wrong"),
                ("token_revoked", "the token was revoked"), ("token_expired", "the token has expired"),
                ("no_permission", "the token may not post"), ("account_inactive", "the token's account is gone"),
                ("missing_scope", "the token may not post"),
                ("invalid_token", "the url is wrong"), ("no_service", "the webhook was removed"), ("no_team", "the url is wrong"),
                ("team_disabled", "the workspace is switched off"), ("no_active_hooks", "the webhook was switched off"),
                ("channel_not_found", "the Slack channel does not exist"), ("channel_is_archived", "the Slack channel is archived"),
                ("is_archived", "the Slack channel is archived"), ("not_in_channel", "the app is not in the Slack channel"),
                ("user_not_found", "the user does not exist"), ("action_prohibited", "the workspace does not allow it"),
                ("restricted_action", "the workspace does not allow it"),
                ("posting_to_general_channel_denied", "the app may not post to that Slack channel")),
            Patience = Waits(("ratelimited", 30), ("rate_limited", 30), ("message_limit_exceeded", 60), ("rollup_error", 10),
                ("internal_error", 10), ("fatal_error", 10), ("service_unavailable", 10), ("request_timeout", 10)),
        }, 60)
        {
            Manual = "https://docs.slack.dev/messaging/formatting-message-text",
            Texts = Limited(("alarm_summary", 4000, TextUnit.Characters), ("alarm_text", 4000, TextUnit.Characters)),
            BodyBytesMax = 100_000, Markup = Markup.Entities,
        },
        new(PagerDuty, """
            {"routing_key":"${routing_key}","event_action":"${alarm_action}","dedup_key":"${alarm_id}","client":"Holdfast",
            "client_url":"${alarm_url}","links":[{"href":"${alarm_runbook}","text":"Runbook"}],
            "payload":{"summary":"${alarm_summary}","source":"${alarm_target}","severity":"${alarm_severity}",
            "timestamp":"${alarm_updated_at}","component":"${alarm_scope}","group":"${region}","class":"${alarm_type}",
            "custom_details":{"description":"${alarm_description}","delivery_key":"${delivery_key}","count":"${alarm_count}",
            "host_ip":"${host_ip}","task_id":"${task_id}"}}}
            """, new AnswerSign
        {
            Success = Says("status", "success"), AbsentIsSuccess = true,
            Refused = Codes(("invalid event", "a field of it is malformed or too long, or the routing key is wrong")),
            Patience = Waits(("throttle exceeded", 60)),
        })
        {
            Manual = "https://developer.pagerduty.com/docs/send-alert-event",
            Texts = Limited(("alarm_summary", 1024, TextUnit.Characters), ("alarm_target", 255, TextUnit.Characters)),
            BodyBytesMax = 512_000,
        },
        new(Alertmanager, """
            [{"labels":{"alertname":"${alarm_type}","target":"${alarm_target}","severity":"${alarm_severity}","region":"${region}",
            "host":"${host_id}","task":"${task_id}"},"annotations":{"summary":"${alarm_summary}","description":"${alarm_description}",
            "runbook_url":"${alarm_runbook}","delivery_key":"${delivery_key}"},"startsAt":"${alarm_active_at}",
            "endsAt":"${alarm_ends_at}","generatorURL":"${alarm_url}"}]
            """, new AnswerSign
        {
            Success = Says("status", "success"), AbsentIsSuccess = true, CodeField = "errorType",
            Refused = Codes(("bad_data", "a label or a time of it is malformed")),
        })
        {
            Manual = "https://prometheus.io/docs/alerting/latest/alerts_api/",
        },
    ];

    private static List<KeyValuePair<string, string>> Says(params string[] pairs) =>
        [.. pairs.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];

    private static Dictionary<string, string> Codes(params (string Code, string Why)[] codes) =>
        codes.ToDictionary(c => c.Code, c => c.Why, StringComparer.Ordinal);

    private static Dictionary<string, int> Waits(params (string Code, int Seconds)[] codes) =>
        codes.ToDictionary(c => c.Code, c => c.Seconds, StringComparer.Ordinal);

    private static Dictionary<string, TextLimit> Limited(params (string Variable, int Max, TextUnit Unit)[] limits) =>
        limits.ToDictionary(l => l.Variable, l => new TextLimit(l.Max, l.Unit), StringComparer.Ordinal);
}
