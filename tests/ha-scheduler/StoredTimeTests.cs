using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

public sealed class StoredTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-61, null)]
    [InlineData(-60, null)]
    [InlineData(-59, 1.0)]
    [InlineData(0, 60.0)]
    [InlineData(5, 65.0)] // another machine's clock, a little ahead
    [InlineData(60, 120.0)]
    [InlineData(61, null)]
    [InlineData(86_400, null)] // a clock that was a day ahead and has been set right
    public void A_wait_is_never_longer_than_twice_what_it_should_be_whatever_a_clock_has_stored(double secondsAhead, double? rest) =>
        Assert.Equal(rest, StoredTime.Rest(Now.AddSeconds(secondsAhead), TimeSpan.FromSeconds(60), Now)?.TotalSeconds);

    [Fact]
    public void What_never_began_is_not_waited_for() => Assert.Null(StoredTime.Rest(null, TimeSpan.FromSeconds(60), Now));

    [Theory]
    [InlineData(0, false)]
    [InlineData(600, false)]
    [InlineData(601, true)]
    [InlineData(86_400, true)]
    public void What_a_clock_a_day_ahead_operated_on_is_not_held_for_a_day(int secondsAhead, bool free)
    {
        var component = Scene.Component("c", "h1") with { OperatedAt = Scene.Now.AddSeconds(secondsAhead) };
        var held = Failover.Cooldown(new Case(component, null, Scene.Config, null, null, false, null), Scene.Now);
        Assert.Equal(free, held is null);
    }
}
