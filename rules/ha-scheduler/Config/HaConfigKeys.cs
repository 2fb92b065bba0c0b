using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Rules.HaScheduler.Config;

internal enum KeyKind
{
    Switch,
    Whole,
    Number,
    Word,
}

/// <summary>Level at which a key may have a value of its own.</summary>
internal enum KeyScope
{
    Everywhere,
    Region,
    Task,
}

/// <summary>Result of reading a key's value: the value as it is stored, or the rule that it breaks.</summary>
/// <param name="IsShape">It is of the wrong type, not merely out of its bounds.</param>
internal readonly record struct ReadValue(JsonNode? Value, string? Broken = null, bool IsShape = false);

/// <summary>One key of ha.config that can be changed. docs/ha-config.md says the same in a table, which a test compares.</summary>
internal sealed record HaConfigKey(string Name, KeyKind Kind, KeyScope Scope, double Min = 0, double Max = 0)
{
    /// <summary>Words that the value may be, for a key of kind <see cref="KeyKind.Word"/>.</summary>
    internal IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>As people read it: <c>1 to 100000</c>, <c>true, false</c>, or the words.</summary>
    internal string Bounds => Kind switch
    {
        KeyKind.Switch => "true, false",
        KeyKind.Word => string.Join(", ", Words),
        KeyKind.Whole or KeyKind.Number => string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max}"),
    };

    internal ReadValue Read(JsonNode? value) => (Kind, value?.GetValueKind()) switch
    {
        (KeyKind.Switch, JsonValueKind.True or JsonValueKind.False) => new(value!.DeepClone()),
        (KeyKind.Switch, _) => new(null, "must be a boolean", IsShape: true),
        (KeyKind.Word, JsonValueKind.String) when Words.Contains(value!.GetValue<string>(), StringComparer.Ordinal) =>
            new(value.DeepClone()),
        (KeyKind.Word, _) => new(null, $"must be one of {Bounds}", IsShape: true),
        (_, JsonValueKind.Number) => ReadNumber(double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture)),
        (KeyKind.Whole, _) => new(null, "must be a whole number", IsShape: true),
        _ => new(null, "must be a number", IsShape: true),
    };

    private ReadValue ReadNumber(double number)
    {
        if (!(number >= Min && number <= Max))
        {
            return new(null, $"must be {Bounds}");
        }

        if (Kind == KeyKind.Number)
        {
            return new(JsonValue.Create(number));
        }

        return double.IsInteger(number) ? new(JsonValue.Create((int)number)) : new(null, "must be a whole number", IsShape: true);
    }
}

/// <summary>All keys, with their bounds.</summary>
internal static class HaConfigKeys
{
    /// <summary>Most overrides of regions, and of tasks: the whole of it travels in one message.</summary>
    internal const int OverridesMax = 1000;

    private const double Day = 86_400;

    internal static IReadOnlyList<HaConfigKey> All { get; } =
    [
        new("enable", KeyKind.Switch, KeyScope.Task),
        new("enableHost", KeyKind.Switch, KeyScope.Task),
        new("enableStore", KeyKind.Switch, KeyScope.Task),
        new("enableConnector", KeyKind.Switch, KeyScope.Task),
        new("checkRequestIntervalSec", KeyKind.Whole, KeyScope.Task, 0, Day),
        new("checkHostDownIntervalSec", KeyKind.Whole, KeyScope.Region, 1, Day),
        new("checkModuleExceptionIntervalSec", KeyKind.Whole, KeyScope.Everywhere, 1, Day),
        new("subtopicStoreNumberThreshold", KeyKind.Whole, KeyScope.Everywhere, 1, 1_000),
        new("refetchStoreIntervalMin", KeyKind.Whole, KeyScope.Everywhere, 0, 10_080),
        new("perceiveStoreClientCheckpoint", KeyKind.Switch, KeyScope.Everywhere),
        new("clearAbnormalResourceHours", KeyKind.Whole, KeyScope.Everywhere, 1, 8_760),
        new("leaseSec", KeyKind.Number, KeyScope.Everywhere, 1, 3_600),
        new("killGraceSec", KeyKind.Number, KeyScope.Everywhere, 0, 600),
        new("clockDriftSec", KeyKind.Number, KeyScope.Everywhere, 0.1, 600),
        new("inspectionIntervalSec", KeyKind.Number, KeyScope.Everywhere, 0.1, 60),
        new("brakeShare", KeyKind.Number, KeyScope.Region, 0.01, 1),
        new("brakeHostsMin", KeyKind.Whole, KeyScope.Region, 1, 100_000),
        new("brakeHysteresis", KeyKind.Number, KeyScope.Everywhere, 0.01, 1),
        new("brakeCooldownSec", KeyKind.Number, KeyScope.Everywhere, 0, Day),
        new("movesPerSecond", KeyKind.Whole, KeyScope.Region, 1, 100_000),
        new("restartsMax", KeyKind.Whole, KeyScope.Task, 0, 100),
        new("restartBackoffUnitSec", KeyKind.Number, KeyScope.Task, 0, 3_600),
        new("hostHoldOffUnitSec", KeyKind.Number, KeyScope.Region, 0, 3_600),
        new("suspectWindowSec", KeyKind.Whole, KeyScope.Region, 0, Day),
        new("operationTimeoutSec", KeyKind.Whole, KeyScope.Everywhere, 1, Day),
        new("autonomy", KeyKind.Word, KeyScope.Task) { Words = ["observe", "recommend", "approve", "auto"] },
        new("refetchMode", KeyKind.Word, KeyScope.Everywhere) { Words = ["oms", "computed"] },
        new("clearRedundantStores", KeyKind.Switch, KeyScope.Everywhere),
    ];

    private static readonly Dictionary<string, HaConfigKey> ByName = All.ToDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>Keys that a change may contain without any effect, each with the reason that the answer gives.</summary>
    internal static IReadOnlyDictionary<string, string> Ignored { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["enableJdbcWriter"] = "a key of older OMS releases: there is no JDBC writer, and nothing depends on it",
        ["checkJdbcWriterIntervalSec"] = "a key of older OMS releases: there is no JDBC writer, and nothing depends on it",
        ["version"] = "said by the service; If-Match makes a change depend on it",
        ["changedBy"] = "said by the service, which notes X-Holdfast-User",
        ["changedAt"] = "said by the service",
    };

    internal static HaConfigKey? Find(string name) => ByName.GetValueOrDefault(name);
}
