namespace Holdfast.HaScheduler.Tests;

/// <summary>The falls of hosts that are remembered against a component.</summary>
public sealed class SuspicionTests
{
    private static readonly Fall One = new("h1", "i1", Scene.Now, Scene.Now);
    private static readonly Fall Start = new("h2", null, Scene.Now, Scene.Now);

    [Fact]
    public void Who_is_suspect_runs_only_in_its_turn_and_who_is_held_not_at_all()
    {
        var suspect = new Suspicion().Waits(Scene.Now);
        Assert.Equal((false, true), (new Suspicion().IsSuspect, new Suspicion().MayRun));
        Assert.Equal((true, false), (suspect.IsSuspect, suspect.MayRun));
        Assert.True(suspect.Tried(Scene.Now).MayRun);
        var held = suspect.Tried(Scene.Now).Held(HeldFor.Hosts, Scene.Now);
        Assert.Equal((true, false), (held.IsHeld, held.MayRun));
        Assert.Equal((false, true), (held.Tried(Scene.Now).IsHeld, held.Tried(Scene.Now).MayRun));
    }

    [Fact]
    public void Its_incident_is_that_of_the_last_host_that_went_Down()
    {
        var both = new Suspicion().And(One).And(new Fall("h1", "i2", Scene.Now, Scene.Now)).And(Start);
        Assert.Equal(("i2", 2), (both.Incident, both.Hosts.Count()));
        Assert.Null(new Suspicion().And(Start).Incident);
    }

    [Fact]
    public void Two_are_equal_when_all_that_they_say_is()
    {
        var one = new Suspicion { Falls = [One], FailedOn = ["h1"] };
        Assert.Equal(one, new Suspicion { Falls = [One], FailedOn = ["h1"] });
        Assert.Equal(one.GetHashCode(), new Suspicion { Falls = [One], FailedOn = ["h1"] }.GetHashCode());
        Suspicion[] others =
        [
            one with { Falls = [One, Start] }, one with { FailedOn = [] }, one with { Since = Scene.Now }, one
                with { TriedAt = Scene.Now },
            one with { RanFrom = Scene.Now }, one with { TriedIn = new HostLife("h1", 1) }, one with { HeldAt = Scene.Now },
            one with { HeldFor = HeldFor.Restarts },
        ];
        Assert.All(others, other => Assert.NotEqual(one, other));
        Assert.False(one.Equals(null));
    }
}
