using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// A host that goes Down again and again takes work later and later. A unit is a minute, a quiet time at least ten of them.
/// </summary>
public sealed class FlappingTests
{
    private static HostVerdict Back(int returns, double minutesAgo, HostState state = HostState.Online) =>
        Scene.Verdict("h1", state) with { Returns = returns, Since = Scene.Now.AddMinutes(-minutesAgo) };

    private static HostSnapshot Host(int returns, double minutesAgo, HostState state = HostState.Online) =>
        Scene.Host("h1", state) with { Verdict = Back(returns, minutesAgo, state) };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 6)]
    [InlineData(4, 12)]
    [InlineData(38, 1406)]
    [InlineData(39, 1440)]
    public void The_hold_off_grows_with_each_return_to_a_day(int returns, double minutes) =>
        Assert.Equal(minutes, Scene.Config.HoldOffAfter(returns).TotalMinutes);

    [Fact]
    public void Without_a_unit_nobody_is_held_off() =>
        Assert.Equal(TimeSpan.Zero, (Scene.Config with { HostHoldOffUnitSec = 0 }).HoldOffAfter(9));

    [Theory]
    [InlineData(3, 5.75, true)]
    [InlineData(3, 6, false)]
    [InlineData(1, 0.01, false)]
    public void It_is_held_off_from_its_return_on(int returns, double minutesAgo, bool held)
    {
        var off = Flapping.Of(Back(returns, minutesAgo), Scene.Config, Scene.Now);
        Assert.Equal(held ? Scene.Now.AddMinutes(6 - minutesAgo) : null, off?.Until);
    }

    [Theory]
    [InlineData(HostState.Down)]
    [InlineData(HostState.Quarantined)]
    public void One_that_is_not_up_is_not_held_off(HostState state) =>
        Assert.Null(Flapping.Of(Back(3, 0.1, state), Scene.Config, Scene.Now));

    /// <summary>Ten units; at the third return its next hold-off, which is twelve.</summary>
    [Theory]
    [InlineData(1, 9.99, 1)]
    [InlineData(1, 10, 0)]
    [InlineData(3, 11.99, 3)]
    [InlineData(3, 12, 0)]
    public void A_host_that_was_up_for_the_quiet_time_falls_for_the_first_time_again(int returns, double minutesAgo, int kept) =>
        Assert.Equal(kept, Flapping.Kept(Back(returns, minutesAgo), Scene.Config, Scene.Now));

    [Fact]
    public void One_that_falls_before_it_was_up_has_had_no_quiet_time() =>
        Assert.Equal(2, Flapping.Kept(Back(2, 600, HostState.Quarantined), Scene.Config, Scene.Now));

    [Theory]
    [InlineData(1, 0.1, HostState.Online, false)]
    [InlineData(2, 9.99, HostState.Online, true)]
    [InlineData(2, 10, HostState.Online, false)]
    [InlineData(2, 9.99, HostState.Down, true)]
    [InlineData(2, 10, HostState.Down, false)]
    [InlineData(2, 600, HostState.Quarantined, true)]
    public void It_flaps_from_its_second_return_until_it_was_up_or_down_for_the_quiet_time(
        int returns, double minutesAgo, HostState state, bool flaps)
    {
        Assert.Equal(flaps, Flapping.Flaps(Back(returns, minutesAgo, state), Scene.Config, Scene.Now));
        Assert.Equal(flaps, Flapping.Findings(Scene.Of([Host(returns, minutesAgo, state)]), Scene.Config).Any());
    }

    [Fact]
    public void A_fall_keeps_the_returns_that_count()
    {
        DeclareDown Falls(double minutesAgo) => Assert.IsType<DeclareDown>(Decider.Decide(
            Scene.Of([Host(2, minutesAgo) with { Silence = Scene.Seconds(31), Unheard = Scene.Seconds(31) }, Scene.Host("h2")]),
            Scene.Config).About("h1"));
        Assert.Equal(2, Falls(5).Returns);
        Assert.Equal(0, Falls(30).Returns);
    }

    [Fact]
    public void Why_says_that_it_flaps_and_until_when()
    {
        var hold = Decider.Decide(Scene.Of([Host(3, 1)]), Scene.Config).About("h1").HeldFor(Reason.HeldOff);
        Assert.Equal(Scene.Now.AddMinutes(5), hold.Earliest);
        Assert.Contains("Down 3 times in a row", hold.Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5.99, "h2")]
    [InlineData(6, "h1")]
    public void New_work_goes_to_a_fuller_host_while_it_is_held_off(double minutesAgo, string host)
    {
        var wanted = Scene.Component("t1", null);
        var standing = Enumerable.Range(2, 3).Select(n => Scene.Component($"t{n}", "h2"));
        var decisions = Decider.Decide(Scene.Of([Host(3, minutesAgo), Scene.Host("h2")], [wanted, .. standing]), Scene.Config);
        Assert.Equal(host, Assert.IsType<Place>(decisions.About(wanted)).Host);
    }

    [Fact]
    public void Where_it_is_the_only_host_that_is_up_it_takes_work_all_the_same()
    {
        var wanted = Scene.Component("t1", null);
        var placed = Assert.IsType<Place>(Decider.Decide(Scene.Of([Host(3, 1), Scene.DownHost("h2")], wanted), Scene.Config).About(wanted));
        Assert.Equal("h1", placed.Host);
    }

    [Fact]
    public void Who_waits_for_room_is_told_that_a_host_is_held_off()
    {
        var wanted = Scene.Component("t1", null);
        var full = Scene.Host("h2").With(h => h with { Quotas = new Quotas(0, 0) });
        var hold = Decider.Decide(Scene.Of([Host(3, 1), full], wanted), Scene.Config).About(wanted).HeldFor(Reason.NoRoom);
        Assert.Contains("h1 is avoided, it was Down 3 times in a row", hold.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_move_may_go_there()
    {
        var plan = new Placement([PlacementTests.Host("h1") with { Avoided = "it flaps" }, PlacementTests.Host("h2")]);
        Assert.Equal("h1", plan.TakeOn("h1", ComponentKind.IncrSync).Host);
        Assert.Equal("h2", plan.Take(ComponentKind.IncrSync).Host);
    }

    [Fact]
    public void What_still_stands_there_stays_and_runs()
    {
        var stands = Scene.Component("t1", "h1");
        var host = Host(3, 1).With(h => h with { Components = [Scene.Runs(stands)] });
        var decisions = Decider.Decide(Scene.Of([host, Scene.Host("h2")], stands), Scene.Config);
        Assert.DoesNotContain(decisions, d => d.Object == stands.Id);
    }
}
