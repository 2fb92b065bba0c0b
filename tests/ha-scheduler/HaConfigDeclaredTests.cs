using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The schema from which forms and help are made.</summary>
public sealed class HaConfigDeclaredTests
{
    [Fact]
    public void The_schema_says_what_the_keys_are()
    {
        var schema = HaConfigDeclared.Of(Profile.Standard);
        Assert.Equal(("standard", Profile.Names), (schema.Profile, schema.Profiles));
        Assert.Equal(HaConfigKeys.All.Select(k => k.Name), schema.Keys.Select(k => k.Name));
        var interval = schema.Keys.Single(k => k.Name == "checkHostDownIntervalSec");
        Assert.Equal(("whole", "s", 1, 86_400, "1 to 86400"), (interval.Kind, interval.Unit, interval.Min, interval.Max, interval.Allowed));
        Assert.Equal(["region"], interval.MayDifferBy);
        Assert.Equal(Profile.All.Select(p => $"{p.Name} {p.Ha.CheckHostDownIntervalSec}"),
            interval.Defaults.Select(d => $"{d.Key} {d.Value}"));
        Assert.Equal("must be at least leaseSec + killGraceSec + clockDriftSec, or two hosts may run one task", interval.Rules[0].En);
        var autonomy = schema.Keys.Single(k => k.Name == "autonomy");
        Assert.Equal((null, "observe, recommend, approve, auto"), (autonomy.Max, string.Join(", ", autonomy.Choices)));
        Assert.Equal(["true", "false"], schema.Keys.Single(k => k.Name == "enable").Choices);
        Assert.Contains(schema.PassedOver, k => k.Key == "enableJdbcWriter");
        Assert.All(HaConfigRules.All, rule => Assert.NotNull(HaConfigKeys.Find(rule.Key)));
    }
}
