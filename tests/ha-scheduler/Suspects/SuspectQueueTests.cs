namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>A poisoned component among innocent ones, in a fleet that the real decisions run (<see cref="Walk"/>).</summary>
public sealed class SuspectQueueTests
{
    private static Walk Six() => new Walk().Hosts("a", "h1", "h2", "h3").Hosts("b", "h4", "h5", "h6");

    [Fact]
    public void A_poisoned_one_fells_three_hosts_and_is_held()
    {
        var walk = Six().Task("poison", "h1", fellsAfter: 2);
        walk.Until(() => walk["poison"].Suspicion is { IsHeld: true }, most: 200);
        walk.Pass(300);
        Assert.Equal(3, walk.Felled.Single().Value.Count);
        Assert.Equal(HeldFor.Hosts, walk["poison"].Suspicion!.HeldFor);
        var held = walk.Last.About(walk["poison"]).HeldFor(Reason.SuspectHeld);
        Assert.Contains("h1", held.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void The_host_of_a_held_one_comes_back_and_does_not_start_it()
    {
        var walk = Six().Task("poison", "h1", fellsAfter: 2);
        walk.AwayFor = 30;
        walk.Until(() => walk["poison"].Suspicion is { IsHeld: true }, most: 500);
        walk.Pass(300);
        // In its turns it stands on the second one, which is back: that costs no third.
        Assert.Equal((4, 2), (walk.Felled.Single().Value.Count, walk.Felled.Single().Value.Distinct().Count()));
        Assert.All(["h1", "h2", "h3", "h4", "h5", "h6"], h => Assert.True(walk.IsUp(h)));
        Assert.False(walk.Runs("poison"));
    }

    [Fact]
    public void What_shared_both_hosts_is_delayed_and_never_stopped()
    {
        var walk = new Walk().Hosts("a", "h1").Hosts("b", "h2", "h3", "h4", "h5", "h6")
            .Task("poison", "h1", fellsAfter: 2).Task("i1", "h1").Task("i2", "h1").Task("i3", "h1").Task("i4", "h1").Task("i5", "h1");
        walk.Until(() => walk["poison"].Suspicion is { IsHeld: true }, most: 500);
        walk.Until(() => walk.Components.Where(c => c.Task != "poison").All(c => walk.Runs(c.Task)), most: 500);
        walk.Until(() => walk.Components.All(c => c.Suspicion is not { IsSuspect: true } || c.Task == "poison"), most: 500);
        Assert.Equal(3, walk.Felled.Single().Value.Count);
        Assert.All(walk.Components.Where(c => c.Task != "poison"), c => Assert.False(c.Suspicion is { IsHeld: true }));
    }

    [Fact]
    public void Suspects_go_one_at_a_time_and_the_host_of_a_waiting_one_does_not_start_it()
    {
        var walk = Two_suspects();
        var (waits, first) = (0, 0);
        for (var pass = 0; pass < 120; pass++)
        {
            walk.Pass();
            var running = walk.Components.Where(c => c.Suspicion is { IsSuspect: true } && walk.Runs(c.Task)).ToList();
            Assert.True(running.Count <= 1, string.Join(", ", running.Select(r => r.Id)));
            waits += running.Count == 0 ? 1 : 0;
            first += running.Count;
        }

        Assert.True(waits >= 20, $"{waits}");
        Assert.True(first >= 40, $"{first}");
        Assert.All(walk.Components, c => Assert.True(walk.Runs(c.Task)));
    }

    /// <summary>Two innocents came to h1 and then to h2, which both fell; h2 is back.</summary>
    private static Walk Two_suspects()
    {
        var walk = new Walk().Hosts("a", "h1").Hosts("b", "h2", "h3").Task("i1", "h1").Task("i2", "h1");
        walk.Config = walk.Config with { CheckRequestIntervalSec = 0 };
        walk.Pass(2);
        walk.Kill("h1");
        walk.Until(() => walk["i1"].Host != "h1" && walk["i2"].Host != "h1", most: 20);
        walk.Change("i2", c => c with { Host = walk["i1"].Host });
        walk.Pass(2);
        walk.Kill(walk["i1"].Host!);
        walk.Until(() => walk.Components.All(c => c.Suspicion is { IsSuspect: true }), most: 20);
        walk.Raise(walk["i1"].Host!);
        walk.Raise("h1");
        return walk;
    }

    [Fact]
    public void The_last_host_of_a_region_is_not_taken()
    {
        var walk = new Walk().Hosts("a", "h1", "h2").Hosts("b", "h3").Task("poison", "h1", fellsAfter: 2);
        walk.Until(() => walk["poison"].Suspicion is { IsSuspect: true }, most: 60);
        walk.Pass(600);
        Assert.Equal(2, walk.Felled.Single().Value.Count);
        Assert.Equal(1, new[] { "h1", "h2", "h3" }.Count(walk.IsUp));
        walk.Last.About(walk["poison"]).HeldFor(Reason.NoSpareHost);
    }

    [Fact]
    public void In_a_small_fleet_all_hosts_come_back_and_stay()
    {
        var walk = new Walk().Hosts("a", "h1", "h2").Hosts("b", "h3").Task("poison", "h1", fellsAfter: 2).Task("i", "h1");
        walk.AwayFor = 20;
        walk.Until(() => walk["poison"].Suspicion is { IsHeld: true } && walk.Runs("i"), most: 900);
        walk.Pass(200);
        Assert.InRange(walk.Felled.Single().Value.Count, 3, 4);
        Assert.All(["h1", "h2", "h3"], h => Assert.True(walk.IsUp(h)));
    }

    [Fact]
    public void Two_poisoned_ones_are_told_apart()
    {
        var walk = new Walk().Hosts("a", "h1", "h2", "h3", "h4").Hosts("b", "h5", "h6", "h7", "h8", "h9")
            .Task("p1", "h1", fellsAfter: 2).Task("p2", "h1", fellsAfter: 4).Task("i", "h1");
        walk.AwayFor = 40;
        bool IsHeld(string task) => walk[task].Suspicion is { IsHeld: true };
        walk.Until(() => IsHeld("p1") && IsHeld("p2") && walk.Runs("i"), most: 2000);
        walk.Pass(300);
        Assert.All(walk.Felled.Values, f => Assert.True(f.Distinct().Count() <= 3, string.Join(", ", f)));
        Assert.True(walk.Runs("i"));
        Assert.False(walk["i"].Suspicion is { IsHeld: true });
    }

    [Fact]
    public void One_that_fells_slowly_within_the_window_is_found()
    {
        var walk = Six().Task("slow", "h1", fellsAfter: 23);
        walk.Until(() => walk["slow"].Suspicion is { IsHeld: true }, most: 600);
        Assert.Equal(3, walk.Felled.Single().Value.Count);
    }

    [Fact]
    public void The_loss_of_an_idc_makes_nobody_suspect()
    {
        var walk = Six().Task("t1", "h1").Task("t2", "h2").Task("t3", "h3");
        walk.Pass(3);
        walk.Kill("h1", "h2", "h3");
        walk.Until(() => walk.Components.All(c => walk.Runs(c.Task)), most: 60);
        walk.Pass(2);
        walk.Kill("h4", "h5", "h6");
        walk.Pass(30);
        Assert.All(walk.Components, c => Assert.Null(c.Suspicion));
    }

    [Fact]
    public void A_host_that_dies_twice_with_other_work_makes_nobody_suspect()
    {
        var walk = Six().Task("t1", "h1");
        walk.Kill("h1");
        walk.Until(() => walk.Runs("t1"), most: 60);
        walk.Raise("h1");
        walk.Pass(5);
        walk.Task("t2", "h1");
        walk.Pass(2);
        walk.Kill("h1");
        walk.Until(() => walk.Runs("t2"), most: 60);
        Assert.DoesNotContain(walk.Components, c => c.Suspicion is { IsSuspect: true });
    }

    [Fact]
    public void Switched_off_ha_holds_back_nobody()
    {
        var walk = Two_suspects();
        walk.Config = walk.Config with { EnableHost = false };
        walk.Until(() => walk.Components.All(c => walk.Runs(c.Task)), most: 20);
        Assert.All(walk.Components, c => Assert.Null(c.Suspicion));
    }
}
