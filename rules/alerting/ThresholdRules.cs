namespace Holdfast.Rules.Alerting;

/// <summary>A change of alarm.thresholds.</summary>
/// <param name="Version">The version that it was made from, when it says so.</param>
/// <param name="Ignored">Keys that mean nothing here, as OMS's own JSON has some.</param>
internal sealed record ThresholdsChange(AlertThresholds After, int? Version, IReadOnlyList<string> Ignored);

/// <summary>Checks and merges a change of alarm.thresholds (docs/reference/oms.md, Protection levels and thresholds).</summary>
internal static class ThresholdRules
{
    /// <summary>Keys that the service's own answers show besides: sent back they change nothing.</summary>
    private static readonly string[] Shown = ["by", "at", "ignored"];

    /// <summary>The version that a change was made from.</summary>
    private const string Version = "version";

    private static readonly string[] Keys = [.. ThresholdKey.All.Select(key => key.Name), Version];

    /// <summary>OMS has this key around the others, or beside them.</summary>
    private const string OmsRule = "rule";

    private sealed record Given(string Path, string Name, JsonElement Value);

    /// <summary>
    /// Keys that are left out keep their value. Keys that nobody knows here are passed over and named, since OMS has keys of its own. A
    /// change with nothing else in it is refused: its one key is more likely misspelt.
    /// </summary>
    internal static Outcome<ThresholdsChange> Merge(AlertThresholds before, JsonElement body)
    {
        var faults = new List<FieldFault>();
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Faults.Thresholds([new FieldFault("body", Text(body), "must be an object with keys of alarm.thresholds")]);
        }

        var given = Unwrapped(body).Where(g => !Shown.Contains(g.Path, StringComparer.Ordinal)).ToList();
        var ignored = given.Where(g => !Keys.Contains(g.Name, StringComparer.Ordinal)).Select(g => g.Path).ToList();
        if (ignored.Count > 0 && ignored.Count == given.Count)
        {
            return Faults.Thresholds([.. given.Select(g => new FieldFault(
                g.Path, Text(g.Value), $"is not a key of alarm.thresholds: {string.Join(", ", Keys[..3])}"))]);
        }

        var (after, version) = (before, (int?)null);
        foreach (var key in given)
        {
            if (ThresholdKey.Find(key.Name) is { } declared)
            {
                after = declared.With(after, Levels(key, declared, declared.Of(after), faults, ignored));
            }
            else if (key.Name == Version)
            {
                version = Whole(key.Value, 0, int.MaxValue);
                Require(version is not null, key.Path, Text(key.Value), "must be the version that was read", faults);
            }
        }

        foreach (var key in ThresholdKey.All.Where(k => k.IsOrdered))
        {
            InOrder(key.Name, key.Of(after), faults);
        }

        return faults.Count == 0 ? new ThresholdsChange(after, version, ignored) : Faults.Thresholds(faults);
    }

    /// <summary>Takes the keys that OMS's rule holds, an object or the text of one, as if they stood beside it.</summary>
    private static IEnumerable<Given> Unwrapped(JsonElement body)
    {
        foreach (var key in body.EnumerateObject())
        {
            var inner = key.Name == OmsRule && Inner(key.Value) is { } rule ? rule.EnumerateObject().ToList() : [];
            if (inner.Exists(k => Keys.Contains(k.Name, StringComparer.Ordinal)))
            {
                foreach (var held in inner)
                {
                    yield return new($"{OmsRule}.{held.Name}", held.Name, held.Value);
                }
            }
            else
            {
                yield return new(key.Name, key.Name, key.Value);
            }
        }
    }

    private static JsonElement? Inner(JsonElement rule)
    {
        if (rule.ValueKind != JsonValueKind.String)
        {
            return rule.ValueKind == JsonValueKind.Object ? rule : null;
        }

        try
        {
            var parsed = JsonSerializer.Deserialize<JsonElement>(rule.GetString()!);
            return parsed.ValueKind == JsonValueKind.Object ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static bool Same(AlertThresholds a, AlertThresholds b) => JsonNode.DeepEquals(
        JsonSerializer.SerializeToNode(a, JsonSerializerOptions.Web), JsonSerializer.SerializeToNode(b, JsonSerializerOptions.Web));

    private static Dictionary<string, int> Levels(
        Given key, ThresholdKey declared, IReadOnlyDictionary<string, int> before, List<FieldFault> faults, List<string> ignored)
    {
        var levels = declared.Levels.ToDictionary(b => b.Name, b => before[b.Name], StringComparer.Ordinal);
        if (key.Value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new FieldFault(key.Path, Text(key.Value), $"must be an object with {string.Join(", ", levels.Keys)}"));
            return levels;
        }

        foreach (var level in key.Value.EnumerateObject())
        {
            var field = $"{key.Path}.{level.Name}";
            if (declared.Level(level.Name) is not { } bound)
            {
                // OMS's name of a level that has no thresholds: nothing is sent there.
                if (ThresholdKey.LevelNames.Contains(level.Name, StringComparer.Ordinal))
                {
                    ignored.Add(field);
                }
                else
                {
                    faults.Add(new FieldFault(field, Text(level.Value), $"must be one of {string.Join(", ", levels.Keys)}"));
                }
            }
            else if (Whole(level.Value, bound.Min, bound.Max) is { } value)
            {
                levels[level.Name] = value;
            }
            else
            {
                faults.Add(new FieldFault(
                    field, Text(level.Value), $"must be {bound.Min} to {bound.Max} {declared.UnitWord}, a whole number"));
            }
        }

        return levels;
    }

    private static void InOrder(string key, IReadOnlyDictionary<string, int> levels, List<FieldFault> faults)
    {
        var isInOrder = levels["HIGH"] <= levels["MEDIUM"] && levels["MEDIUM"] <= levels["LOW"];
        Require(isInOrder, key, string.Create(CultureInfo.InvariantCulture,
            $"HIGH {levels["HIGH"]}, MEDIUM {levels["MEDIUM"]}, LOW {levels["LOW"]}"), "must be HIGH ≤ MEDIUM ≤ LOW", faults);
    }

    private static void Require(bool holds, string field, string value, string rule, List<FieldFault> faults)
    {
        if (!holds)
        {
            faults.Add(new FieldFault(field, value, rule));
        }
    }

    private static int? Whole(JsonElement value, int min, int max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole) && whole >= min && whole <= max ? whole : null;

    private static string Text(JsonElement value) =>
        Limits.Short(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
}
