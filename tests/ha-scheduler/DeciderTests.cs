namespace Holdfast.HaScheduler.Tests;

/// <summary>One pass over a small fleet. Down after 30 s.</summary>
public sealed class DeciderTests
{
    private static IReadOnlyList<Decision> Decide(IReadOnlyList<HostSnapshot> hosts, params Registration[] components) =>
        Decider.Decide(Scene.Of(hosts, components), Scene.Config);

    private static readonly Registration Incr = Scene.Component("t1", "h1");

    [Fact]
    public void What_stands_well_costs_no_decision_and_each_host_has_one() => Assert.Equal(["h1", "h2"],
        Decide([Scene.Host("h1", runs: Scene.Runs(Incr)), Scene.Host("h2")], Incr).Select(d => d.Object));

    [Fact]
    public void What_is_not_wanted_any_more_is_left_alone() =>
        Assert.DoesNotContain(Decide([Scene.DownHost("h1"), Scene.Host("h2")], Incr with { Desired = DesiredState.Absent }), d =>
            d.Object == Incr.Id);

    [Fact]
    public void Each_thing_that_can_be_wrong_with_a_component_is_looked_at()
    {
        Registration[] others =
        [
            Incr with { Migration = new Migration { Cause = MoveCause.Operator, At = Scene.Now } }, Incr with { FailedAt = Scene.Now },
        ];
        Assert.All(others, other => Assert.Contains(Decide([Scene.Host("h1", runs: Scene.Runs(other)), Scene.Host("h2")], other),
            d => d.Object == Incr.Id));
        Assert.Contains(Decide([Scene.Host("h1", runs: Scene.Runs(Incr, ComponentState.Abnormal))], Incr), d => d.Object == Incr.Id);
        var drained = Scene.Host("h1", runs: Scene.Runs(Incr)) is var host
            ? host with { Verdict = host.Verdict with { Drain = new Drain("", "", Scene.Now) } } : null!;
        Assert.Contains(Decide([drained, Scene.Host("h2")], Incr), d => d.Object == Incr.Id);
    }

    [Fact]
    public void A_pass_that_finds_a_host_Down_moves_its_work_at_once_and_not_to_it()
    {
        var decisions = Decide([Scene.Host("h1", silent: 31), Scene.Host("h2"), Scene.Host("h3")], Incr);
        var down = Assert.IsType<DeclareDown>(decisions.About("h1"));
        Assert.Equal((true, down.Incident), (Assert.IsType<Place>(decisions.About(Incr)) is var place
            ? (place.Host != "h1", place.Incident) : default));
    }

    [Fact]
    public void A_broken_feed_says_why_and_without_a_word_it_says_so_all_the_same()
    {
        string Because(FeedSnapshot feed) => Decider.Decide(
            Scene.Of([Scene.DownHost("h1"), Scene.Host("h2")], Incr) with { Feed = feed }, Scene.Config)
            .About(Incr).HeldFor(Reason.FeedInterrupted).Because;
        Assert.Equal("a collector skipped a batch", Because(Scene.InterruptedFeed));
        Assert.Equal("reports do not come without a hole", Because(Scene.InterruptedFeed with { Why = null }));
    }

    [Fact]
    public void A_confirmed_brake_says_that_moves_go_on_and_one_that_is_not_holds_them()
    {
        HostSnapshot[] hosts = [.. Enumerable.Range(1, 4).Select(i => Scene.DownHost($"h{i}", idc: $"n{i}")),
            Scene.Host("h5", idc: "n5")];
        Snapshot Of(bool confirmed) => Scene.Of(hosts, Incr)
            with { Brakes = new Dictionary<string, BrakeState> { ["north"] = new(true, confirmed) } };
        var held = Decider.Decide(Of(false), Scene.Config);
        Assert.Equal("4 of 5 hosts are silent", held.About("region:north").HeldFor(Reason.Brake).Because);
        held.About(Incr).HeldFor(Reason.Brake);
        var confirmed = Decider.Decide(Of(true), Scene.Config);
        Assert.EndsWith(", confirmed by an operator: moves go on", confirmed.About("region:north").HeldFor(Reason.Brake).Because,
            StringComparison.Ordinal);
        Assert.IsType<Place>(confirmed.About(Incr));
    }

    [Fact]
    public void A_host_that_is_Down_names_who_is_suspect_of_it()
    {
        var down = Scene.DownHost("h1");
        var suspect = Incr with
        {
            Suspicion = new Suspicion
            {
                Falls = [new Fall("h9", "x", Scene.Now, Scene.Now), new Fall("h1", down.Verdict.Incident, Scene.Now, Scene.Now)],
                    Since = Scene.Now,
            },
        };
        Assert.Contains("soon after t1-incr", Decide([down, Scene.Host("h2"), Scene.Host("h3")], suspect).About("h1")
            .HeldFor(Reason.DownWithSuspect).Because, StringComparison.Ordinal);
        var two = Decide([down, Scene.Host("h2"), Scene.Host("h3")], suspect with { Id = "b" }, suspect with { Id = "a" });
        Assert.Contains("soon after a and b had come", two.About("h1").HeldFor(Reason.DownWithSuspect).Because, StringComparison.Ordinal);
        var other = suspect with { Suspicion = suspect.Suspicion with { Falls = [suspect.Suspicion.Falls[0]] } };
        Decide([down, Scene.Host("h2"), Scene.Host("h3")], other).About("h1").HeldFor(Reason.AlreadyDown);
    }
}
