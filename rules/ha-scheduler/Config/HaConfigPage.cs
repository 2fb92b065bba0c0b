using System.Text.RegularExpressions;
using Holdfast.Fleet;

namespace Holdfast.Rules.HaScheduler.Config;

/// <summary>
/// Writes what docs/ha-config.md says of the keys. Its other sentences stay: a made part stands between two lines of comment. Pure.
/// </summary>
internal static partial class HaConfigPage
{
    private static readonly Dictionary<string, Func<IEnumerable<string>>> Parts = new(StringComparer.Ordinal)
    {
        ["keys"] = Keys,
        ["profiles"] = Profiles,
        ["rules"] = Rules,
        ["passed over"] = PassedOver,
    };

    /// <summary>The page with its made parts as they should be.</summary>
    internal static string Of(string page) => Made().Replace(page, part =>
        Parts.TryGetValue(part.Groups["name"].Value, out var lines)
            ? $"<!-- made: {part.Groups["name"].Value} -->\n{string.Join('\n', lines())}\n<!-- end -->"
            : part.Value);

    /// <summary>Parts that the page lacks.</summary>
    internal static IEnumerable<string> Missing(string page) =>
        Parts.Keys.Except(Made().Matches(page).Select(part => part.Groups["name"].Value), StringComparer.Ordinal);

    private static IEnumerable<string> Keys() =>
    [
        "| key | meaning | unit | default | allowed | may differ by |",
        "|---|---|---|---|---|---|",
        .. HaConfigKeys.All.Select(key => $"| `{key.Name}` | {Marked(key.Declared.Meaning)} | {key.Declared.Unit ?? "–"} "
            + $"| {key.ValueIn(new HaConfig())} | {key.Bounds} "
            + $"| {(key.MayDifferBy.Count == 0 ? "–" : string.Join(", ", key.MayDifferBy))} |"),
    ];

    private static IEnumerable<string> Profiles() =>
    [
        $"| key | {string.Join(" | ", Profile.Names)} |",
        $"|---|{string.Concat(Profile.All.Select(_ => "---|"))}",
        .. HaConfigKeys.All.Where(key => Profile.All.Any(p => Text(key, p.Ha) != Text(key, new HaConfig())))
            .Select(key => $"| `{key.Name}` | {string.Join(" | ", Profile.All.Select(p => Text(key, p.Ha)))} |"),
        Row("heartbeat interval, s", p => p.HeartbeatInterval),
        Row("heard again, s", p => Rehearing.HeardWithin(p.HeartbeatInterval, p.Ha.Lease)),
        Row("runs again, s", p => Rehearing.RunsWithin(p.HeartbeatInterval, p.Ha.Lease)),
    ];

    private static string Row(string name, Func<Profile, TimeSpan> time) =>
        $"| {name} | {string.Join(" | ", Profile.All.Select(p => Number(time(p).TotalSeconds)))} |";

    private static IEnumerable<string> Rules() =>
    [
        "| key | must be | or | where |",
        "|---|---|---|---|",
        .. HaConfigRules.All.Select(rule => $"| `{rule.Key}` | {Marked(rule.Text)} | {rule.Else} "
            + $"| {(rule.IsPerRegion ? "everywhere, and in each region" : "everywhere")} |"),
    ];

    private static IEnumerable<string> PassedOver() =>
        HaConfigKeys.Ignored.Select(ignored => $"- `{ignored.Key}`: {ignored.Value}");

    private static string Text(HaConfigKey key, HaConfig config) => key.ValueIn(config).ToString();

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Marked(string sentence)
    {
        var marked = new StringBuilder(sentence);
        foreach (var name in Word().Matches(sentence).Select(word => word.Value).Distinct(StringComparer.Ordinal)
            .Where(word => HaConfigKeys.Find(word) is not null && word.Any(char.IsUpper)))
        {
            marked.Replace(name, $"`{name}`");
        }

        return marked.ToString();
    }

    [GeneratedRegex(@"<!-- made: (?<name>[\w ]+) -->\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Made();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
