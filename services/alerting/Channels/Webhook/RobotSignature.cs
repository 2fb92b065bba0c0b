using System.Security.Cryptography;

namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>Signs requests to robots of DingTalk and Feishu that have a secret. Pure.</summary>
internal static class RobotSignature
{
    /// <summary>DingTalk: HMAC over <c>milliseconds\nsecret</c> under the secret, both in the query.</summary>
    internal static Uri IntoDingTalk(Uri target, string secret, DateTimeOffset now)
    {
        var stamp = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.UTF8.GetBytes($"{stamp}\n{secret}");
        var sign = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        var query = target.Query.TrimStart('?');
        var before = query.Length == 0 ? "" : query + "&";
        return new UriBuilder(target) { Query = $"{before}timestamp={stamp}&sign={Uri.EscapeDataString(sign)}" }.Uri;
    }

    /// <summary>Feishu: HMAC over nothing under <c>seconds\nsecret</c>, both in the body.</summary>
    internal static string IntoFeishu(string body, string secret, DateTimeOffset now)
    {
        if (JsonNode.Parse(body) is not JsonObject json)
        {
            return body;
        }

        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var sign = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes($"{stamp}\n{secret}"), Array.Empty<byte>()));
        // Into the text: the framework would write its letters anew, as escapes of six bytes each.
        var rest = body.TrimStart()[1..].TrimStart();
        return $"{{\"timestamp\":\"{stamp}\",\"sign\":\"{sign}\"{(json.Count == 0 ? "" : ",")}{rest}";
    }
}
