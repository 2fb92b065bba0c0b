namespace Holdfast.ConsoleUi.Client;

/// <summary>From what people type to the keys that they change. Pure.</summary>
internal static class Parameters
{
    /// <summary>Keys of ha.config that hold values for parts of the installation.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = ["regions", "tasks"];

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    internal static bool MayDiffer(HaConfigKeyView key, string kind) =>
        key.MayDifferBy.Contains(kind.TrimEnd('s'), StringComparer.Ordinal);

    /// <summary>Only what differs from what holds; a text that is no number goes as it is, for the service to refuse.</summary>
    internal static JsonObject Changes(JsonObject held, IReadOnlyDictionary<string, string> typed)
    {
        var changes = new JsonObject();
        foreach (var (key, text) in typed)
        {
            if (held.ContainsKey(key) && Shown(held[key]) != text.Trim())
            {
                changes[key] = ToJson(text.Trim());
            }
        }

        return changes;
    }

    /// <summary>Another value of a key for one region or task, or none any more; its other values stay.</summary>
    /// <param name="text">Null: as it is everywhere.</param>
    internal static JsonObject Override(JsonObject held, string kind, string name, string key, string? text)
    {
        var own = held[kind]?[name]?.DeepClone() as JsonObject ?? [];
        own.Remove(key);
        if (text is not null)
        {
            own[key] = ToJson(text.Trim());
        }

        return new JsonObject { [kind] = new JsonObject { [name] = own.Count > 0 ? own : null } };
    }

    /// <summary>Each key of the change with what it was; those of regions and tasks by their path.</summary>
    internal static IReadOnlyList<(string Key, string Before, string After)> Difference(JsonObject held, JsonObject changes) =>
    [
        .. changes.SelectMany(c => Kinds.Contains(c.Key, StringComparer.Ordinal) && c.Value is JsonObject owners
                ? owners.SelectMany(o => Owned($"{c.Key}.{o.Key}", held[c.Key]?[o.Key] as JsonObject ?? [], o.Value as JsonObject ?? []))
                : [(c.Key, Before: Shown(held[c.Key]), After: Shown(c.Value))])
            .Where(c => c.Before != c.After),
    ];

    private static IEnumerable<(string Key, string Before, string After)> Owned(string path, JsonObject before, JsonObject after) =>
        before.Concat(after).Select(v => v.Key).Distinct(StringComparer.Ordinal)
            .Select(key => ($"{path}.{key}", Shown(before[key]), Shown(after[key])));

    internal static string Shown(JsonNode? value) => value switch
    {
        null => "–",
        JsonValue single when single.GetValueKind() is JsonValueKind.String => single.ToString(),
        _ => value.ToJsonString(),
    };

    private static JsonNode ToJson(string text) =>
        bool.TryParse(text, out var flag) ? flag
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : text;
}
