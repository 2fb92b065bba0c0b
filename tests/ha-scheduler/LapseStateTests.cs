using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts that stop for longer than their lease of 4 s and for less than would make them Down. The window is 60 s.</summary>
public sealed class LapseStateTests
{
    private readonly ManualTime _time = new();
    private readonly LivenessFeed _feed;
    private readonly Dictionary<string, long> _sequences = [];

    public LapseStateTests()
    {
        _feed = new LivenessFeed(_time);
        Batch("c1", 0);
        _feed.TakeSnapshot(TimeSpan.Zero, []);
        _time.Advance(Scene.Seconds(1));
    }

    private static LeaseLapse Lapse(double gap = 5.5) => new("h1", gap, 4);

    /// <summary>One batch of a collector, with h1 in it or not.</summary>
    private void Batch(string collector, double after, bool names = true, LeaseLapse? lapse = null)
    {
        _time.Advance(Scene.Seconds(after));
        _feed.Hear(new HeartbeatReported
        {
            Collector = collector, Sequence = _sequences[collector] = _sequences.GetValueOrDefault(collector) + 1,
            WindowEnd = Scene.Now, UptimeMs = (long)_feed.Elapsed.TotalMilliseconds, Lease = 4, KillGrace = 1,
            Reports = names ? [Scene.Report("h1", _sequences.Values.Sum())] : [], Lapses = lapse is null ? null : [lapse],
        }, default);
        _feed.TakeSnapshot(TimeSpan.Zero, []);
    }

    private void Lapses(int times)
    {
        Batch("c1", 1);
        for (var i = 0; i < times; i++)
        {
            Batch("c1", 2, names: false);
            Batch("c1", 2, names: false);
            Batch("c1", 1.5, lapse: Lapse());
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Three_lapses_within_the_window_are_found(int times, bool found)
    {
        Lapses(times);
        Assert.Equal(found, _feed.Lapses().ContainsKey("h1"));
    }

    [Fact]
    public void What_is_found_has_count_share_and_longest_gap()
    {
        Lapses(4);
        var lapses = _feed.Lapses()["h1"];
        Assert.Equal(new Lapses(4, 6, 60, 5.5, 4), lapses);
        Assert.Equal(10, lapses.SharePercent);
        Assert.Contains("lapsed 4 times in 60 s (10 % of the time): up to 5.5 s between two reports", lapses.Sentence,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(59.9, true)]
    [InlineData(60, false)]
    public void It_is_over_once_none_has_lapsed_for_a_whole_window(double quiet, bool found)
    {
        Lapses(3);
        _time.Advance(Scene.Seconds(quiet));
        Assert.Equal(found, _feed.Lapses().ContainsKey("h1"));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(59.9)]
    public void Lapses_that_are_a_window_apart_do_not_add_up(double apart)
    {
        var state = new LapseState();
        state.Hear(Lapse(), Scene.Seconds(0));
        state.Hear(Lapse(), Scene.Seconds(1));
        state.Hear(Lapse(), Scene.Seconds(apart));
        Assert.Equal(apart < 60, state.Look(Scene.Seconds(apart)).ContainsKey("h1"));
    }

    /// <summary>Spread over two collectors each of them sees gaps; the host had a lease all the time.</summary>
    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void A_lease_does_not_lapse_where_another_collector_heard_the_host_meanwhile(int apart, bool found)
    {
        for (var i = 0; i < 6; i++)
        {
            for (var second = 1; second < apart; second++)
            {
                Batch("c1", 0.5, names: false);
                Batch("c2", 0.5, names: false);
            }

            Batch(i % 2 == 0 ? "c1" : "c2", 1, lapse: new LeaseLapse("h1", apart * 2, 4));
        }

        Assert.Equal(found, _feed.Lapses().ContainsKey("h1"));
    }

    [Theory]
    [InlineData(HostState.Online, true)]
    [InlineData(HostState.Down, false)]
    public void A_gap_in_which_it_was_found_Down_is_a_fall_and_no_lapse(HostState found, bool counts)
    {
        Batch("c1", 1);
        for (var i = 0; i < 3; i++)
        {
            Batch("c1", 2, names: false);
            _feed.TakeSnapshot(TimeSpan.Zero, [(Scene.Verdict("h1", found), TimeSpan.Zero)]);
            Batch("c1", 2, lapse: Lapse());
        }

        Assert.Equal(counts, _feed.Lapses().ContainsKey("h1"));
    }

    [Fact]
    public void What_lapsed_while_the_feed_was_interrupted_is_nobody_s_fault()
    {
        for (var i = 0; i < 5; i++)
        {
            Batch("c1", 3.5, lapse: Lapse());
        }

        Assert.Empty(_feed.Lapses());
    }

    private static readonly Lapses Found = new(5, 7.5, 60, 5.5, 4);

    private static Snapshot Of(params IReadOnlyList<HostSnapshot> hosts) => Scene.Of(hosts) with
    {
        Lapses = new Dictionary<string, Lapses> { ["h1"] = Found },
    };

    [Fact]
    public void Why_of_the_host_says_it_whatever_was_decided_last()
    {
        var hold = Decider.Decide(Of(Scene.Host("h1")), Scene.Config).About("h1").HeldFor(Reason.Lapsing);
        Assert.Equal(Found.Sentence, hold.Because);
        var view = WhyView.Of(Describe.Of(new Admit(Scene.Host("h1")), Scene.Now), "host");
        Assert.Equal(Reason.Lapsing.Code, WhySum.WithLapses(view, Found).Code);
        var silent = WhyView.Of(Describe.Of(new Hold("h1", Reason.StillInTime, "silent"), Scene.Now), "host");
        Assert.Contains("besides, its lease lapsed 5 times", WhySum.WithLapses(silent, Found).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void New_work_goes_to_another_host_and_headroom_does_not_count_on_it()
    {
        var wanted = Scene.Component("t1", null);
        var snapshot = Of(Scene.Host("h1"), Scene.Host("h2")) with
        {
            Registrations = [wanted, .. Enumerable.Range(2, 3).Select(n => Scene.Component($"t{n}", "h2"))],
        };
        Assert.Equal("h2", Assert.IsType<Place>(Decider.Decide(snapshot, Scene.Config).About(wanted)).Host);
        Assert.Equal(["h1"], CandidateHosts.Of(snapshot, Scene.Config).Where(c => c.Avoided is not null).Select(c => c.Host));
    }

    [Fact]
    public void What_was_found_is_rounded_and_the_longest_lease_counts()
    {
        var book = new LapseState();
        Assert.Empty(book.Look(default));
        foreach (var (gap, lease) in ((double, double)[])[(5.53, 4), (7.04, 4), (9.04, 6)])
        {
            book.Hear(new LeaseLapse("h1", gap, lease), Scene.Seconds(1));
        }

        Assert.Equal(new Lapses(3, 7.6, 90, 9, 6), book.Look(Scene.Seconds(1))["h1"]);
        Assert.Equal(1, book.Look(Scene.Seconds(61))["h1"].Count);
        Assert.Empty(book.Look(Scene.Seconds(91)));
        book.Hear(new LeaseLapse("h1", 5, 4), Scene.Seconds(92));
        Assert.Empty(book.Look(Scene.Seconds(92)));
        Assert.Equal(TimeSpan.FromSeconds(60), LapseState.WindowOf(4));
    }
}
