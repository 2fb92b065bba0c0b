using Holdfast.Contracts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// A host that dies under a watched suspect and is back before anybody could call it Down shows another incarnation and nothing else.
/// Config standard: suspectWindow 90 s.
/// </summary>
public sealed class HostLifeTests
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
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void It_is_one_of_the_four_falls_that_are_too_many(int startsBefore, bool held)
    {
        var before = OfTwo with
        {
            Falls = [.. OfTwo.Falls, .. Enumerable.Repeat(new Fall("h3", null, Scene.Now.AddMinutes(-4), Scene.Now), startsBefore)],
        };
        Assert.Equal(held, Decide(Tried with { Suspicion = before }, 8).After!.IsHeld);
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
    public void A_fall_is_judged_once_the_others_had_time_to_be_heard_since_the_pipe_broke(int silent, bool judged)
    {
        var down = Scene.Host("h3", HostState.Down, silent, heard: false, unheard: 100);
        HostSnapshot[] hosts = [down, Scene.Host("h8", idc: "n2"), Scene.Host("h9", idc: "n2")];
        var component = Tried with { CameAt = down.Verdict.Since };
        var decision = Decider.Decide(Scene.Of(hosts, component), Scene.Config).About(component);
        Assert.Equal(judged, decision is Suspect { After.IsHeld: true });
        if (!judged)
        {
            decision.HeldFor(Reason.PipeBroken);
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

    private static Suspect Decide(Registration component, HostSnapshot host) => Assert.IsType<Suspect>(
        Decider.Decide(Scene.Of([host, Scene.Host("h8"), Scene.Host("h9")], component), Scene.Config).About(component));
}
