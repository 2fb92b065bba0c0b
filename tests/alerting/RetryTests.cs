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
        Assert.All(delays, d => Assert.InRange(d, seconds * 0.8, seconds * 1.2));
        Assert.True(delays.Max() - delays.Min() > seconds * 0.39, "they are spread");
    }

    /// <summary>Replicas of two releases agree: these are the finalizer's published values.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0x514E28B7)]
    [InlineData(-1, 0x81F16F39)]
    public void A_seed_has_the_same_delay_everywhere(int seed, uint mixed)
    {
        var spread = 0.8 + (0.4 * mixed / uint.MaxValue);
        Assert.Equal(2 * spread, Retry.Delay(1, seed).TotalSeconds, 6);
        Assert.Equal(64 * spread, Retry.Delay(6, seed).TotalSeconds, 6);
    }

    [Theory]
    [InlineData(8, 204.8)]
    [InlineData(9, 300)]
    [InlineData(int.MaxValue, 300)]
    public void No_delay_is_longer_than_five_minutes(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Retry.Delay(failures, 0));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 4)]
    [InlineData(5, 64)]
    public void After_each_attempt_that_failed_it_waits_twice_as_long(int before, double seconds)
    {
        var delivery = Delivery() with { AttemptCount = before };
        Assert.InRange((Retry.Decide(delivery, Down, T0).NextAttempt!.Value - T0).TotalSeconds, seconds * 0.8, seconds * 1.2);
    }

    /// <summary>A receiver that comes back is not run over by all that failed at the same instant.</summary>
    [Fact]
    public void Deliveries_that_fail_together_go_again_apart()
    {
        var nexts = Enumerable.Range(0, 100).Select(n => Retry.Decide(Delivery(channel: $"c{n}"), Down, T0).NextAttempt).Distinct();
        Assert.InRange(nexts.Count(), 95, 100);
    }

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
    [InlineData(3600, 3600)]
    [InlineData(3601, 3600)]
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
    [InlineData(-300, true)]
    [InlineData(-299, false)]
    public void After_a_day_of_failures_a_delivery_is_given_up(int secondsPast, bool again)
    {
        var step = Retry.Decide(Delivery() with { AttemptCount = 50 }, Down, T0.AddHours(24).AddSeconds(secondsPast));
        Assert.Equal(again, step.NextAttempt is not null);
        Assert.Equal(SendingStatus.Failed, step.Status);
        Assert.StartsWith(again ? "AL-301" : "AL-309", step.Reason);
    }
}
