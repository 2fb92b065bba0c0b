namespace Holdfast.Contracts;

/// <summary>
/// A configuration as people are shown it: what may be a secret is <c>***</c>, and a change that sends <c>***</c> back keeps what is
/// stored there. Pure.
/// </summary>
public static class ConfigMask
{
    public const string Mask = "***";

    /// <summary>The rule that a mask breaks where it cannot be taken as it came.</summary>
    public const string Rule = "must be given: nothing is stored there that *** could stand for";

    /// <summary>Anywhere in a member's name, in any case.</summary>
    private static readonly string[] SecretNames = ["password", "passwd", "passphrase", "pwd", "secret", "token", "credential"];

    /// <summary>Marks of a secret in a text: a connection string, or an address with a password in it.</summary>
    private static readonly string[] SecretTexts = ["password=", "pwd=", "secret=", "token="];

    public static JsonNode? Shown(string? text) => text is null ? null : Shown("", JsonNode.Parse(text));

    /// <summary>
    /// The text once each mask is what was stored in its place, or the first member for which nothing is. Lists are taken by their
    /// places, where they have as many entries as before.
    /// </summary>
    public static (string? Text, string? Member) Restored(JsonElement given, string? stored)
    {
        if (!given.GetRawText().Contains(Mask, StringComparison.Ordinal))
        {
            return (ComponentConfig.TextOf(given), null);
        }

        string? missing = null;
        var whole = Restored(JsonNode.Parse(given.GetRawText()), stored is null ? null : JsonNode.Parse(stored), "", "", ref missing);
        return missing is null
            ? (ComponentConfig.TextOf(JsonSerializer.SerializeToElement(whole)), null)
            : (null, missing);
    }

    private static JsonNode? Shown(string name, JsonNode? value) => value switch
    {
        null => null,
        _ when IsSecret(name, value) => JsonValue.Create(Mask),
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Shown(m.Key, m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => Shown("", item))]),
        _ => value.DeepClone(),
    };

    private static JsonNode? Restored(JsonNode? given, JsonNode? stored, string name, string path, ref string? missing)
    {
        switch (given)
        {
            case JsonValue value when value.TryGetValue<string>(out var text) && text == Mask:
                if (stored is not null && IsSecret(name, stored))
                {
                    return stored.DeepClone();
                }

                missing ??= IsSecretName(name) ? path : null;
                return given.DeepClone();
            case JsonObject members:
                var all = new JsonObject();
                foreach (var (key, value) in members)
                {
                    all[key] = Restored(value, (stored as JsonObject)?[key], key, path.Length == 0 ? key : $"{path}.{key}", ref missing);
                }

                return all;
            case JsonArray items:
                var before = stored is JsonArray some && some.Count == items.Count ? some : null;
                var list = new JsonArray();
                for (var i = 0; i < items.Count; i++)
                {
                    list.Add(Restored(items[i], before?[i], "", string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), ref missing));
                }

                return list;
            default:
                return given?.DeepClone();
        }
    }

    private static bool IsSecret(string name, JsonNode value) => IsSecretName(name)
        || value is JsonValue leaf && leaf.TryGetValue<string>(out var text) && HasSecret(text);

    /// <summary>
    /// Names a secret also when it ends in "key" or "keys": apiKey, private_key. The place of a secret is none: tokenFile.
    /// </summary>
    private static bool IsSecretName(string name) => !name.EndsWith("file", StringComparison.OrdinalIgnoreCase)
        && (name.TrimEnd('s', 'S').EndsWith("key", StringComparison.OrdinalIgnoreCase)
            || SecretNames.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)));

    private static bool HasSecret(string text) => SecretTexts.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase))
        || Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Contains(':', StringComparison.Ordinal);
}
