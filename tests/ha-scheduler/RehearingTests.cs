namespace Holdfast.HaScheduler.Tests;

/// <summary>The time after a break by which everybody who lives has been heard again.</summary>
public sealed class RehearingTests
{
    [Fact]
    public void Hearing_needs_two_intervals_a_given_up_answer_and_three_seconds()
    {
        Assert.Equal(Scene.Seconds(6), Rehearing.HeardWithin(Scene.Seconds(1), Scene.Seconds(4)));
        Assert.Equal(Scene.Seconds(12.75), Rehearing.HeardWithin(Scene.Seconds(3), Scene.Seconds(15)));
        Assert.Equal(Scene.Seconds(28), Rehearing.HeardWithin(Scene.Seconds(10), Scene.Seconds(300)));
        Assert.Equal(Scene.Seconds(10), Rehearing.RunsWithin(Scene.Seconds(1), Scene.Seconds(4)));
    }

    [Theory]
    [InlineData(16, 4)]
    [InlineData(20, 5)]
    [InlineData(24, 5)]
    [InlineData(300, 5)]
    public void A_heartbeat_is_given_up_after_a_quarter_of_the_lease_and_never_later_than_five_seconds(double lease, double givenUp) =>
        Assert.Equal(Scene.Seconds(2 + givenUp + 3), Rehearing.HeardWithin(Scene.Seconds(1), Scene.Seconds(lease)));

    [Fact]
    public void What_was_fenced_runs_four_seconds_after_its_host_was_heard() => Assert.Equal(Scene.Seconds(4),
        Rehearing.RunsWithin(Scene.Seconds(3), Scene.Seconds(15)) - Rehearing.HeardWithin(Scene.Seconds(3), Scene.Seconds(15)));
}
