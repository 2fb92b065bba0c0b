namespace Holdfast.HaScheduler.Tests;

/// <summary>One pass over suspects, Stores that have come to a host, and what is to go somewhere beside them.</summary>
public sealed class DeciderSuspectsTests
{
    private static readonly Suspicion Waits = new()
    {
        Falls = [new Fall("h8", "a", Scene.Now.AddMinutes(-9), Scene.Now.AddMinutes(-9)),
            new Fall("h9", "b", Scene.Now.AddMinutes(-6), Scene.Now.AddMinutes(-6))],
        Since = Scene.Now.AddMinutes(-5),
    };

    private static readonly Suspicion Watched = Waits with { TriedAt = Scene.Now.AddSeconds(-10) };

    [Theory]
    [InlineData("nobody", "h1")]
    [InlineData("waits", "h1")]
    [InlineData("watched", "h2")]
    [InlineData("held", "h1")]
    public void Nothing_else_comes_to_a_host_on_which_a_suspect_is_watched(string suspect, string goesTo)
    {
        var stands = Scene.Component("t1", "h1") with
        {
            CameAt = Scene.Now.AddMinutes(-2),
            Suspicion = suspect switch
            {
                "waits" => Waits,
                "watched" => Watched,
                "held" => Watched.Held(HeldFor.Hosts, Scene.Now),
                _ => null,
            },
        };
        Registration[] others = [Scene.Component("t3", "h2"), Scene.Component("t4", "h2")];
        var busy = Scene.Host("h2", runs: [.. others.Select(o => Scene.Runs(o))]);
        var comes = Scene.Component("t2", null);
        var here = Scene.Host("h1", runs: Scene.Runs(stands));
        Assert.Equal(goesTo, Assert.IsType<Place>(Decide([here, busy], [stands, comes, .. others]).About(comes)).Host);
        Assert.Equal("h1", Assert.IsType<Place>(Decide([here], stands, comes).About(comes)).Host);
    }

    [Fact]
    public void A_suspect_that_has_no_host_is_placed_as_any_other()
    {
        var created = Scene.Component("t1", null) with { Suspicion = Waits };
        Assert.Equal("h1", Assert.IsType<Place>(Decide([Scene.Host("h1")], created).About(created)).Host);
    }

    /// <param name="falls">Two make it suspect.</param>
    /// <param name="told">Suspect or not and the falls after this pass, or the reason why it waits.</param>
    [Theory]
    [InlineData(HostState.Online, 0, null)]
    [InlineData(HostState.Online, 1, null)]
    [InlineData(HostState.Online, 2, "HA-220")]
    [InlineData(HostState.Down, 0, "1")]
    [InlineData(HostState.Down, 1, "suspect, 2")]
    [InlineData(HostState.Down, 2, "HA-220")]
    public void A_Store_that_came_to_a_host_counts_when_that_falls_and_waits_once_it_is_suspect(HostState state, int falls, string? told)
    {
        var host = state == HostState.Down ? Scene.DownHost("h1") : Scene.Host("h1");
        host = host with { Verdict = host.Verdict with { Since = Scene.Now.AddSeconds(-20) } };
        DateTimeOffset? since = falls == 2 ? Scene.Now.AddSeconds(-30) : null;
        var store = Scene.Component("", "h1") with
        {
            Id = "subtopic:m",
            Kind = ComponentKind.Store,
            CameAt = Scene.Now.AddSeconds(-60),
            Suspicion = falls == 0 ? null : Waits with { Falls = [.. Waits.Falls.Take(falls)], Since = since },
        };
        var snapshot = Scene.Of([host, Scene.Host("h2")]) with { Arrivals = [store] };
        var decision = Decider.Decide(snapshot, Scene.Config).SingleOrDefault(d => d.Object == store.Id);
        Assert.Equal(told, decision switch
        {
            null => null,
            Suspect { After: { } after } suspect =>
                (suspect.Because.StartsWith("suspect: ", StringComparison.Ordinal) ? "suspect, " : "") + after.Falls.Count,
            Hold hold => hold.Reason.Code,
            _ => $"{decision}",
        });
    }

    [Fact]
    public void The_fall_of_a_Store_is_noted_only_while_HA_may_act_and_sees()
    {
        var host = Scene.DownHost("h1");
        host = host with { Verdict = host.Verdict with { Since = Scene.Now.AddSeconds(-20) } };
        var store = Scene.Component("", "h1") with
        {
            Id = "subtopic:m", Kind = ComponentKind.Store, CameAt = Scene.Now.AddSeconds(-60),
        };
        var fallen = Scene.Of([host, Scene.Host("h2")]) with { Arrivals = [store] };
        bool IsNoted(Snapshot snapshot, HaConfig config) => Decider.Decide(snapshot, config).Any(d => d is Suspect && d.Object == store.Id);
        Assert.True(IsNoted(fallen, Scene.Config));
        Assert.False(IsNoted(fallen, Scene.Config with { Enable = false }));
        Assert.False(IsNoted(fallen with { Feed = Scene.InterruptedFeed }, Scene.Config));
        var brakes = new Dictionary<string, BrakeState> { ["north"] = new(true, false) };
        Assert.False(IsNoted(fallen with { Brakes = brakes }, Scene.Config));
    }

    private static IReadOnlyList<Decision> Decide(IReadOnlyList<HostSnapshot> hosts, params Registration[] components) =>
        Decider.Decide(Scene.Of(hosts, components), Scene.Config);
}
