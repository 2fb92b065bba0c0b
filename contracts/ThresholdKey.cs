using Holdfast.Contracts.Views;

namespace Holdfast.Contracts;

/// <summary>Bounds and default of a key of alarm.thresholds at one protection level.</summary>
/// <param name="name">HIGH, MEDIUM, LOW or IGNORE.</param>
public sealed class ThresholdLevel(string name, int min, int max, int @default)
{
    public string Name => name;
    public int Min => min;
    public int Max => max;
    public int Default => @default;
}

/// <summary>
/// Declares a key of <c>alarm.thresholds</c>, once: its name, what it means, its unit, and at each level its bounds and its default. The
/// rules check changes by it; the defaults, the command line and the console's form are made from it.
/// </summary>
public sealed class ThresholdKey
{
    /// <summary>A task's delay beyond this is an alert.</summary>
    public static ThresholdKey Delay { get; } = new(nameof(AlertThresholds.DelayThreshold), "s", "seconds", Seconds)
    {
        Title = new TwoLanguages("Latency, seconds", "延迟（秒）"),
        IsOrdered = true,
        Of = held => held.DelayThreshold,
        With = (held, values) => held with { DelayThreshold = values },
    };

    /// <summary>A failure that lasts longer is an alert.</summary>
    public static ThresholdKey Failure { get; } = new(nameof(AlertThresholds.FailedLengthOfTimeThreshold), "s", "seconds", Seconds)
    {
        Title = new TwoLanguages("Interruption, seconds", "中断（秒）"),
        IsOrdered = true,
        Of = held => held.FailedLengthOfTimeThreshold,
        With = (held, values) => held with { FailedLengthOfTimeThreshold = values },
    };

    /// <summary>Time after which what still fires is delivered again.</summary>
    public static ThresholdKey Repeat { get; } = new(nameof(AlertThresholds.AlarmRestrainTimeOfMin), "min", "minutes",
        [new("HIGH", 1, 600, 3), new("MEDIUM", 1, 600, 3), new("LOW", 1, 600, 3), new("IGNORE", 1, 600, 100)])
    {
        Title = new TwoLanguages("Frequency, minutes", "发送频率（分钟）"),
        Of = held => held.AlarmRestrainTimeOfMin,
        With = (held, values) => held with { AlarmRestrainTimeOfMin = values },
    };

    public static IReadOnlyList<ThresholdKey> All { get; } = [Delay, Failure, Repeat];

    /// <summary>Names of all levels, the gravest first.</summary>
    public static IReadOnlyList<string> LevelNames { get; } =
        [.. All.SelectMany(key => key.Levels).Select(level => level.Name).Distinct(StringComparer.Ordinal)];

    private ThresholdKey(string property, string unit, string unitWord, IReadOnlyList<ThresholdLevel> levels)
    {
        Name = JsonNamingPolicy.CamelCase.ConvertName(property);
        (Unit, UnitWord, Levels) = (unit, unitWord, levels);
        Defaults = levels.ToDictionary(l => l.Name, l => l.Default, StringComparer.Ordinal);
    }

    private static IReadOnlyList<ThresholdLevel> Seconds =>
        [new("HIGH", 1, 300, 30), new("MEDIUM", 30, 600, 300), new("LOW", 300, 10_800, 900)];

    public string Name { get; }

    /// <summary>s or min.</summary>
    public string Unit { get; }

    /// <summary>The same in a sentence.</summary>
    public string UnitWord { get; }

    /// <summary>Levels that it has; a level that is missing is not alerted about.</summary>
    public IReadOnlyList<ThresholdLevel> Levels { get; }

    public IReadOnlyDictionary<string, int> Defaults { get; }

    /// <summary>For people, with the unit.</summary>
    public required TwoLanguages Title { get; init; }

    /// <summary>A graver level has a value that is at most the next one's.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Its values by level.</summary>
    public required Func<AlertThresholds, IReadOnlyDictionary<string, int>> Of { get; init; }

    /// <summary>The thresholds with other values of this key.</summary>
    public required Func<AlertThresholds, IReadOnlyDictionary<string, int>, AlertThresholds> With { get; init; }

    /// <summary>Null: alarm.thresholds has no such key.</summary>
    public static ThresholdKey? Find(string name) => All.FirstOrDefault(key => key.Name == name);

    /// <summary>Null: this key has no such level.</summary>
    public ThresholdLevel? Level(string name) => Levels.FirstOrDefault(level => level.Name == name);
}
