namespace Holdfast.HaScheduler.Tests;

public sealed class LivenessTests
{
    private static readonly Registration Own = Scene.Component("t1", "h1", epoch: 2);
    private static readonly Registration Foreign = Scene.Component("t1", "h1", epoch: 1);

    [Theory]
    [InlineData(30.0, false)]
    [InlineData(30.001, true)]
    public void A_host_is_down_exactly_past_the_interval(double silent, bool down)
    {
        var decision = Judge(Scene.Host("h1", silent: silent));
        Assert.Equal(down, decision is DeclareDown);
        if (!down)
        {
            Assert.Equal(Scene.Now, decision.HeldFor(Reason.StillInTime).Earliest);
        }
    }

    [Theory]
    [InlineData(15.0, false)]
    [InlineData(15.001, true)]
    public void A_host_silent_for_half_the_interval_is_a_suspect(double silent, bool suspect) =>
        Judge(Scene.Host("h1", silent: silent)).HeldFor(suspect ? Reason.StillInTime : Reason.Healthy);

    [Fact]
    public void No_host_is_down_while_the_feed_is_interrupted()
    {
        var held = Judge(Scene.Host("h1", silent: 3600), s => s with { Feed = Scene.InterruptedFeed }).HeldFor(Reason.FeedInterrupted);
        Assert.Contains("a collector skipped a batch", held.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_unheard_through_a_break_is_not_called_healthy()
    {
        var held = Judge(Scene.Host("h1", silent: 4, unheard: 100)).HeldFor(Reason.FeedInterrupted);
        Assert.Contains("100.0 s", held.Because, StringComparison.Ordinal);
        Assert.Equal(Scene.Now.AddSeconds(26), held.Earliest);
        var broken = Judge(Scene.Host("h1", silent: 0, unheard: 100), s => s with { Feed = Scene.InterruptedFeed })
            .HeldFor(Reason.FeedInterrupted);
        Assert.Null(broken.Earliest);
    }

    [Theory]
    [InlineData(22, true)]
    [InlineData(21, false)]
    public void An_interval_shorter_than_the_fence_convicts_nobody(int interval, bool convicts)
    {
        var decision = Judge(Scene.Host("h1", silent: 100), config: Scene.Config with { CheckHostDownIntervalSec = interval });
        Assert.Equal(convicts, decision is DeclareDown);
        if (!convicts)
        {
            var held = decision.HeldFor(Reason.UnsafeInterval);
            Assert.Contains("21 < lease 15 + killGrace 5 + clockDrift 2", held.Because, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_lease_that_the_collectors_grant_counts_not_the_configured_one() =>
        Judge(Scene.Host("h1", silent: 100), s => s with { Feed = Scene.CompleteFeed with { Lease = Scene.Seconds(300) } })
            .HeldFor(Reason.UnsafeInterval);

    [Fact]
    public void A_host_is_down_even_while_ha_is_off()
    {
        var down = Assert.IsType<DeclareDown>(Judge(Scene.Host("h1", silent: 31), config: Scene.Config with { Enable = false }));
        Assert.Equal("h1-20260101T120000000", down.Incident);
    }

    [Fact]
    public void A_host_that_is_down_stays_so_until_it_is_heard_again()
    {
        var down = Scene.DownHost("h1");
        Assert.Equal("h1-incident", Judge(down).HeldFor(Reason.AlreadyDown).Inputs!.ByName["incident"]);
        var without = down with { Verdict = down.Verdict with { Incident = null } };
        Assert.Equal("none", Judge(without).HeldFor(Reason.AlreadyDown).Inputs!.ByName["incident"]);
        Assert.IsType<Quarantine>(Judge(Scene.DownHost("h1") with { HeardSinceVerdict = true }));
    }

    [Fact]
    public void A_quarantined_host_waits_until_it_runs_nothing_that_is_not_its_own()
    {
        var held = Judge(Quarantined(Scene.Runs(Own), Scene.Runs(Foreign))).HeldFor(Reason.NotClean);
        Assert.Contains(Foreign.Name!, held.Because, StringComparison.Ordinal);
        Assert.IsType<BringOnline>(Judge(Quarantined(Scene.Runs(Own))));
        var alone = Scene.Of([Quarantined(Scene.Runs(Own))], Own);
        Assert.IsType<BringOnline>(Decider.Decide(alone, Scene.Config).About("h1"));
    }

    [Fact]
    public void The_same_name_under_an_older_epoch_is_not_its_own() =>
        Judge(Quarantined(Scene.Runs(Own) with { Epoch = 1 })).HeldFor(Reason.NotClean);

    [Fact]
    public void What_has_no_process_and_what_only_collects_keep_nobody_in_quarantine()
    {
        Assert.IsType<BringOnline>(Judge(Quarantined(Scene.Runs(Foreign, ComponentState.Stopped, pid: null))));
        Assert.IsType<BringOnline>(Judge(Quarantined(Scene.Runs(Foreign) with { Kind = ComponentKind.Store })));
    }

    [Fact]
    public void A_quarantined_host_that_has_not_said_what_it_runs_is_not_clean()
    {
        Judge(Quarantined() with { Reported = null }).HeldFor(Reason.NotClean);
        Judge(Quarantined().With(h => h with { ComponentsInventory = 0 })).HeldFor(Reason.NotClean);
        Judge(Quarantined().With(h => h with { ComponentsIncarnation = 0 })).HeldFor(Reason.NotClean);
    }

    [Fact]
    public void A_quarantined_host_that_falls_silent_is_not_taken_back_and_goes_down_again()
    {
        Judge(Quarantined() with { Silence = Scene.Seconds(16) }).HeldFor(Reason.StillInTime);
        Judge(Quarantined() with { Unheard = Scene.Seconds(16) }).HeldFor(Reason.FeedInterrupted);
        Assert.IsType<DeclareDown>(Judge(Quarantined() with { Silence = Scene.Seconds(31) }));
    }

    [Fact]
    public void Only_a_host_that_is_online_and_heard_is_admitted()
    {
        Assert.IsType<Admit>(Judge(WithoutList(HostState.Online)));
        Judge(WithoutList(HostState.Online) with { HeardSinceVerdict = false }).HeldFor(Reason.Healthy);
        Judge(WithoutList(HostState.Online) with { Silence = Scene.Seconds(16) }).HeldFor(Reason.StillInTime);
        Judge(WithoutList(HostState.Online) with { Unheard = Scene.Seconds(16) }).HeldFor(Reason.FeedInterrupted);
        Assert.IsType<BringOnline>(Judge(WithoutList(HostState.Quarantined)));
        Assert.IsType<Quarantine>(Judge(WithoutList(HostState.Down)));
        Judge(Scene.Host("h1")).HeldFor(Reason.Healthy);
    }

    private static HostSnapshot WithoutList(HostState state) =>
        Scene.Host("h1", state).With(h => h with { Report = h.Report with { DesiredVersion = 0 } });

    private static HostSnapshot Quarantined(params IReadOnlyList<ComponentReport> runs) =>
        Scene.Host("h1", HostState.Quarantined, runs: runs);

    private static Decision Judge(HostSnapshot host, Func<Snapshot, Snapshot>? change = null, HaConfig? config = null)
    {
        var snapshot = Scene.Of([host, .. Enumerable.Range(2, 4).Select(n => Scene.Host($"h{n}"))], Own with { Host = "h2" });
        return Decider.Decide(change?.Invoke(snapshot) ?? snapshot, config ?? Scene.Config).About("h1");
    }

    [Fact]
    public void A_host_that_is_unheard_says_why_its_silence_does_not_count()
    {
        Hold Held(FeedSnapshot feed) => Decider.Decide(
            Scene.Of([Scene.Host("h1", silent: 1, unheard: 16)]) with { Feed = feed }, Scene.Config)
            .About("h1").HeldFor(Reason.FeedInterrupted);
        string Because(FeedSnapshot feed) => Held(feed).Because;
        string Feed(FeedSnapshot feed) => Held(feed).Inputs!.ByName["feed"];
        Assert.Equal("unheard for 16.0 s, of which 1.0 s count: a collector skipped a batch", Because(Scene.InterruptedFeed));
        Assert.Equal("unheard for 16.0 s, of which 1.0 s count: the feed was interrupted before that", Because(Scene.CompleteFeed));
        Assert.Equal(("a collector skipped a batch", "complete"), (Feed(Scene.InterruptedFeed), Feed(Scene.CompleteFeed)));
    }

    [Theory]
    [InlineData(29.9, false)]
    [InlineData(30, true)]
    public void Nobody_is_Down_until_the_store_was_there_for_as_long_as_a_host_may_be_silent(double told, bool falls)
    {
        var decision = Judge(Scene.Host("h1", silent: 31), s => s with { Feed = s.Feed with { ReadableFor = Scene.Seconds(told) } });
        Assert.Equal(falls, decision is DeclareDown);
        if (!falls)
        {
            Assert.Equal(Scene.Now.AddSeconds(30 - told), decision.HeldFor(Reason.NotToldForLong).Earliest);
        }
    }
}
