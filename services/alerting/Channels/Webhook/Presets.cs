namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>The well-known receivers, by name.</summary>
internal static partial class Presets
{
    internal const string CloudEvents = "cloudevents";
    internal const string DingTalk = "dingtalk";
    internal const string Feishu = "feishu";
    internal const string WeCom = "wecom";
    internal const string Slack = "slack";
    internal const string PagerDuty = "pagerduty";
    internal const string Alertmanager = "alertmanager";

    internal static IEnumerable<string> Names => Table.Select(p => p.Name);

    internal static IReadOnlyList<Preset> All => Table;

    internal static Preset? Of(string? name) => Table.FirstOrDefault(p => p.Name == name);
}
