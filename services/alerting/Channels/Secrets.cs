using System.Text;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// What must not be read back: masked where a channel is shown, scrubbed from whatever a receiver answers.
/// </summary>
internal static class Secrets
{
    internal const string Mask = "…";

    /// <summary>In the place of an address that was left out: nothing answers to it.</summary>
    private const string Nowhere = "https://left-out.invalid/";

    /// <summary>Shorter ones would take ordinary words out of every text.</summary>
    private const int LengthMin = 4;

    /// <summary>Path segments from this length on that mix letters and digits are keys (Slack, PagerDuty).</summary>
    private const int SegmentMin = 16;

    /// <summary>As people and logs may see it.</summary>
    internal static ChannelDefinition Masked(ChannelDefinition channel) => channel with
    {
        Webhook = channel.Webhook is not { } webhook ? null : webhook with
        {
            Url = MaskedUrl(webhook.Url),
            Headers = webhook.Headers.ToDictionary(h => h.Key, _ => Mask, StringComparer.OrdinalIgnoreCase),
            SigningKey = webhook.SigningKey is null ? null : Mask,
            KeyPassword = webhook.KeyPassword is null ? null : Mask,
            Proxy = webhook.Proxy is null ? null : MaskedUrl(webhook.Proxy),
        },
        Ocp = channel.Ocp is not { } ocp ? null : ocp with { Password = Mask },
        Kafka = channel.Kafka is not { } kafka ? null : kafka with
        {
            Password = kafka.Password is null ? null : Mask,
            KeyPassword = kafka.KeyPassword is null ? null : Mask,
        },
    };

    /// <summary>The channel with each of its secrets, an address that may hold one too, as the function makes it.</summary>
    internal static ChannelDefinition Each(ChannelDefinition channel, Func<string, string> make) => channel with
    {
        Webhook = channel.Webhook is not { } webhook ? null : webhook with
        {
            Url = make(webhook.Url),
            Headers = webhook.Headers.ToDictionary(h => h.Key, h => make(h.Value), StringComparer.Ordinal),
            SigningKey = webhook.SigningKey is { } signing ? make(signing) : null,
            KeyPassword = webhook.KeyPassword is { } password ? make(password) : null,
            Proxy = webhook.Proxy is { } proxy ? make(proxy) : null,
        },
        Ocp = channel.Ocp is not { } ocp ? null : ocp with { Password = make(ocp.Password) },
        Kafka = channel.Kafka is not { } kafka ? null : kafka with
        {
            Password = kafka.Password is { } word ? make(word) : null,
            KeyPassword = kafka.KeyPassword is { } key ? make(key) : null,
        },
    };

    /// <summary>As a backup without secrets has it, sealed ones or plain ones: switched off, and its address is nobody's.</summary>
    internal static ChannelDefinition LeftOut(ChannelDefinition channel) => Each(channel, _ => Mask) is var bare && bare.Webhook is { } web
        ? bare with { Enabled = false, Webhook = web with { Url = Nowhere, Proxy = null } }
        : bare with { Enabled = false };

    /// <summary>
    /// What was sent back as it was shown keeps the secret that is known. False when the target changed: a secret
    /// never follows to another receiver by itself.
    /// </summary>
    internal static bool TryUnmask(ChannelDefinition given, ChannelDefinition? known, out ChannelDefinition whole)
    {
        whole = given with
        {
            Webhook = given.Webhook is not { } w ? null : w with
            {
                Url = Kept(w.Url, known?.Webhook?.Url, MaskedUrl),
                Headers = w.Headers.ToDictionary(
                    h => h.Key, h => Kept(h.Value, Header(known?.Webhook?.Headers, h.Key), _ => Mask),
                    StringComparer.Ordinal), // one that is there twice is refused by the rules
                SigningKey = KeptOptional(w.SigningKey, known?.Webhook?.SigningKey),
                KeyPassword = KeptOptional(w.KeyPassword, known?.Webhook?.KeyPassword),
                Proxy = w.Proxy is null ? null : Kept(w.Proxy, known?.Webhook?.Proxy, MaskedUrl),
            },
            Ocp = given.Ocp is not { } o ? null : o with { Password = Kept(o.Password, known?.Ocp?.Password, _ => Mask) },
            Kafka = given.Kafka is not { } k ? null : k with
            {
                Password = KeptOptional(k.Password, known?.Kafka?.Password),
                KeyPassword = KeptOptional(k.KeyPassword, known?.Kafka?.KeyPassword),
            },
        };
        return !HasMask(given) || (!HasMask(whole) && known is not null && Origin(whole) == Origin(known));
    }

    private static bool HasMask(ChannelDefinition channel) =>
        channel.Kafka?.Password == Mask || channel.Kafka?.KeyPassword == Mask || channel.Ocp?.Password == Mask
        || (channel.Webhook is { } web && web.Headers.Values
            .Append(web.SigningKey).Append(web.KeyPassword).Append(web.Url).Append(web.Proxy)
            .Any(text => text?.Contains(Mask, StringComparison.Ordinal) == true));

    /// <summary>scheme://host:port/path, with what looks like a key in it left out.</summary>
    internal static string MaskedUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            return Mask;
        }

        var path = string.Join('/', uri.AbsolutePath.Split('/').Select(s => IsKey(s) ? Mask : s));
        var query = uri.Query.Length < 2 ? ""
            : "?" + string.Join('&', uri.Query[1..].Split('&').Select(p => p.Split('=')[0] + "=" + Mask));
        return $"{uri.Scheme}://{(uri.UserInfo.Length > 0 ? Mask + "@" : "")}{uri.Authority}{path}{query}";
    }

    /// <summary>All secrets of a channel, in the forms in which they may come back.</summary>
    internal static IReadOnlyList<string> Of(ChannelDefinition channel)
    {
        var found = new List<string?> 
        {
            channel.Webhook?.SigningKey, channel.Webhook?.KeyPassword, channel.Kafka?.Password, channel.Kafka?.KeyPassword,
            channel.Ocp?.Password, BasicOf(channel.Ocp),
        };
        foreach (var url in new[] { channel.Webhook?.Url, channel.Webhook?.Proxy })
        {
            if (Uri.TryCreate(url, UriKind.Absolute, out var uri))
            {
                var user = Uri.UnescapeDataString(uri.UserInfo);
                found.AddRange(
                    [uri.UserInfo, user, Convert.ToBase64String(Encoding.UTF8.GetBytes(user)),
                    .. user.Split(':').Skip(1)]);
                found.AddRange(uri.Query.TrimStart('?').Split('&').SelectMany(p => p.Split('=').Skip(1)));
                found.AddRange(uri.AbsolutePath.Split('/').Where(IsKey));
            }
        }

        foreach (var (name, value) in channel.Webhook?.Headers ?? WebhookSettings.NoHeaders)
        {
            if (!name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                found.Add(value);
                found.AddRange(value.Split(' ').Skip(1));
            }
        }

        return [.. found.OfType<string>().Where(s => s.Length >= LengthMin).Distinct(StringComparer.Ordinal)
            .OrderByDescending(s => s.Length)];
    }

    internal static string Scrub(string text, IReadOnlyList<string> secrets) =>
        secrets.Aggregate(text, (clean, secret) => clean.Replace(secret, Mask, StringComparison.Ordinal));

    private static bool IsKey(string segment) =>
        segment.Length >= SegmentMin && segment.Any(char.IsAsciiDigit) && segment.Any(char.IsAsciiLetter);

    private static string Origin(ChannelDefinition channel) =>
        channel.Kafka?.BootstrapServers ?? channel.Ocp?.Endpoint
        ?? (Uri.TryCreate(channel.Webhook?.Url, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}"
            : "");

    private static string? BasicOf(OcpSettings? ocp) =>
        ocp is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ocp.Username}:{ocp.Password}"));

    private static string? Header(IReadOnlyDictionary<string, string>? headers, string name) =>
        headers?.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string Kept(string given, string? known, Func<string, string> mask) =>
        known is not null && given.Contains(Mask) && given == mask(known) ? known : given;

    private static string? KeptOptional(string? given, string? known) => given is null ? null
        : Kept(given, known, _ => Mask);
}
