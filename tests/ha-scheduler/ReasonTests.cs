using System.Text.RegularExpressions;

namespace Holdfast.HaScheduler.Tests;

public sealed class ReasonTests
{
    [Fact]
    public void Each_reason_has_a_code_of_its_own_and_says_what_to_do()
    {
        Assert.True(Reason.All.Count > 25);
        Assert.Contains(Reason.Brake, Reason.All);
        Assert.Equal(Reason.All.Count, Reason.All.DistinctBy(r => r.Code).Count());
        Assert.Equal(Reason.All.Count, Reason.All.DistinctBy(r => r.Name).Count());
        Assert.All(Reason.All, r =>
        {
            Assert.Matches("^HA-[12][0-9]{2}$", r.Code);
            Assert.Matches(@"^[A-Z][^|]+\.$", r.Workaround);
            Assert.False(r.Name.EndsWith('.'), r.Name);
        });
    }

    /// <summary>The text that a person reads beside a code names only keys that exist.</summary>
    [Fact]
    public void A_key_of_ha_config_that_a_reason_names_is_one() => Assert.All(Reason.All, r => Assert.All(
        Regex.Matches(r.Workaround, @"\b[a-z]+(?:[A-Z][a-z]+)*(?:Sec|Hours|PerSecond)\b").Select(m => m.Value),
        key => Assert.NotNull(Rules.HaScheduler.Config.HaConfigKeys.Find(key))));

    [Fact]
    public void Each_event_is_listed_once() =>
        Assert.Equal((true, AlertEvents.All.Count), (AlertEvents.All.Contains(AlertEvents.Brake), AlertEvents.All.Distinct().Count()));
}
