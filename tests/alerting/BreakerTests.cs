namespace Holdfast.Alerting.Tests;

public class BreakerTests
{
    private static readonly ChannelHealth Sound = new() { Channel = "ops" };
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private static ChannelHealth Failed(int times) =>
        Enumerable.Range(0, times).Aggregate(Sound, (health, _) => Breaker.After(health, "AL-301 away", T0));

    [Fact]
    public void Five_failures_in_a_row_open_it_and_four_do_not()
    {
        Assert.Equal(Circuit.Closed, Failed(4).Circuit);
        var open = Failed(5);
        Assert.Equal((Circuit.Open, T0, T0 + Breaker.FirstProbe), (open.Circuit, open.OpenedAt!.Value, open.ProbeAt!.Value));
        Assert.Equal(Circuit.Closed, Breaker.After(Breaker.After(Failed(4), null, T0), "AL-301", T0).Circuit);
    }

    [Fact]
    public void While_open_nothing_goes_until_the_probe_and_then_one()
    {
        var open = Failed(5);
        Assert.Equal(0, Breaker.Ask(open, 8, 0, Limit, T0 + Breaker.FirstProbe - TimeSpan.FromTicks(1)).Count);
        var permit = Breaker.Ask(open, 8, 0, Limit, T0 + Breaker.FirstProbe);
        Assert.Equal((1, Circuit.HalfOpen), (permit.Count, permit.Next!.Circuit));
        Assert.Equal(0, Breaker.Ask(permit.Next, 8, 0, Limit, T0 + Breaker.FirstProbe).Count);
    }

    [Fact]
    public void A_probe_that_is_lost_is_followed_by_another_one()
    {
        var half = Breaker.Ask(Failed(5), 8, 0, Limit, T0 + Breaker.FirstProbe).Next!;
        Assert.Equal(0, Breaker.Ask(half, 8, 0, Limit, T0 + Breaker.FirstProbe + Limit - TimeSpan.FromTicks(1)).Count);
        Assert.Equal(1, Breaker.Ask(half, 8, 0, Limit, T0 + Breaker.FirstProbe + Limit).Count);
    }

    [Fact]
    public void A_probe_that_fails_doubles_the_wait_up_to_five_minutes_and_one_that_succeeds_closes_it()
    {
        var half = Breaker.Ask(Failed(5), 8, 0, Limit, T0 + Breaker.FirstProbe).Next!;
        var again = Breaker.After(half, "AL-302 slow", T0);
        Assert.Equal((Circuit.Open, T0 + (2 * Breaker.FirstProbe)), (again.Circuit, again.ProbeAt!.Value));
        var third = Breaker.After(again with { Circuit = Circuit.HalfOpen }, "AL-302 slow", T0);
        Assert.Equal((2, T0.AddSeconds(60)), (third.Probes, third.ProbeAt!.Value));
        var closed = Breaker.After(half, null, T0.AddSeconds(20));
        Assert.Equal((true, 0, null), (closed.IsSound, closed.Probes, closed.ProbeAt));
        Assert.Equal(T0.AddSeconds(20), closed.ClosedAt);
        Assert.Same(closed, Breaker.After(closed, null, T0.AddSeconds(30)));
    }

    [Theory]
    [InlineData(0, 15)]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(3, 120)]
    [InlineData(4, 240)]
    [InlineData(5, 300)]
    [InlineData(int.MaxValue, 300)]
    public void Probes_come_after_15_seconds_and_twice_as_long_each_time_up_to_five_minutes(int failed, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Breaker.ProbeAfter(failed));

    [Fact]
    public void A_success_of_a_channel_that_was_not_open_does_not_close_it_again()
    {
        var closed = Sound with { FailuresInARow = 4, ClosedAt = T0.AddHours(-1) };
        Assert.Equal(T0.AddHours(-1), Breaker.After(closed, null, T0).ClosedAt);
    }

    [Fact]
    public void A_success_is_written_down_at_most_every_ten_seconds_and_whatever_the_circuit_is()
    {
        var first = Breaker.Delivered(Sound, T0);
        Assert.Equal(T0, first.DeliveredAt);
        Assert.Same(first, Breaker.Delivered(first, T0.AddSeconds(10).AddTicks(-1)));
        Assert.Equal(T0.AddSeconds(10), Breaker.Delivered(first, T0.AddSeconds(10)).DeliveredAt);
        Assert.Equal(T0, Breaker.After(first, "AL-301 away", T0.AddHours(1)).DeliveredAt);
        Assert.Equal(T0, AheadOfNow.Taken(first with { DeliveredAt = T0.AddHours(1) }, T0).DeliveredAt);
    }

    [Fact]
    public void Twenty_a_minute_are_twenty_in_any_minute()
    {
        var first = Breaker.Ask(Sound, 15, 20, Limit, T0);
        Assert.Equal(15, first.Count);
        Assert.Equal(5, Breaker.Ask(first.Next!, 15, 20, Limit, T0).Count);
        var second = Breaker.Ask(first.Next!, 15, 20, Limit, T0.AddSeconds(30));
        Assert.Equal(5, second.Count);
        Assert.Equal(new Permit(0, null), Breaker.Ask(second.Next!, 15, 20, Limit, T0.AddSeconds(59)));
        Assert.Equal(15, Breaker.Ask(second.Next!, 30, 20, Limit, T0.AddSeconds(60)).Count);
        Assert.Null(Breaker.Ask(Sound, 1000, 0, Limit, T0).Next);
    }

    [Fact]
    public void One_a_minute_is_the_least_limit_that_there_is()
    {
        var permit = Breaker.Ask(Sound, 1, 1, Limit, T0);
        Assert.Equal((1, 0), (permit.Count, Breaker.Ask(permit.Next!, 1, 1, Limit, T0).Count));
    }

    [Fact]
    public void A_clock_that_was_set_back_holds_nothing_up()
    {
        var ahead = Breaker.Ask(Sound, 20, 20, Limit, T0.AddHours(1)).Next!;
        Assert.Equal(20, Breaker.Ask(ahead, 20, 20, Limit, T0).Count);
    }
}
