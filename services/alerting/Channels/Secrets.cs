namespace Holdfast.Alerting.Channels;

/// <summary>
/// Masks secrets where a channel is shown, and scrubs them from whatever a receiver answers. The types of a kind's fields say which
/// settings hold secrets.
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

    /// <summary>As people and logs may see it. Of a kind that is not known nothing can be told from a secret.</summary>
    internal static ChannelDefinition Masked(ChannelDefinition channel) => channel.Settings is ForeignSettings
        ? channel with { Settings = null }
        : Made(channel, (field, value) => field.Type == FieldType.Url ? MaskedUrl(value) : Mask);

    /// <summary>The channel with each of its secrets, an address that may hold one too, as the function makes it.</summary>
    internal static ChannelDefinition Each(ChannelDefinition channel, Func<string, string> make) =>
        Made(channel, (_, value) => make(value));

    /// <summary>As a backup without secrets has it, sealed ones or plain ones: switched off, and its address is nobody's.</summary>
    internal static ChannelDefinition LeftOut(ChannelDefinition channel)
    {
        var bare = channel with { Enabled = false, Settings = channel.Settings is ForeignSettings ? null : channel.Settings };
        return With(Each(bare, _ => Mask), (field, value) => field.Type != FieldType.Url ? value : field.Required ? Nowhere : null);
    }

    /// <summary>
    /// Puts the known secret in the place of each mask that was sent back. False when the target changed: a secret
    /// never follows to another receiver by itself.
    /// </summary>
    internal static bool TryUnmask(ChannelDefinition given, ChannelDefinition? known, out ChannelDefinition whole)
    {
        var kind = ChannelKinds.Of(given.Settings);
        var before = kind is not null && ChannelKinds.Of(known?.Settings) == kind ? known!.Settings : null;
        whole = With(given, (field, value) => Unmasked(field, value, before is null ? null : field.ValueOf(before)));
        return !HasMask(given)
            || (before is not null && !HasMask(whole) && kind!.TargetOf(whole.Settings!) == kind.TargetOf(before));
    }

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
    internal static IReadOnlyList<string> Of(ChannelDefinition channel) => ChannelKinds.Of(channel.Settings) is not { } kind ? []
        : [.. kind.Fields.SelectMany(f => FormsOf(f, f.ValueOf(channel.Settings!))).Concat(kind.SecretForms(channel.Settings!))
            .Where(s => s.Length >= LengthMin).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];

    internal static string Scrub(string text, IReadOnlyList<string> secrets) =>
        secrets.Aggregate(text, (clean, secret) => clean.Replace(secret, Mask, StringComparison.Ordinal));

    /// <summary>As Basic authorization has a user and a password.</summary>
    internal static string Basic(string user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static ChannelDefinition Made(ChannelDefinition channel, Func<KindField, string, string> make) => With(
        channel, (field, value) => value switch
        {
            Secret secret => new Secret(make(field, secret.Value)),
            string url => make(field, url),
            IReadOnlyDictionary<string, string> headers => Headers(headers, (_, text) => make(field, text)),
            _ => value,
        });

    /// <summary>With each field that has a secret as the function makes it.</summary>
    private static ChannelDefinition With(ChannelDefinition channel, Func<KindField, object?, object?> make) =>
        ChannelKinds.Of(channel.Settings) is not { } kind ? channel : channel with
        {
            Settings = kind.Fields.Where(HasSecret)
                .Aggregate(channel.Settings!, (settings, field) => field.With(settings, make(field, field.ValueOf(settings)))),
        };

    private static bool HasSecret(KindField field) => field.Type is FieldType.Secret or FieldType.Url or FieldType.Headers;

    private static object? Unmasked(KindField field, object? given, object? known) => (given, known) switch
    {
        (Secret { Value: Mask }, Secret secret) => secret,
        (string url, string before) when url.Contains(Mask, StringComparison.Ordinal) && url == MaskedUrl(before) => before,
        // One that is there twice is refused by the rules.
        (IReadOnlyDictionary<string, string> headers, var before) => Headers(headers, (name, text) =>
            text == Mask ? Header(before as IReadOnlyDictionary<string, string>, name) ?? text : text),
        _ => given,
    };

    private static bool HasMask(ChannelDefinition channel) => ChannelKinds.Of(channel.Settings) is { } kind
        && kind.Fields.Where(HasSecret).Select(f => f.ValueOf(channel.Settings!)).Any(value => value switch
        {
            Secret secret => secret.Value == Mask,
            string url => url.Contains(Mask, StringComparison.Ordinal),
            IReadOnlyDictionary<string, string> headers => headers.Values.Any(v => v?.Contains(Mask, StringComparison.Ordinal) == true),
            _ => false,
        });

    private static IEnumerable<string> FormsOf(KindField field, object? value) => (field.Type, value) switch
    {
        (FieldType.Secret, Secret secret) => [secret.Value],
        (FieldType.Url, string url) when Uri.TryCreate(url, UriKind.Absolute, out var uri) => FormsOf(uri),
        (FieldType.Headers, IReadOnlyDictionary<string, string> headers) => headers
            .Where(h => !h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            .SelectMany(h => h.Value.Split(' ').Skip(1).Prepend(h.Value)),
        _ => [],
    };

    private static IEnumerable<string> FormsOf(Uri uri)
    {
        var user = Uri.UnescapeDataString(uri.UserInfo);
        return
        [
            uri.UserInfo, user, Convert.ToBase64String(Encoding.UTF8.GetBytes(user)), .. user.Split(':').Skip(1),
            .. uri.Query.TrimStart('?').Split('&').SelectMany(p => p.Split('=').Skip(1)), .. uri.AbsolutePath.Split('/').Where(IsKey),
        ];
    }

    private static bool IsKey(string segment) =>
        segment.Length >= SegmentMin && segment.Any(char.IsAsciiDigit) && segment.Any(char.IsAsciiLetter);

    private static Dictionary<string, string> Headers(IReadOnlyDictionary<string, string> headers, Func<string, string, string> make) =>
        headers.ToDictionary(h => h.Key, h => make(h.Key, h.Value), StringComparer.Ordinal);

    private static string? Header(IReadOnlyDictionary<string, string>? headers, string name) =>
        headers?.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
