using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Contracts;
using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Config;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The contract, the rules and docs/ha-config.md speak of the same keys, defaults and bounds.</summary>
public sealed class HaConfigKeysTests
{
    private static readonly Dictionary<string, Profile> Profiles =
        new() { ["oms"] = Profile.Oms, ["standard"] = Profile.Standard, ["fast"] = Profile.Fast };

    [Fact]
    public void Each_key_of_the_contract_can_be_changed_or_is_said_to_be_ignored() => Assert.Equal(
        Json(new HaConfig()).Select(k => k.Key).Except(["regions", "tasks", "enableJdbcWriter", "checkJdbcWriterIntervalSec"]),
        HaConfigKeys.All.Select(k => k.Name));

    [Fact]
    public void Each_key_of_an_override_may_be_overridden_and_no_other() => Assert.Equal(
        Json(new HaConfigOverride()).Select(k => k.Key),
        HaConfigKeys.All.Where(k => k.Scope != KeyScope.Everywhere).Select(k => k.Name));

    [Fact]
    public void What_is_said_beside_the_keys_is_ignored_in_a_change() => Assert.Empty(
        Json(new HaConfigView(new HeldConfig(new HaConfig(), null, 0))).Select(k => k.Key)
            .Except(Json(new HaConfig()).Select(k => k.Key)).Except(HaConfigKeys.Ignored.Keys).Except(["ignored"]));

    [Fact]
    public void The_table_of_keys_has_each_key_with_its_default_its_bounds_and_where_it_may_differ()
    {
        var defaults = Json(new HaConfig());
        Assert.Equal(
            HaConfigKeys.All.Select(k => $"{k.Name} | {defaults[k.Name]} | {k.Bounds} | {Places(k.Scope)}"),
            Table("key | meaning | default | allowed | may differ by").Select(row => $"{row[0]} | {row[2]} | {row[3]} | {row[4]}"));
        Assert.DoesNotContain(Table("key | meaning | default | allowed | may differ by"), row => row[1].Length == 0);
    }

    [Fact]
    public void The_table_of_profiles_has_each_key_that_one_of_them_sets_otherwise()
    {
        var defaults = Json(new HaConfig());
        var values = Profiles.ToDictionary(p => p.Key, p => Json(p.Value.Ha));
        Assert.Equal(
            HaConfigKeys.All.Where(k => values.Values.Any(v => !JsonNode.DeepEquals(v[k.Name], defaults[k.Name])))
                .Select(k => $"{k.Name} | {values["oms"][k.Name]} | {values["standard"][k.Name]} | {values["fast"][k.Name]}"),
            Table("key | oms | standard | fast").Select(row => string.Join(" | ", row)));
    }

    [Fact]
    public void The_rest_of_the_page_tells_the_same_intervals_and_limits()
    {
        Assert.All(Profiles, p => Assert.Contains($"{p.Key} {p.Value.HeartbeatInterval.TotalSeconds} s", Page, StringComparison.Ordinal));
        Assert.Contains($"At most {HaConfigKeys.OverridesMax} of each", Page, StringComparison.Ordinal);
    }

    private static string Places(KeyScope scope) => scope switch
    {
        KeyScope.Everywhere => "–",
        KeyScope.Region => "region",
        KeyScope.Task => "region, task",
    };

    private static JsonObject Json<T>(T value) => JsonSerializer.SerializeToNode(value, JsonSerializerOptions.Web)!.AsObject();

    /// <summary>The rows under this head, a cell each.</summary>
    private static IReadOnlyList<string[]> Table(string head) => [.. Page.Split('\n')
        .SkipWhile(line => line != $"| {head} |").Skip(2).TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim(' ', '`')).ToArray())];

    private static string Page { get; } = File.ReadAllText(Path.Combine(Source(), "..", "..", "docs", "ha-config.md"));

    private static string Source([CallerFilePath] string file = "") =>
        File.Exists(file) ? Path.GetDirectoryName(file)! : AppContext.BaseDirectory;

    [Theory]
    [InlineData("enable", "true", "true", null)]
    [InlineData("enable", "1", null, "must be a boolean")]
    [InlineData("movesPerSecond", "1", "1", null)]
    [InlineData("movesPerSecond", "0", null, "must be 1 to 100000")]
    [InlineData("movesPerSecond", "100000", "100000", null)]
    [InlineData("movesPerSecond", "100001", null, "must be 1 to 100000")]
    [InlineData("movesPerSecond", "1.5", null, "must be a whole number")]
    [InlineData("movesPerSecond", "true", null, "must be a whole number")]
    [InlineData("leaseSec", "1.5", "1.5", null)]
    [InlineData("leaseSec", "\"x\"", null, "must be a number")]
    [InlineData("autonomy", "\"auto\"", "\"auto\"", null)]
    [InlineData("autonomy", "\"Auto\"", null, "must be one of observe, recommend, approve, auto")]
    [InlineData("autonomy", "1", null, "must be one of observe, recommend, approve, auto")]
    public void A_value_is_read_or_the_rule_that_it_breaks_is_said(string key, string given, string? value, string? broken)
    {
        var read = HaConfigKeys.Find(key)!.Read(System.Text.Json.Nodes.JsonNode.Parse(given));
        Assert.Equal((value, broken), (read.Value?.ToJsonString(), read.Broken));
        Assert.Equal(broken is not null && !broken.Contains(" to ", StringComparison.Ordinal), read.IsShape);
    }
}
