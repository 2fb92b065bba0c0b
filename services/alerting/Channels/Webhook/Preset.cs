using Holdfast.Alerting.Channels.Http;

namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>
/// Settings for a well-known receiver, from its manual: the body, the limits of texts, the markup, the sign that it took a message,
/// and how many a minute it takes.
/// </summary>
/// <param name="Body">Null: CloudEvents 1.0.</param>
internal sealed partial record Preset(string Name, string? Body, AnswerSign Answer, int? MessagesPerMinute = null)
{
    internal const string CloudEvents = "cloudevents";
    internal const string DingTalk = "dingtalk";
    internal const string Feishu = "feishu";
    internal const string WeCom = "wecom";
    internal const string Slack = "slack";
    internal const string PagerDuty = "pagerduty";
    internal const string Alertmanager = "alertmanager";

    /// <summary>Address of the page with its rules.</summary>
    public string Manual { get; init; } = "";

    /// <summary>Greatest length of a variable's value, as it is shown.</summary>
    public IReadOnlyDictionary<string, TextLimit> Texts { get; init; } = NoTexts;

    /// <summary>Bytes of a body; null: the channel's own limit only.</summary>
    public int? BodyBytesMax { get; init; }

    public Markup Markup { get; init; }

    /// <summary>The sign of success as a response check has it.</summary>
    public IReadOnlyDictionary<string, JsonElement> ResponseCheck => Answer.Success.Take(1).ToDictionary(
        s => s.Key, s => JsonElement.Parse(s.Value is "0" or "true" ? s.Value : $"\"{s.Value}\""), StringComparer.Ordinal);

    internal static IEnumerable<string> Names => Table.Select(p => p.Name);

    internal static IReadOnlyList<Preset> All => Table;

    internal static Preset? Of(string? name) => Table.FirstOrDefault(p => p.Name == name);
}
