namespace Holdfast.HaScheduler.Tests;

/// <summary>Collectors that fall silent, leave, join and come again: when the feed misses them, and when it does without.</summary>
public sealed class FeedCollectorsTests : FeedContinuityScene
{
    [Fact]
    public void A_silent_collector_interrupts_the_feed_until_it_is_dropped_after_its_grace()
    {
        Steady("c1", 5);
        Steady("c2", 1);
        SteadyWithPasses("c2", 9);
        Assert.Contains("c1 has been silent", _feed.BrokenAt(At(_now)), StringComparison.Ordinal);
        SteadyWithPasses("c2", 2);
        Assert.Contains("c1 was dropped", _feed.LastBreak, StringComparison.Ordinal);
        var dropped = _feed.CompleteSince;
        SteadyWithPasses("c2", 20);
        Assert.Equal(dropped, _feed.CompleteSince);
        Assert.Null(_feed.BrokenAt(At(_now)));
    }

    [Theory]
    [InlineData(10.0, "has been silent")]
    [InlineData(10.001, "was dropped")]
    public void The_grace_of_a_collector_ends_exactly(double silence, string says)
    {
        Hear("c1");
        _now += silence;
        Hear("c2");
        _feed.Pass(At(_now));
        Assert.Contains(says, _feed.LastBreak, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_collector_is_never_dropped()
    {
        Steady("c1", 5);
        Pass(600);
        Assert.Contains("has been silent", _feed.BrokenAt(At(_now)), StringComparison.Ordinal);
        Assert.Equal(Scene.Seconds(15), _feed.Lease);
    }

    [Fact]
    public void Two_that_fall_silent_together_are_not_dropped_for_one_another()
    {
        Hear("c1");
        Hear("c2");
        Pass(600);
        Hear("c1");
        Pass(1);
        Assert.Contains("c2 was dropped", _feed.LastBreak, StringComparison.Ordinal);
    }

    [Fact]
    public void A_collector_that_leaves_gives_everybody_a_fresh_interval_and_is_not_missed_later()
    {
        Steady("c1", 5);
        Steady("c2", 1);
        _feed.Hear(Batch("c1", Next("c1")) with { Leaving = true }, At(_now));
        var left = At(_now);
        Assert.Equal(left, _feed.CompleteSince);
        SteadyWithPasses("c2", 30);
        Assert.Equal(left, _feed.CompleteSince);
    }

    [Fact]
    public void A_batch_doubled_after_its_collector_left_brings_nobody_back()
    {
        Steady("c1", 5);
        Steady("c2", 1);
        _feed.Hear(Batch("c1", 6) with { Leaving = true }, At(_now));
        var left = At(_now);
        SteadyWithPasses("c2", 2);
        Assert.False(_feed.Hear(Batch("c1", 5), At(_now)));
        Assert.False(_feed.Hear(Batch("c1", 6) with { Leaving = true }, At(_now)));
        SteadyWithPasses("c2", 30);
        Assert.Equal(left, _feed.CompleteSince);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_collector_that_joins_late_in_its_sequence_has_granted_leases_that_nobody_heard_of(long first, bool breaks)
    {
        SteadyWithPasses("c1", 5);
        var before = _feed.CompleteSince;
        _now += 1;
        Hear("c1");
        _feed.Hear(Batch("c2", first), At(_now));
        Assert.Equal(breaks ? At(_now) : before, _feed.CompleteSince);
    }

    [Fact]
    public void The_longest_lease_and_grace_of_any_collector_count()
    {
        _feed.Hear(Batch("c1", 1) with { Lease = 4, KillGrace = 9 }, At(10));
        _feed.Hear(Batch("c2", 1) with { Lease = 8, KillGrace = 1 }, At(10));
        Assert.Equal((Scene.Seconds(8), Scene.Seconds(9)), (_feed.Lease, _feed.KillGrace));
        _feed.Hear(Batch("c2", 2) with { Lease = 2, KillGrace = 1 }, At(11));
        Assert.Equal(Scene.Seconds(4), _feed.Lease);
    }
}
