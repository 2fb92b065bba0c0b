using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// CloudEvents 1.0, structured JSON. The id is the delivery's key: a second one with it is the same news.
/// </summary>
internal static class CloudEvent
{
    internal const string ContentType = "application/cloudevents+json";

    private static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Of(Telling telling, string publicUrl)
    {
        var variables = Variables.Of(telling, publicUrl);
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["specversion"] = "1.0",
                ["id"] = telling.Key,
                ["source"] = $"{publicUrl}/api/v1/alerts",
                ["type"] = $"dev.holdfast.alert.{variables["alarm_status"]}",
                ["subject"] = telling.Alert.Target,
                ["time"] = variables["alarm_updated_at"],
                ["datacontenttype"] = "application/json",
                ["data"] = variables,
            },
            Json);
    }
}
