namespace Holdfast.Alerting.Channels;

/// <summary>
/// CloudEvents 1.0, structured JSON. The id is the delivery's key: a second one with it is the same news.
/// </summary>
internal static class CloudEvent
{
    internal const string ContentType = "application/cloudevents+json";

    internal static byte[] Of(Notification notification, string publicUrl) =>
        Of(notification, Variables.Of(notification, publicUrl), publicUrl);

    /// <param name="variables">As they are to be told.</param>
    internal static byte[] Of(Notification notification, IReadOnlyDictionary<string, object> variables, string publicUrl) =>
        Encoding.UTF8.GetBytes(PlainJson.Of(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["specversion"] = "1.0",
            ["id"] = notification.Key,
            ["source"] = $"{publicUrl}/api/v1/alerts",
            ["type"] = $"dev.holdfast.alert.{variables["alarm_status"]}",
            ["subject"] = variables["alarm_target"],
            ["time"] = variables["alarm_updated_at"],
            ["datacontenttype"] = "application/json",
            ["data"] = variables,
        }));
}
