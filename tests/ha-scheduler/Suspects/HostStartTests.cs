namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>
/// All that stands on a host begins anew when that host is back, also when it was back before anybody could call it Down. A suspect that
/// is watched there meanwhile would be held for another one's fall. Config standard: suspectWindow 90 s.
/// </summary>
public sealed class HostStartTests : PassScene
{
    private static readonly Registration Waits = Scene.Component("t1", "h1") with
    {
        CameAt = Scene.Now.AddMinutes(-20),
        Suspicion = new Suspicion { Falls = [Went("h1", 15), Went("h2", 9)], Since = Scene.Now.AddMinutes(-4) },
    };

    private static Fall Went(string host, int minutesAgo) =>
        new(host, host + "-incident", Scene.Now.AddMinutes(-minutesAgo), Scene.Now.AddMinutes(-minutesAgo));

    [Theory]
    [InlineData(89, false)]
    [InlineData(90, true)]
    public void A_turn_begins_in_place_only_once_the_life_of_its_host_is_a_window_old(int startedAgo, bool begins)
    {
        var decision = Decide(Waits, Started("h1", 7, startedAgo));
        Assert.Equal(begins, decision is Suspect { After.TriedAt: not null });
        if (!begins)
        {
            Assert.Contains("h1 is back since", decision.HeldFor(Reason.SuspectWaits).Because, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_life_that_is_not_noted_yet_has_begun_now()
    {
        var noted = Started("h1", 7, startedAgo: 1000);
        var anew = noted with { Reported = noted.Reported! with { Report = noted.Reported.Report with { Incarnation = 8 } } };
        Assert.Contains("h1 is back since", Decide(Waits, anew).HeldFor(Reason.SuspectWaits).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_leaves_a_host_that_is_Down_goes_to_one_whose_life_is_a_window_old()
    {
        var decision = Decide(Waits, Scene.DownHost("h1"), Started("h2", 7, 10), Started("h3", 7, 100), Started("h4", 7, 10));
        Assert.Equal("h3", Assert.IsType<Place>(decision).Host);
    }

    [Fact]
    public void A_start_is_noted_once_and_a_report_of_a_former_life_is_none()
    {
        var verdict = Scene.Verdict("h1", HostState.Online);
        Assert.Null(HostStart.Noted(verdict, Scene.Report("h1"), Scene.Now));
        var started = HostStart.Noted(verdict, Scene.Report("h1") with { Incarnation = 2 }, Scene.Now)!;
        Assert.Equal(new HostStart(2, Scene.Now), started.Start);
        Assert.Null(HostStart.Noted(started, Scene.Report("h1") with { Incarnation = 2 }, Scene.Now.AddSeconds(1)));
        Assert.Null(HostStart.Noted(started, Scene.Report("h1"), Scene.Now.AddSeconds(1)));
    }

    [Fact]
    public async Task A_start_is_in_the_state_and_a_restart_of_the_scheduler_forgets_it_not()
    {
        var (host, _) = await OneTaskRuns();
        Assert.Null(_life.Cluster.Hosts.Find(host)!.Start);
        _life.StartsAnew(host, 5);
        await _life.Pass(2);
        var start = _life.Cluster.Hosts.Find(host)!.Start;
        Assert.Equal(5, start?.Incarnation);
        Restart();
        _life.StartsAnew(host, 5);
        await _life.Pass(3);
        Assert.Equal((HostState.Online, start), (_life.Cluster.Hosts.Find(host)!.State, _life.Cluster.Hosts.Find(host)!.Start));
    }

    [Fact]
    public void An_innocent_is_not_held_for_what_begins_anew_beside_it()
    {
        var walk = new Walk().Hosts("a", "h1", "h2").Hosts("b", "h3", "h4")
            .Task("i", "h1", sinceSeconds: 1000).Task("poison", "h1", fellsAfter: 5, sinceSeconds: 1000);
        walk.Change("i", i => i with
        {
            Suspicion = new Suspicion { Falls = [Went("h2", 15), Went("h3", 9)], Since = Scene.Now.AddSeconds(-30) },
        });
        walk.AwayFor = 40;
        walk.StartAnew("h1");
        walk.Until(() => walk.Felled.Count > 0, most: 60);
        walk.Pass(10);
        Assert.False(walk["i"].Suspicion is { IsHeld: true }, $"{walk["i"].Suspicion}");
    }

    private static HostSnapshot Started(string name, long incarnation, int startedAgo)
    {
        var host = Scene.Host(name);
        return host with
        {
            Verdict = host.Verdict with
            {
                Since = Scene.Now.AddHours(-1), Start = new HostStart(incarnation, Scene.Now.AddSeconds(-startedAgo)),
            },
            Reported = host.Reported! with { Report = host.Reported.Report with { Incarnation = incarnation } },
        };
    }

    /// <param name="component">It stands on the first host.</param>
    /// <param name="hosts">Others take work besides.</param>
    private static Decision Decide(Registration component, params IReadOnlyList<HostSnapshot> hosts) =>
        Decider.Decide(Scene.Of(hosts.Count > 1 ? hosts : [.. hosts, Scene.Host("h8"), Scene.Host("h9")], component), Scene.Config)
            .About(component);

    [Theory]
    [InlineData(59, 59, 59)]
    [InlineData(60, null, 60)]
    [InlineData(61, null, 60)]
    [InlineData(null, null, 60)]
    public void Of_start_and_verdict_the_later_one_is_when_a_host_came_back(int? startedAgo, int? seenAgo, int backAgo)
    {
        var host = Started("h1", 7, startedAgo ?? 0);
        host = host with
        {
            Verdict = host.Verdict with
            {
                Since = Scene.Now.AddSeconds(-60),
                Start = startedAgo is null ? null : host.Verdict.Start,
                Incarnation = 7,
            },
        };
        Assert.Equal(seenAgo is { } seen ? Scene.Now.AddSeconds(-seen) : null, HostStart.SeenAt(host, Scene.Now));
        Assert.Equal(Scene.Now.AddSeconds(-backAgo), HostStart.BackSince(host, Scene.Now));
    }
}
