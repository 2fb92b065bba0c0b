namespace Holdfast.Alerting.Tests;

public class ChannelAlertsTests
{
    private static readonly ChannelHealth Open = Enumerable.Range(0, 5).Aggregate(
        new ChannelHealth { Channel = "ops" }, (health, _) => Breaker.After(health, "AL-301 away", T0));

    [Fact]
    public void Words_are_by_the_times_in_the_health_alone()
    {
        var words = ChannelAlerts.Words(Open);
        Assert.Equal((T0, "ops", AlertCondition.Firing), (words.At, words.Target, words.Condition));
        Assert.Equal(words, ChannelAlerts.Words(Open));
        Assert.Equal("Channel ops does not take alerts", words.Summary);
        Assert.Contains("5 attempts in a row failed", words.Description);
        Assert.Contains("AL-301 away", words.Description);
        var closed = Breaker.After(Open with { Circuit = Circuit.HalfOpen }, null, T0.AddMinutes(1));
        Assert.Equal((T0.AddMinutes(1), AlertCondition.Resolved),
            (ChannelAlerts.Words(closed).At, ChannelAlerts.Words(closed).Condition));
        Assert.Equal(
            ("Channel ops takes alerts again", "What waited for it goes out now."),
            (ChannelAlerts.Words(closed).Summary, ChannelAlerts.Words(closed).Description));
    }

    [Fact]
    public void What_has_no_time_is_older_than_all_that_was_said() =>
        Assert.Equal(DateTimeOffset.UnixEpoch, ChannelAlerts.Words(new ChannelHealth { Channel = "ops" }).At);

    [Fact]
    public void Of_a_channel_that_was_deleted_the_alert_ends_now()
    {
        var gone = ChannelAlerts.Gone(Open, T0.AddMinutes(7));
        Assert.Equal((AlertCondition.Resolved, T0.AddMinutes(7), "ops"), (gone.Condition, gone.At, gone.Target));
    }
}
