using Holdfast.HaScheduler.Leaders;
using Holdfast.Platform;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Leadership of a region. Times in seconds on the observer's own clock; the TTL is 3 s.</summary>
public sealed class LeaderLeaseTests
{
    private static readonly LeaseTerms Terms = new(Scene.Seconds(3));

    [Fact]
    public void A_region_that_nobody_has_led_is_taken_unless_one_is_leaving()
    {
        Assert.Equal(LeaseStep.Acquire, LeaderLease.Decide(null, "me", default, Terms, leaving: false));
        Assert.Equal(LeaseStep.StandBy, LeaderLease.Decide(null, "me", default, Terms, leaving: true));
    }

    [Theory]
    [InlineData(0, "Keep")]
    [InlineData(0.999, "Keep")]
    [InlineData(1, "Renew")]
    [InlineData(60, "Renew")]
    public void My_lease_is_renewed_every_third_of_its_time(double after, string step) =>
        Assert.Equal(step, Decide(Seen("me", renewedAt: 10), 10 + after));

    [Fact]
    public void My_lease_that_I_have_not_renewed_in_this_life_is_renewed_first() =>
        Assert.Equal("Renew", Decide(Seen("me", seenAt: 10), 10));

    [Fact]
    public void Who_leaves_releases_what_is_theirs_and_takes_nothing()
    {
        Assert.Equal("Release", Decide(Seen("me", renewedAt: 10), 10, leaving: true));
        Assert.Equal("StandBy", Decide(Seen("other", seenAt: 10), 100, leaving: true));
        Assert.Equal("StandBy", Decide(Seen("other", seenAt: 10, released: true), 10, leaving: true));
        Assert.Equal("StandBy", Decide(Seen("me", renewedAt: 10, released: true), 10, leaving: true));
    }

    [Theory]
    [InlineData(2.999, 3, "StandBy")]
    [InlineData(3, 3, "Acquire")]
    [InlineData(3, 10, "StandBy")]
    [InlineData(10, 10, "Acquire")]
    [InlineData(2, 1, "StandBy")]
    public void Another_s_lease_is_over_when_it_has_not_changed_for_the_longer_of_both_times(double after, double ttl, string step) =>
        Assert.Equal(step, Decide(Seen("other", seenAt: 10, ttl: ttl), 10 + after));

    [Fact]
    public void A_released_lease_is_taken_at_once() =>
        Assert.Equal("Acquire", Decide(Seen("other", seenAt: 10, released: true), 10));

    /// <summary>A renewal holds for its sender less long than for anyone who may have seen it since.</summary>
    [Fact]
    public void The_holder_stops_before_anyone_may_begin()
    {
        var sent = Scene.Seconds(10);
        var earliest = LeaderLease.ExpiresAt(Seen("me", seenAt: 10), Terms);
        Assert.Equal(Terms.Margin, earliest - Terms.HeldUntil(sent));
        Assert.True(Terms.Margin >= Scene.Seconds(0.5));
    }

    [Fact]
    public void Every_change_of_the_holder_has_a_higher_epoch()
    {
        var first = LeaderLease.Taken(null, "north", "a", Terms, Scene.Now);
        var second = LeaderLease.Taken(first with { Renewal = 7, Released = true }, "north", "b", Terms, Scene.Now);
        Assert.Equal((1, 1, "a", false), (first.Epoch, first.Renewal, first.Holder, first.Released));
        Assert.Equal((2, 1, "b", false), (second.Epoch, second.Renewal, second.Holder, second.Released));
    }

    [Fact]
    public void A_pass_ends_when_its_lease_has_run_out_by_the_boot_clock_or_has_changed_hands_meanwhile()
    {
        var time = new ManualTime();
        var leadership = new Leadership(new Settings(), new BootClock(time));
        Assert.Throws<LeadershipLostException>(leadership.Demand);
        leadership.Know(["north", "south"]);
        leadership.Hold("north", 1, Scene.Seconds(2));
        Assert.False(leadership.BeginPass());
        leadership.MakeReady("north", 1);
        Assert.True(leadership.BeginPass());
        Assert.Equal((true, false, false), (leadership.Covers("north"), leadership.Covers("south"), leadership.CoversAll));
        leadership.Demand();
        time.Advance(Scene.Seconds(2));
        Assert.Throws<LeadershipLostException>(leadership.Demand);

        // Nobody was there in between: the same pass may go on.
        leadership.Hold("north", 1, Scene.Seconds(4));
        leadership.Demand();

        // Somebody was: it may not, though the region is held again.
        leadership.Lose("north");
        leadership.Hold("north", 3, Scene.Seconds(4));
        Assert.Throws<LeadershipLostException>(leadership.Demand);
        Assert.False(leadership.BeginPass());
        Assert.Equal([("north", 3L)], leadership.Unready);
        leadership.MakeReady("north", 2);
        Assert.False(leadership.BeginPass());
    }

    private static string Decide(SeenLease seen, double now, bool leaving = false) =>
        LeaderLease.Decide(seen, "me", Scene.Seconds(now), Terms, leaving).ToString();

    private static SeenLease Seen(
        string holder, double seenAt = 0, double? renewedAt = null, bool released = false, double ttl = 3) => new(
            new LeaderDocument
            {
                Region = "north", Holder = holder, Epoch = 4, Renewal = 9, Released = released, TtlSeconds = ttl, Since = Scene.Now,
            },
            12, Scene.Seconds(seenAt), renewedAt is { } at ? Scene.Seconds(at) : null);
}
