using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Holdfast.Rules.Alerting;

/// <summary>An alert as it is stored: what people see of it, and whether it counts as firing.</summary>
internal sealed record Alert : AlertView
{
    /// <summary>
    /// Its level while it fires; null: it has ended, nobody has raised it for so long that it counts as ended, or it is news, which
    /// nothing would end.
    /// </summary>
    [JsonPropertyOrder(1)]
    public int? FiringLevel =>
        Condition == AlertCondition.Firing && Status != SendingStatus.Completed && Count > 0 && !EventCatalog.IsNews(Event) ? Level : null;

    /// <summary>When it was raised last, while it counts as firing; null: it does not.</summary>
    [JsonPropertyOrder(1)]
    public DateTimeOffset? FiringAt => FiringLevel is null ? null : LastTriggered;

    internal static string SeriesOf(string fingerprint, DateTimeOffset firstHeard) =>
        $"{firstHeard.ToUnixTimeMilliseconds():x11}-{fingerprint}";

    /// <summary>16 hex digits: short enough to read out, long enough never to meet its like.</summary>
    internal static string FingerprintOf(string @event, string target) => Digest($"{@event}\n{target}", 16);

    internal static string IdOf(string fingerprint, int occurrence) => $"{fingerprint}-{occurrence}";

    internal static string Digest(string text, int digits) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];
}
