using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.HaScheduler;

/// <summary>What a change of ha.config may be: each key within its bounds, all of them together safe.</summary>
internal static class HaConfigRules
{
    private const string Workaround = "Correct the named keys; nothing was changed.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly (string Key, Func<HaConfig, double> Of, double Min, double Max)[] Bounds =
    [
        ("checkRequestIntervalSec", c => c.CheckRequestIntervalSec, 0, 86_400),
        ("checkHostDownIntervalSec", c => c.CheckHostDownIntervalSec, 1, 86_400),
        ("checkModuleExceptionIntervalSec", c => c.CheckModuleExceptionIntervalSec, 1, 86_400),
        ("subtopicStoreNumberThreshold", c => c.SubtopicStoreNumberThreshold, 1, 1_000),
        ("refetchStoreIntervalMin", c => c.RefetchStoreIntervalMin, 0, 10_080),
        ("clearAbnormalResourceHours", c => c.ClearAbnormalResourceHours, 1, 8_760),
        ("checkJdbcWriterIntervalSec", c => c.CheckJdbcWriterIntervalSec, 0, 86_400),
        ("inspectionIntervalSec", c => c.InspectionIntervalSec, 0.1, 60),
        ("brakeShare", c => c.BrakeShare, 0.01, 1),
        ("brakeHostsMin", c => c.BrakeHostsMin, 1, 100_000),
    ];

    private static readonly string[] FixedAtStart = ["leaseSec", "killGraceSec", "clockDriftSec"];

    /// <summary>Keys that are left out keep their value.</summary>
    internal static Outcome<HaConfig> Merge(HaConfig before, JsonObject change)
    {
        if (Twice(change) is { } twice)
        {
            return Fault.Invalid("HA-101", Workaround, twice);
        }

        var merged = JsonSerializer.SerializeToNode(before, Json)!.AsObject();
        var faults = new List<FieldFault>();
        foreach (var (key, value) in change)
        {
            if (!merged.ContainsKey(key))
            {
                faults.Add(new FieldFault(key, value?.ToJsonString(), "is not a key of ha.config"));
            }
            else if (value is null || value.GetValueKind() is var kind && !Matches(kind, merged[key]!.GetValueKind()))
            {
                faults.Add(new FieldFault(key, value?.ToJsonString(), $"must be a {Name(merged[key]!.GetValueKind())}"));
            }
            else
            {
                merged[key] = value.DeepClone();
            }
        }

        if (faults.Count > 0)
        {
            return Fault.Invalid("HA-101", Workaround, faults);
        }

        try
        {
            return Check(merged.Deserialize<HaConfig>(Json)!, before);
        }
        catch (JsonException error)
        {
            return Fault.Invalid("HA-101", Workaround, new FieldFault(error.Path ?? "body", null, "must be a whole number"));
        }
    }

    private static Outcome<HaConfig> Check(HaConfig config, HaConfig before)
    {
        var faults = Bounds
            .Where(b => !(b.Of(config) >= b.Min && b.Of(config) <= b.Max))
            .Select(b => new FieldFault(b.Key, b.Of(config).ToString(CultureInfo.InvariantCulture), $"must be {b.Min} to {b.Max}"))
            .ToList();
        if ((config.LeaseSec, config.KillGraceSec, config.ClockDriftSec) != (before.LeaseSec, before.KillGraceSec, before.ClockDriftSec))
        {
            faults.Add(new FieldFault(string.Join(", ", FixedAtStart), $"{config.LeaseSec}, {config.KillGraceSec}, {config.ClockDriftSec}",
                "are fixed when the services start: choose a profile that has them"));
        }

        var fenced = config.LeaseSec + config.KillGraceSec + config.ClockDriftSec;
        if (config.CheckHostDownIntervalSec < fenced)
        {
            faults.Add(new FieldFault("checkHostDownIntervalSec", config.CheckHostDownIntervalSec,
                $"must be at least leaseSec {config.LeaseSec} + killGraceSec {config.KillGraceSec} "
                + $"+ clockDriftSec {config.ClockDriftSec} = {fenced}"));
        }

        return faults.Count == 0 ? config : Fault.Invalid("HA-102", Workaround, faults);
    }

    /// <summary>An object that names a key twice shows it only when it is first read.</summary>
    private static FieldFault? Twice(JsonObject change)
    {
        try
        {
            _ = change.Count;
            return null;
        }
        catch (ArgumentException error)
        {
            return new FieldFault("body", null, "must name each key once: " + error.Message);
        }
    }

    private static bool Matches(JsonValueKind given, JsonValueKind wanted) =>
        given == wanted || given is JsonValueKind.True or JsonValueKind.False && wanted is JsonValueKind.True or JsonValueKind.False;

    private static string Name(JsonValueKind kind) => kind == JsonValueKind.Number ? "number" : "boolean";
}
