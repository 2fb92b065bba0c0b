using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A value that is read for a key, on both sides of each of its rules.</summary>
public sealed class HaConfigKeyTests
{
    [Theory]
    [InlineData("checkHostDownIntervalSec", "1", null, false)]
    [InlineData("checkHostDownIntervalSec", "86400", null, false)]
    [InlineData("checkHostDownIntervalSec", "0", "must be 1 to 86400", false)]
    [InlineData("checkHostDownIntervalSec", "86401", "must be 1 to 86400", false)]
    [InlineData("checkHostDownIntervalSec", "8.5", "must be a whole number", true)]
    [InlineData("checkHostDownIntervalSec", "\"8\"", "must be a whole number", true)]
    [InlineData("brakeShare", "0.01", null, false)]
    [InlineData("brakeShare", "0.009", "must be 0.01 to 1", false)]
    [InlineData("brakeShare", "1", null, false)]
    [InlineData("brakeShare", "1.001", "must be 0.01 to 1", false)]
    [InlineData("brakeShare", "null", "must be a number", true)]
    [InlineData("enable", "true", null, false)]
    [InlineData("enable", "1", "must be a boolean", true)]
    [InlineData("autonomy", "\"approve\"", null, false)]
    [InlineData("autonomy", "\"Approve\"", "must be one of observe, recommend, approve, auto", true)]
    public void A_value_is_kept_as_it_is_or_the_rule_that_it_breaks_is_named(string name, string json, string? broken, bool isShape)
    {
        var value = JsonNode.Parse(json);
        var read = HaConfigKeys.Find(name)!.Read(value);
        Assert.Equal((broken, isShape), (read.Broken, read.IsShape));
        Assert.True(broken is not null ? read.Value is null : JsonNode.DeepEquals(value, read.Value));
    }
}
