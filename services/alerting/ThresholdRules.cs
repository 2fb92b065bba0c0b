using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.Alerting;

/// <summary>A change of alarm.thresholds; <paramref name="Version"/>: the one that it was made from, when it says so.</summary>
internal sealed record ThresholdsChange(AlertThresholds After, int? Version);

/// <summary>What a change of alarm.thresholds may be (reference, section 7).</summary>
internal static class ThresholdRules
{
    private static readonly (string Level, int Min, int Max)[] Seconds = [("HIGH", 1, 300), ("MEDIUM", 30, 600), ("LOW", 300, 10_800)];

    private static readonly (string Level, int Min, int Max)[] Minutes =
        [("HIGH", 1, 600), ("MEDIUM", 1, 600), ("LOW", 1, 600), ("IGNORE", 1, 600)];

    /// <summary>What GET shows besides: sent back it changes nothing.</summary>
    private static readonly string[] Shown = ["by", "at"];

    /// <summary>Keys that are left out keep their value.</summary>
    internal static Outcome<ThresholdsChange> Merge(AlertThresholds before, JsonElement body)
    {
        var faults = new List<FieldFault>();
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Faults.Thresholds([new FieldFault("body", Text(body), "must be an object with keys of alarm.thresholds")]);
        }

        var (after, version) = (before, (int?)null);
        foreach (var key in body.EnumerateObject())
        {
            switch (key.Name)
            {
                case "delayThreshold":
                    after = after with { DelayThreshold = Levels(key, before.DelayThreshold, Seconds, "seconds", faults) };
                    break;
                case "failedLengthOfTimeThreshold":
                    after = after with
                    {
                        FailedLengthOfTimeThreshold = Levels(key, before.FailedLengthOfTimeThreshold, Seconds, "seconds", faults),
                    };
                    break;
                case "alarmRestrainTimeOfMin":
                    after = after with { AlarmRestrainTimeOfMin = Levels(key, before.AlarmRestrainTimeOfMin, Minutes, "minutes", faults) };
                    break;
                case "version":
                    version = Whole(key.Value, 0, int.MaxValue);
                    Require(version is not null, "version", Text(key.Value), "must be the version that was read", faults);
                    break;
                default:
                    Require(Shown.Contains(key.Name, StringComparer.Ordinal), key.Name, Text(key.Value),
                        "is not a key of alarm.thresholds", faults);
                    break;
            }
        }

        InOrder("delayThreshold", after.DelayThreshold, faults);
        InOrder("failedLengthOfTimeThreshold", after.FailedLengthOfTimeThreshold, faults);
        return faults.Count == 0 ? new ThresholdsChange(after, version) : Faults.Thresholds(faults);
    }

    internal static bool Same(AlertThresholds a, AlertThresholds b) => JsonNode.DeepEquals(
        JsonSerializer.SerializeToNode(a, JsonSerializerOptions.Web), JsonSerializer.SerializeToNode(b, JsonSerializerOptions.Web));

    private static Dictionary<string, int> Levels(JsonProperty key, IReadOnlyDictionary<string, int> before,
        (string Level, int Min, int Max)[] bounds, string unit, List<FieldFault> faults)
    {
        var levels = bounds.ToDictionary(b => b.Level, b => before[b.Level], StringComparer.Ordinal);
        if (key.Value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new FieldFault(key.Name, Text(key.Value), $"must be an object with {string.Join(", ", levels.Keys)}"));
            return levels;
        }

        foreach (var level in key.Value.EnumerateObject())
        {
            var field = $"{key.Name}.{level.Name}";
            if (bounds.FirstOrDefault(b => b.Level == level.Name) is not { Level: not null } bound)
            {
                faults.Add(new FieldFault(field, Text(level.Value), $"must be one of {string.Join(", ", levels.Keys)}"));
            }
            else if (Whole(level.Value, bound.Min, bound.Max) is { } value)
            {
                levels[level.Name] = value;
            }
            else
            {
                faults.Add(new FieldFault(field, Text(level.Value), $"must be {bound.Min} to {bound.Max} {unit}, a whole number"));
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
