namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>
/// A host that dies under a watched suspect and is back before anybody could call it Down shows another incarnation and nothing else.
/// Config standard: suspectWindow 90 s.
/// </summary>
public sealed class SuspectFallsTests
{
    private static readonly Suspicion OfTwo = new()
    {
        Falls = [Went("h1", 9), Went("h2", 6)],
        Since = Scene.Now.AddMinutes(-5),
        TriedAt = Scene.Now.AddMinutes(-2),
        RanFrom = Scene.Now.AddMinutes(-2),
        TriedIn = new HostLife("h3", 7),
    };

    private static readonly Registration Tried = Scene.Component("t1", "h3") with
    {
        CameAt = Scene.Now.AddMinutes(-2), Suspicion = OfTwo,
    };

    private static Fall Went(string host, int minutesAgo) =>
        new(host, host + "-incident", Scene.Now.AddMinutes(-minutesAgo), Scene.Now.AddMinutes(-minutesAgo));

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void It_has_lived_through_the_window_only_with_the_life_in_which_its_turn_began(int incarnation, bool cleared)
    {
        var suspect = Decide(Tried, incarnation);
        Assert.Equal(cleared, suspect.After is null);
    }

    [Fact]
    public void A_start_of_its_host_is_one_fall_and_it_waits_for_its_turn_again()
    {
        var suspect = Decide(Tried, 8);
        Assert.Equal(new Fall("h3", null, Tried.CameAt!.Value, Scene.Now), suspect.After!.Falls[^1]);
        Assert.True(suspect.After is { IsHeld: false, TriedAt: null, TriedIn: null, RanFrom: null });
        Assert.Equal(Scene.Now, suspect.After.Since);
        Assert.Contains("h1 and h2 went Down in a row", suspect.Because, StringComparison.Ordinal);
        Assert.Contains("the supervisor of h3 was started anew 120.0 s after, while it was watched there", suspect.Because,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 20, false)]
    [InlineData(1, 14, false)]
    [InlineData(1, 15, true)]
    public void It_is_one_of_the_four_falls_that_are_too_many_once_others_would_have_been_seen(int startsBefore, int ago, bool held)
    {
        var before = Started(ago, startsBefore);
        var decision = Decided(Tried with { Suspicion = before }, Seen(Tried, 8), Scene.Host("h8"), Scene.Host("h9"));
        Assert.Equal(held, decision is Suspect { After.IsHeld: true });
        if (!held)
        {
            decision.HeldFor(Reason.SuspectWaits);
        }
    }

    [Theory]
    [InlineData(25, false)]
    [InlineData(10, true)]
    public void A_start_with_all_others_of_its_idc_counts_for_nobody(int otherAgo, bool shared)
    {
        var seen = Decide(Tried, Seen(Tried, 8), Anew("h8", 5, otherAgo), Scene.Host("h9", idc: "n2")).After!;
        Assert.Equal((shared ? 2 : 3, null), (seen.Falls.Count, seen.TriedAt));
    }

    [Theory]
    [InlineData(14, "n1", true)]
    [InlineData(16, "n1", false)]
    [InlineData(14, "n2", false)]
    public void Others_of_its_idc_that_are_seen_to_start_later_take_the_fall_back(int later, string idc, bool takenBack)
    {
        var decision = Decided(Tried with { Suspicion = Started(20, startsBefore: 1) },
            Seen(Tried, 8), Anew("h8", 5, 20 - later, idc), Scene.Host("h9", idc: "n2"));
        Assert.Equal((takenBack ? 3 : 4, !takenBack),
            (Assert.IsType<Suspect>(decision).After!.Falls.Count, ((Suspect)decision).After!.IsHeld));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void A_start_with_as_many_others_as_the_brake_counts_counts_for_nobody(int others, bool counts)
    {
        HostSnapshot[] hosts = [Seen(Tried, 8), Scene.Host("h8"), Scene.Host("h9"),
            .. Enumerable.Range(20, others).Select(n => Anew($"h{n}", 5, 3, "n2"))];
        Assert.Equal(counts ? 3 : 2, Decide(Tried, hosts).After!.Falls.Count);
    }

    [Fact]
    public void Supervisors_that_an_upgrade_starts_one_after_the_other_explain_no_host_that_stays_away()
    {
        HostSnapshot[] hosts = [Away("h3"), Scene.Host("h8"), Scene.Host("h9", idc: "n2"),
            .. Enumerable.Range(20, 10).Select(n => Anew($"h{n}", 5, n, "n2"))];
        Assert.True(Decide(Tried, hosts).After!.IsHeld);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public void A_start_is_shared_with_a_host_of_its_idc_that_is_still_away(int silent, bool shared)
    {
        var seen = Decide(Tried, Seen(Tried, 8), Scene.Host("h8", silent: silent), Scene.Host("h9", idc: "n2")).After!;
        Assert.Equal(shared ? 2 : 3, seen.Falls.Count);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(46, false)]
    [InlineData(47, true)]
    public void A_host_that_is_Down_fell_with_another_one_of_its_idc_that_was_back_at_once(int otherAgo, bool counts)
    {
        var after = Decide(Tried, Away("h3"), Anew("h8", 5, otherAgo), Scene.Host("h9", idc: "n2"), Scene.Host("h7", idc: "n2")).After!;
        Assert.Equal((counts, counts ? 3 : 2), (after.IsHeld, after.Falls.Count));
    }

    [Fact]
    public void What_was_not_to_run_is_not_blamed_for_it()
    {
        var after = Decide(Tried with { Desired = DesiredState.Stopped }, 8).After!;
        Assert.Equal((2, null), (after.Falls.Count, after.TriedAt));
    }

    [Fact]
    public void A_start_in_maintenance_counts_for_nobody()
    {
        var host = Seen(Tried, 8);
        var upgrade = new Maintenance("upgrade", "ana", Scene.Now.AddHours(1), "ana", Scene.Now);
        var worked = host with { Verdict = host.Verdict with { Maintenance = upgrade } };
        var after = Decide(Tried, worked).After!;
        Assert.Equal((2, null), (after.Falls.Count, after.TriedAt));
    }

    [Theory]
    [InlineData("h2", 9)]
    [InlineData(null, 0)]
    public void The_life_of_another_host_says_nothing_and_the_right_one_is_noted(string? host, long incarnation)
    {
        var before = OfTwo with { TriedIn = host is null ? null : new HostLife(host, incarnation) };
        var after = Decide(Tried with { Suspicion = before }, 12).After!;
        Assert.Equal((new HostLife("h3", 12), 2), (after.TriedIn, after.Falls.Count));
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void A_fall_is_judged_once_the_others_had_time_to_be_heard_since_the_feed_was_interrupted(int silent, bool judged)
    {
        var down = Scene.Host("h3", HostState.Down, silent, heard: false, unheard: 100);
        HostSnapshot[] hosts = [down, Scene.Host("h8", idc: "n2"), Scene.Host("h9", idc: "n2")];
        var component = Tried with { CameAt = down.Verdict.Since };
        var decision = Decider.Decide(Scene.Of(hosts, component), Scene.Config).About(component);
        Assert.Equal(judged, decision is Suspect { After.IsHeld: true });
        if (!judged)
        {
            decision.HeldFor(Reason.FeedInterrupted);
        }
    }

    [Fact]
    public void One_whose_hosts_are_back_before_they_could_be_Down_is_held_on_the_third()
    {
        var walk = new Walk().Hosts("a", "h1", "h2", "h3").Hosts("b", "h4", "h5", "h6").Task("poison", "h1", fellsAfter: 20);
        walk.Until(() => walk["poison"].Suspicion is { IsSuspect: true }, most: 200);
        walk.AwayFor = 5;
        walk.Until(() => walk["poison"].Suspicion is { IsHeld: true }, most: 600);
        walk.Pass(300);
        Assert.InRange(walk.Felled.Single().Value.Distinct().Count(), 2, 3);
        Assert.False(walk.Runs("poison"));
    }

    [Fact]
    public void An_innocent_whose_host_is_upgraded_meanwhile_has_its_turn_again_and_is_cleared()
    {
        var walk = new Walk().Hosts("a", "h1", "h2", "h3").Hosts("b", "h4", "h5", "h6").Task("i", "h1");
        for (var fall = 0; fall < 2; fall++)
        {
            walk.Until(() => walk.Runs("i"), most: 60);
            walk.Kill(walk["i"].Host!);
            walk.Pass(10);
        }

        walk.Until(() => walk["i"].Suspicion is { RanFrom: not null }, most: 100);
        walk.StartAnew(walk["i"].Host!);
        walk.Pass();
        Assert.True(walk["i"].Suspicion is { IsSuspect: true, IsHeld: false, TriedAt: null, Falls: [_, _, { IsStart: true }] });
        walk.Pass();
        Assert.Contains("was started anew", walk.Last.About(walk["i"]).HeldFor(Reason.SuspectWaits).Because, StringComparison.Ordinal);
        walk.Until(() => walk["i"].Suspicion is null && walk.Runs("i"), most: 200);
    }

    private static HostSnapshot Seen(Registration component, long incarnation)
    {
        var host = Scene.Host("h3", runs: Scene.Runs(component));
        return host with { Reported = host.Reported! with { Report = host.Reported.Report with { Incarnation = incarnation } } };
    }

    private static Suspect Decide(Registration component, long incarnation) => Decide(component, Seen(component, incarnation));

    /// <summary>It waits after a start of its host that was seen so many seconds ago.</summary>
    private static Suspicion Started(int ago, int startsBefore)
    {
        var start = new Fall("h3", null, Scene.Now.AddMinutes(-2), Scene.Now.AddSeconds(-ago));
        Fall[] before = [.. Enumerable.Repeat(start with { SilentSince = Scene.Now.AddMinutes(-3) }, startsBefore)];
        return (OfTwo with { Falls = [.. OfTwo.Falls, .. before, start] }).Waits(start.SilentSince);
    }

    /// <summary>Down for a second, silent for 30 s before that.</summary>
    private static HostSnapshot Away(string name)
    {
        var down = Scene.Host(name, HostState.Down, silent: 31, heard: false);
        return down with { Verdict = down.Verdict with { Since = Scene.Now.AddSeconds(-1), SilenceSeconds = 30 } };
    }

    private static HostSnapshot Anew(string name, long incarnation, int startedAgo, string idc = "n1")
    {
        var host = Scene.Host(name, idc: idc);
        return host with
        {
            Verdict = host.Verdict with { Start = new HostStart(incarnation, Scene.Now.AddSeconds(-startedAgo)) },
            Reported = host.Reported! with { Report = host.Reported.Report with { Incarnation = incarnation } },
        };
    }

    private static Suspect Decide(Registration component, params HostSnapshot[] hosts) => Assert.IsType<Suspect>(
        Decided(component, hosts.Length > 1 ? hosts : [.. hosts, Scene.Host("h8"), Scene.Host("h9")]));

    private static Decision Decided(Registration component, params HostSnapshot[] hosts) =>
        Decider.Decide(Scene.Of(hosts, component), Scene.Config).About(component);
}
