using Holdfast.HaScheduler.Feed;

namespace Holdfast.HaScheduler.Tests;

public sealed class LivenessFeedTests
{
    private readonly ManualTime _time = new();
    private readonly LivenessFeed _feed;
    private long _sequence;

    public LivenessFeedTests() => _feed = new LivenessFeed(_time);

    [Fact]
    public void Silence_counts_from_the_last_report()
    {
        Steady(5, "h1");
        Steady(7);
        Assert.Equal(Scene.Seconds(7), Snapshot("h1").Silence);
    }

    /// <summary>Batches that name nobody say nothing of a host: a collector whose store is away refuses reports and says them.</summary>
    [Fact]
    public void What_is_listed_is_as_old_as_the_last_report_of_any_host()
    {
        Assert.Null(_feed.Silence);
        Steady(5, "h1");
        Steady(7);
        Assert.Equal(Scene.Seconds(7), _feed.Silence);
    }

    [Fact]
    public void A_break_gives_a_fresh_interval_and_the_pass_that_sees_it_is_told()
    {
        Steady(5, "h1");
        Steady(20);
        _sequence++;
        Steady(1);
        Assert.Equal(TimeSpan.Zero, Snapshot("h1").Silence);
        Steady(4);
        var host = Snapshot("h1");
        Assert.Equal((Scene.Seconds(4), Scene.Seconds(25)), (host.Silence, host.Unheard));
    }

    [Theory]
    [InlineData(3.0, true)]
    [InlineData(3.1, false)]
    public void A_stall_of_the_pass_breaks_just_past_its_limit(double stall, bool whole)
    {
        Steady(5, "h1");
        Assert.Equal(whole, _feed.TakeSnapshot(Scene.Seconds(stall), []).Feed.IsComplete);
    }

    [Fact]
    public void A_host_that_this_life_has_not_heard_is_silent_since_it_began()
    {
        Steady(9, "h1");
        var never = Snapshot("h2");
        Assert.Equal(Scene.Seconds(9), never.Unheard);
        Assert.False(never.HeardSinceVerdict);
        Assert.Null(never.Reported);
    }

    [Fact]
    public void Only_a_report_after_the_verdict_is_word_from_a_host_that_is_down()
    {
        Steady(5, "h1");
        var verdictMade = _feed.Elapsed;
        Assert.False(_feed.Hosts([(Down, verdictMade)])[0].HeardSinceVerdict);
        Steady(1, "h1");
        Assert.True(_feed.Hosts([(Down, verdictMade)])[0].HeardSinceVerdict);
    }

    [Fact]
    public void A_doubled_batch_is_not_word_from_its_hosts()
    {
        Steady(5, "h1");
        _time.Advance(Scene.Seconds(2));
        _feed.Hear(Batch(_sequence, "h1"), default);
        Assert.Equal(Scene.Seconds(2), Snapshot("h1").Silence);
    }

    [Fact]
    public void Refused_claims_are_handed_out_once()
    {
        var conflict = new HostConflict("h1", "10.0.0.1", 1, "10.0.0.2", 2, Scene.Now);
        _feed.Hear(Batch(++_sequence) with { Conflicts = [conflict] }, default);
        Assert.Equal([conflict], _feed.TakeConflicts());
        Assert.Empty(_feed.TakeConflicts());
    }

    private static HostVerdict Down => Scene.Verdict("h1", HostState.Down);

    private HostSnapshot Snapshot(string host) => _feed.Hosts([(Scene.Verdict(host, HostState.Online), TimeSpan.Zero)])[0];

    private void Steady(int seconds, params string[] hosts)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(Scene.Seconds(1));
            _feed.Hear(Batch(++_sequence, hosts), default);
        }
    }

    private HeartbeatReported Batch(long sequence, params string[] hosts) => new()
    {
        Collector = "c1",
        Sequence = sequence,
        WindowEnd = _time.GetUtcNow(),
        UptimeMs = (long)_feed.Elapsed.TotalMilliseconds,
        Lease = 15,
        KillGrace = 5,
        Reports = [.. hosts.Select(h => Scene.Report(h, sequence))],
    };
}
