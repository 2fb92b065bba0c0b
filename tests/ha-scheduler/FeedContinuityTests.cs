namespace Holdfast.HaScheduler.Tests;

/// <summary>The feed of one collector: gaps, holes, lags and clocks that break it, and those that do not.</summary>
public sealed class FeedContinuityTests : FeedContinuityScene
{
    [Fact]
    public void A_feed_without_a_collector_is_interrupted()
    {
        _feed.Pass(At(10));
        Assert.NotNull(_feed.BrokenAt(At(10)));
        Assert.Equal(At(10), _feed.CompleteSince);
    }

    [Fact]
    public void A_batch_a_second_keeps_the_feed_complete()
    {
        Steady("c1", 60);
        Assert.Null(_feed.BrokenAt(At(_now)));
        Assert.Equal(TimeSpan.Zero, _feed.CompleteSince);
    }

    [Fact]
    public void A_hole_in_the_sequence_starts_the_count_anew()
    {
        Steady("c1", 5);
        _sequences["c1"]++;
        Hear("c1");
        Assert.Equal(At(_now), _feed.CompleteSince);
        Assert.Contains("skipped from batch 5 to 7", _feed.LastBreak, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubled_batch_is_ignored_and_breaks_nothing()
    {
        Steady("c1", 5);
        Assert.False(_feed.Hear(Batch("c1", 5), At(_now)));
        Assert.False(_feed.Hear(Batch("c1", 2), At(_now)));
        Assert.Equal(TimeSpan.Zero, _feed.CompleteSince);
        Assert.True(_feed.Hear(Batch("c1", 6, uptime: _now + 1), At(_now + 1)));
        Assert.Equal(TimeSpan.Zero, _feed.CompleteSince);
    }

    [Theory]
    [InlineData(3.0, false)]
    [InlineData(3.001, true)]
    public void A_gap_breaks_just_past_its_limit(double gap, bool breaks)
    {
        Steady("c1", 5);
        Pass(gap);
        Assert.Equal(breaks, _feed.BrokenAt(At(_now)) is not null);
        Assert.Equal(breaks ? At(_now) : TimeSpan.Zero, _feed.CompleteSince);
    }

    [Theory]
    [InlineData(3.0, false)]
    [InlineData(3.001, true)]
    public void A_gap_that_no_pass_saw_breaks_with_the_batch_that_ends_it(double gap, bool breaks)
    {
        Steady("c1", 5);
        _now += gap;
        Hear("c1");
        Assert.Equal(breaks ? At(_now) : TimeSpan.Zero, _feed.CompleteSince);
    }

    [Theory]
    [InlineData(3.0, false)]
    [InlineData(3.002, true)]
    public void A_lag_breaks_just_past_its_limit_measured_by_uptime_differences(double lag, bool breaks)
    {
        _feed.Hear(Batch("c1", 1, uptime: 500), At(10));
        _feed.Hear(Batch("c1", 2, uptime: 501), At(11));
        _feed.Hear(Batch("c1", 3, uptime: 502), At(12 + lag / 2));
        Assert.Equal(TimeSpan.Zero, _feed.CompleteSince);
        _feed.Hear(Batch("c1", 4, uptime: 503), At(13 + lag));
        Assert.Equal(breaks ? At(13 + lag) : TimeSpan.Zero, _feed.CompleteSince);
    }

    [Fact]
    public void A_backlog_that_drains_fast_is_late_until_it_has_drained()
    {
        Steady("c1", 5);
        _now += 9;
        for (var i = 0; i < 5; i++)
        {
            // Made a second apart, delivered all at once.
            _feed.Hear(Batch("c1", Next("c1"), uptime: _now - 8 + i), At(_now));
        }

        Assert.Equal(At(_now), _feed.CompleteSince);
        Assert.Contains("s late", _feed.LastBreak, StringComparison.Ordinal);
    }

    [Fact]
    public void The_clocks_of_two_machines_are_never_compared()
    {
        for (var i = 0; i < 5; i++)
        {
            var nonsense = DateTimeOffset.UnixEpoch.AddYears(i % 2 == 0 ? 900 : 0);
            _feed.Hear(Batch("c1", i + 1, uptime: 1_000_000 + i) with { WindowEnd = nonsense }, At(10 + i));
        }

        _feed.Pass(At(14));
        Assert.Equal(TimeSpan.Zero, _feed.CompleteSince);
        Assert.Null(_feed.BrokenAt(At(14)));
    }

    [Fact]
    public void Clocks_that_run_apart_slowly_are_no_lag()
    {
        // A collector's clock that runs slow by 0.2 %: 3.6 s in half an hour, and nothing was ever late.
        for (var i = 1; i <= 1800; i++)
        {
            _feed.Hear(Batch("c1", i, uptime: i * 0.998), At(i));
        }

        Assert.Equal(TimeSpan.Zero, _feed.CompleteSince);
    }

    [Fact]
    public void A_stall_of_the_own_loop_starts_the_count_anew()
    {
        Steady("c1", 5);
        _feed.Stalled(At(_now), Scene.Seconds(4));
        Assert.Equal(At(_now), _feed.CompleteSince);
        Assert.Contains("stalled for 4.0 s", _feed.BrokenAt(At(_now)), StringComparison.Ordinal);
        Assert.Null(_feed.BrokenAt(At(_now + 0.1)));
    }
}
