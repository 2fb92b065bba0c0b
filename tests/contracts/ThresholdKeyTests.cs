namespace Holdfast.Contracts.Tests;

/// <summary>Keys of alarm.thresholds as they are declared.</summary>
public sealed class ThresholdKeyTests
{
    [Fact]
    public void Every_value_of_the_thresholds_is_a_declared_key_and_no_other_is() => Assert.Equal(
        JsonSerializer.SerializeToNode(new AlertThresholds(), JsonSerializerOptions.Web)!.AsObject().Select(k => k.Key),
        ThresholdKey.All.Select(k => k.Name));

    public static TheoryData<string> Names => [.. ThresholdKey.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_key_reads_and_changes_its_own_values(string name)
    {
        var key = ThresholdKey.Find(name)!;
        var other = key.Defaults.ToDictionary(d => d.Key, d => d.Value + 1, StringComparer.Ordinal);
        var changed = JsonSerializer.SerializeToNode(key.With(new AlertThresholds(), other), JsonSerializerOptions.Web)!;
        var expected = JsonSerializer.SerializeToNode(new AlertThresholds(), JsonSerializerOptions.Web)!;
        expected[name] = JsonSerializer.SerializeToNode(other);
        Assert.Equal(expected.ToJsonString(), changed.ToJsonString());
        Assert.Equal(other, key.Of(changed.Deserialize<AlertThresholds>(JsonSerializerOptions.Web)!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Defaults_are_within_their_bounds_and_in_order(string name)
    {
        var key = ThresholdKey.Find(name)!;
        Assert.All(key.Levels, level => Assert.InRange(level.Default, level.Min, level.Max));
        Assert.Equal(key.Levels.Select(l => l.Default).Order(), key.Levels.Select(l => l.Default));
    }

    [Fact]
    public void Levels_are_those_of_tasks_the_gravest_first() => Assert.Equal(
        Enum.GetValues<ProtectionLevel>().Select(level => JsonSerializer.SerializeToNode(level)!.GetValue<string>()),
        ThresholdKey.LevelNames);

    [Fact]
    public void A_key_or_a_level_that_nobody_declared_is_none() => Assert.Equal(
        (null, null), (ThresholdKey.Find("recoverThreshold"), ThresholdKey.Delay.Level("IGNORE")));

    [Fact]
    public void The_switches_of_HA_are_those_four() =>
        Assert.Equal(["enable", "enableHost", "enableStore", "enableConnector"], HaSwitches.Names);
}
