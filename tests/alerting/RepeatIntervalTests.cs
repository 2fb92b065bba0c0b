namespace Holdfast.Alerting.Tests;

public class RepeatIntervalTests
{
    [Theory]
    [InlineData(null, 3)]
    [InlineData(ProtectionLevel.High, 3)]
    [InlineData(ProtectionLevel.Low, 3)]
    [InlineData(ProtectionLevel.Ignore, 100)]
    public void The_interval_lasts_as_long_as_the_protection_level_says(ProtectionLevel? protection, int minutes)
    {
        var alert = Alert() with { Protection = protection };
        Assert.False(RepeatInterval.Decide(alert, alert.Level, Defaults, T0.AddMinutes(minutes).AddTicks(-1)).IsDue);
        Assert.True(RepeatInterval.Decide(alert, alert.Level, Defaults, T0.AddMinutes(minutes)).IsDue);
        Assert.Equal(T0.AddMinutes(minutes), RepeatInterval.Decide(alert, alert.Level, Defaults, T0).Earliest);
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData(ProtectionLevel.High, 10)]
    [InlineData(ProtectionLevel.Medium, 20)]
    [InlineData(ProtectionLevel.Low, 30)]
    [InlineData(ProtectionLevel.Ignore, 40)]
    public void The_interval_follows_the_thresholds(ProtectionLevel? protection, int minutes)
    {
        var set = new AlertThresholds
        {
            AlarmRestrainTimeOfMin = new Dictionary<string, int> { ["HIGH"] = 10, ["MEDIUM"] = 20, ["LOW"] = 30, ["IGNORE"] = 40 },
        };
        Assert.Equal(TimeSpan.FromMinutes(minutes), RepeatInterval.Of(protection, set));
    }

    [Fact]
    public void What_gets_graver_does_not_wait_and_what_gets_milder_does()
    {
        var alert = Alert() with { Level = 3 };
        Assert.True(RepeatInterval.Decide(alert, 2, Defaults, T0).IsDue);
        Assert.False(RepeatInterval.Decide(alert, 3, Defaults, T0).IsDue);
        Assert.False(RepeatInterval.Decide(alert, 4, Defaults, T0).IsDue);
    }
}
