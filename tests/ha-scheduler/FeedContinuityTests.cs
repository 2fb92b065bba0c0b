using Holdfast.Contracts;
using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;

namespace Holdfast.HaScheduler.Tests;

public sealed class FeedContinuityTests
{
    private readonly FeedContinuity _feed = new(TimeSpan.Zero);
    private readonly Dictionary<string, long> _sequences = [];
    private double _now = 10;

    [Fact]
    public void A_pipe_that_nobody_speaks_into_is_broken()
    {
        _feed.Pass(At(10));
        Assert.NotNull(_feed.BrokenAt(At(10)));
        Assert.Equal(At(10), _feed.CompleteSince);
    }

    [Fact]
    public void A_batch_a_second_keeps_the_pipe_whole()
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
    public void A_silent_collector_breaks_the_pipe_until_it_is_dropped_after_its_grace()
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
    public void A_stall_of_the_own_loop_starts_the_count_anew()
    {
        Steady("c1", 5);
        _feed.Stalled(At(_now), Scene.Seconds(4));
        Assert.Equal(At(_now), _feed.CompleteSince);
        Assert.Contains("stalled for 4.0 s", _feed.BrokenAt(At(_now)), StringComparison.Ordinal);
        Assert.Null(_feed.BrokenAt(At(_now + 0.1)));
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

    private static TimeSpan At(double seconds) => Scene.Seconds(seconds);

    private static HeartbeatReported Batch(string collector, long sequence, double uptime = 0) => new()
    {
        Collector = collector,
        Sequence = sequence,
        WindowEnd = Scene.Now,
        UptimeMs = (long)(uptime * 1000),
        Lease = 15,
        KillGrace = 5,
        Reports = [],
    };

    private long Next(string collector) => _sequences[collector] = _sequences.GetValueOrDefault(collector) + 1;

    /// <summary>The collector's next batch, made now and heard at once.</summary>
    private void Hear(string collector) => _feed.Hear(Batch(collector, Next(collector), uptime: _now), At(_now));

    private void Steady(string collector, int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            _now += 1;
            Hear(collector);
        }
    }

    private void SteadyWithPasses(string collector, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Steady(collector, 1);
            _feed.Pass(At(_now));
        }
    }

    private void Pass(double after)
    {
        _now += after;
        _feed.Pass(At(_now));
    }
}
