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
        Assert.False(RepeatInterval.IsDue(alert, alert.Level, Defaults, T0.AddMinutes(minutes).AddTicks(-1)));
        Assert.True(RepeatInterval.IsDue(alert, alert.Level, Defaults, T0.AddMinutes(minutes)));
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
        Assert.True(RepeatInterval.IsDue(alert, 2, Defaults, T0));
        Assert.False(RepeatInterval.IsDue(alert, 3, Defaults, T0));
        Assert.False(RepeatInterval.IsDue(alert, 4, Defaults, T0));
    }
}
