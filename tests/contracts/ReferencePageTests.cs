using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Holdfast.Contracts.Views;

namespace Holdfast.Contracts.Tests;

/// <summary>docs/reference/oms.md has the names and defaults that the contracts have: comments cite it for them.</summary>
public sealed partial class ReferencePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Source(), "..", "..", "docs", "reference", "oms.md"));

    [Fact]
    public void Keys_and_defaults_are_those_that_ha_config_begins_with()
    {
        var keys = Rows("Parameters of HA")
            .SelectMany(row => row[0].Split(", ").Zip(row[1].Split(", "), (key, value) => $"{key} {value}")).ToList();
        Assert.Equal(13, keys.Count);
        Assert.Equal(keys, JsonSerializer.SerializeToNode(new HaConfig(), JsonSerializerOptions.Web)!.AsObject()
            .Take(keys.Count).Select(key => $"{key.Key} {key.Value?.ToJsonString()}"));
    }

    [Fact]
    public void Thresholds_are_the_default_ones() => Assert.Equal(
        JsonSerializer.Serialize(new AlertThresholds(), JsonSerializerOptions.Web),
        Fence().Match(Part("Protection levels and thresholds")).Groups["body"].Value.Replace("\n ", "", StringComparison.Ordinal).Trim());

    [Fact]
    public void Events_are_all_that_have_oms_names() => Assert.Equal(
        typeof(AlertEvents).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)
            .Where(name => name.StartsWith("oms_", StringComparison.Ordinal)),
        Rows("Events").Select(row => row[0]));

    [Fact]
    public void Statuses_of_sending_are_all() => Assert.Equal(Words<SendingStatus>(), Rows("Sending status").Select(row => row[0]));

    [Fact]
    public void States_of_components_are_those_that_are_reported() => Assert.Equal(
        Words<ComponentState>().Order(StringComparer.Ordinal),
        Rows("States").Where(row => Component().IsMatch(row[0])).SelectMany(row => row[1].Split(", "))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Words<TEnum>()
        where TEnum : struct, Enum =>
        Enum.GetValues<TEnum>().Select(value => JsonSerializer.SerializeToElement(value).GetString()!);

    /// <summary>Cells of the table below a heading, without its first row.</summary>
    private static IEnumerable<string[]> Rows(string heading) => Part(heading).Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
        .Select(line => line.Trim('|', ' ').Replace("`", "", StringComparison.Ordinal).Split(" | "));

    private static string Part(string heading) =>
        Assert.Single(Page.Split("\n## "), part => part.StartsWith(heading + "\n", StringComparison.Ordinal));

    private static string Source([CallerFilePath] string file = "") =>
        File.Exists(file) ? Path.GetDirectoryName(file)! : AppContext.BaseDirectory;

    [GeneratedRegex("```\n(?<body>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^an? (?:Store|Incr-Sync|Full-Import)")]
    private static partial Regex Component();
}
