using Holdfast.Alerting.Channels;
using Holdfast.Contracts;
using static Holdfast.Alerting.Tests.Some;

namespace Holdfast.Alerting.Tests;

public class DecisionTests
{
    private static readonly ChannelAnswer Down = ChannelAnswer.TryAgain("AL-301 away");

    [Theory]
    [InlineData(null, 3)]
    [InlineData(ProtectionLevel.High, 3)]
    [InlineData(ProtectionLevel.Low, 3)]
    [InlineData(ProtectionLevel.Ignore, 100)]
    public void Restraint_lasts_as_long_as_the_protection_level_says(ProtectionLevel? protection, int minutes)
    {
        var alert = Alert() with { Protection = protection };
        Assert.False(Restrain.Decide(alert, alert.Level, Defaults, T0.AddMinutes(minutes).AddTicks(-1)).Tell);
        Assert.True(Restrain.Decide(alert, alert.Level, Defaults, T0.AddMinutes(minutes)).Tell);
        Assert.Equal(T0.AddMinutes(minutes), Restrain.Decide(alert, alert.Level, Defaults, T0).Earliest);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(7, 128)]
    public void Delays_double_and_stay_within_their_spread(int failures, double seconds)
    {
        var delays = Enumerable.Range(0, 500).Select(seed => Retry.Delay(failures, seed).TotalSeconds).ToList();
        Assert.All(delays, d => Assert.InRange(d, seconds * (1 - Retry.Spread), seconds * (1 + Retry.Spread)));
        Assert.True(delays.Max() - delays.Min() > seconds * Retry.Spread, "they are spread");
        Assert.Equal(Retry.Delay(failures, 7), Retry.Delay(failures, 7));
    }

    [Fact]
    public void No_delay_is_longer_than_the_longest() => Assert.Equal(Retry.DelayMax, Retry.Delay(int.MaxValue, 3));

    [Fact]
    public void The_first_success_is_Successful_and_a_later_one_Sent_again()
    {
        Assert.Equal(new Retry.Step(SendingStatus.Successful, null, null),
            Retry.Decide(Delivery(), ChannelAnswer.Delivered(), T0));
        Assert.Equal(SendingStatus.SentAgain, Retry.Decide(Delivery().Failing(), ChannelAnswer.Delivered(), T0).Status);
    }

    [Fact]
    public void What_no_repeat_helps_is_settled_as_Failed() =>
        Assert.Equal(new Retry.Step(SendingStatus.Failed, null, "AL-303 no"),
            Retry.Decide(Delivery(), ChannelAnswer.GiveUp("AL-303 no"), T0));

    [Theory]
    [InlineData(600, 600)]
    [InlineData(7200, 3600)]
    public void A_receiver_that_asks_for_patience_gets_it_up_to_a_limit(int asked, int granted)
    {
        var step = Retry.Decide(Delivery(), Down with { After = TimeSpan.FromSeconds(asked) }, T0);
        Assert.Equal(T0.AddSeconds(granted), step.NextAttempt);
    }

    [Fact]
    public void Asking_for_no_patience_does_not_shorten_the_delay() =>
        Assert.True(
            Retry.Decide(Delivery(), Down with { After = TimeSpan.Zero }, T0).NextAttempt >= T0.AddSeconds(1.6));

    [Theory]
    [InlineData(-301, true)]
    [InlineData(0, false)]
    public void After_a_day_of_failures_a_delivery_is_given_up(int secondsPast, bool again)
    {
        var step = Retry.Decide(Delivery() with { AttemptCount = 50 }, Down, T0 + Retry.AgeMax
            + TimeSpan.FromSeconds(secondsPast));
        Assert.Equal(again, step.NextAttempt is not null);
        Assert.Equal(SendingStatus.Failed, step.Status);
        Assert.StartsWith(again ? "AL-301" : "AL-309", step.Reason);
    }

    [Fact]
    public void An_alert_shows_the_state_of_its_sending()
    {
        Assert.Equal(SendingStatus.Pending, Completion.Decide(Alert(), [], T0));
        Assert.Equal(SendingStatus.Pending,
            Completion.Decide(Alert(), [Delivery(), Delivery(channel: "b").Sent()], T0));
        Assert.Equal(SendingStatus.Failed,
            Completion.Decide(Alert(), [Delivery().Failing(), Delivery(channel: "b")], T0));
        Assert.Equal(SendingStatus.Successful, Completion.Decide(Alert(), [Delivery().Sent()], T0));
        Assert.Equal(SendingStatus.SentAgain, Completion.Decide(Alert(),
            [Delivery().Sent(), Delivery(channel: "b").Sent() with { Status = SendingStatus.SentAgain }], T0));
        Assert.Equal(SendingStatus.Failed,
            Completion.Decide(Alert(), [Delivery().GivenUp(), Delivery(channel: "b").Sent()], T0));
        var second = Alert().Next(AlertCondition.Firing, T0.AddMinutes(3));
        Assert.Equal(SendingStatus.Successful,
            Completion.Decide(second, [Delivery().GivenUp(), Delivery(second).Sent()], T0));
    }

    [Fact]
    public void An_alert_is_completed_after_three_hours_and_not_while_something_waits()
    {
        var late = T0 + Completion.After;
        Assert.Equal(SendingStatus.Successful, Completion.Decide(Alert(), [Delivery().Sent()], late.AddTicks(-1)));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(Alert(), [Delivery().Sent()], late));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(Alert(), [Delivery().GivenUp()], late));
        Assert.Equal(SendingStatus.Failed, Completion.Decide(Alert(), [Delivery().Failing()], late));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(Alert(), [], late));
    }

    [Fact]
    public void An_ended_alert_is_completed_once_all_were_told()
    {
        var ended = Alert().Next(AlertCondition.Resolved, T0.AddMinutes(1));
        Assert.Equal(SendingStatus.Completed,
            Completion.Decide(ended, [Delivery().Sent(), Delivery(ended).Sent()], T0));
        Assert.Equal(SendingStatus.Pending, Completion.Decide(ended, [Delivery().Sent(), Delivery(ended)], T0));
        Assert.Equal(SendingStatus.Failed, Completion.Decide(ended, [Delivery().GivenUp()], T0));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(ended, [], T0));
    }
}
