namespace Holdfast.Alerting.Tests;

public class RetryTests
{
    private static readonly ChannelAnswer Down = ChannelAnswer.TryAgain("AL-301 away");

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
}
