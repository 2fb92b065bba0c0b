using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts on which a suspect can be watched alone. suspectWindow is 90 s, and after six of them it goes anywhere.</summary>
public sealed class TrialHostsTests
{
    private static readonly Registration Suspect = Scene.Component("t1", "h1") with
    {
        Suspicion = new Suspicion { Since = Scene.Now.AddSeconds(-200) },
    };

    private static TrialHosts Of(IReadOnlyList<HostSnapshot> hosts, params IReadOnlyList<Registration> components) => new(
        Scene.Of(hosts, components), new EffectiveConfig(Scene.Config),
        hosts.Select(h => Candidate.Of(h.Reported!, h.Verdict.Region, h.Verdict.Idc, 0, 0)).ToLookup(c => c.Region,
            StringComparer.Ordinal));

    private static Case Case(double since = 200) => new(
        Suspect with { Suspicion = new Suspicion { Since = Scene.Now.AddSeconds(-since) } }, null, Scene.Config, null, null, false, null);

    private static Registration Came(double ago, string task = "t2", string host = "h1") =>
        Scene.Component(task, host) with { CameAt = Scene.Now.AddSeconds(-ago) };

    private static HostSnapshot Back(double ago, string name = "h1") =>
        Scene.Host(name) is var host ? host with { Verdict = host.Verdict with { Since = Scene.Now.AddSeconds(-ago) } } : null!;

    [Theory]
    [InlineData(89, true)]
    [InlineData(90, false)]
    public void Other_work_that_came_within_the_window_disturbs(double ago, bool disturbs)
    {
        Assert.Equal(disturbs, Of([Scene.Host("h1")], Came(ago)).DisturbsInPlace(Case()) is not null);
        Assert.Equal(disturbs, Of([Scene.Host("h1")], Came(ago)).For(Case()) is null);
        Assert.Null(Of([Scene.Host("h1")], Came(ago, "t1")).DisturbsInPlace(Case()));
        Assert.Null(Of([Scene.Host("h1")], Came(ago, host: "h2")).DisturbsInPlace(Case()));
        Assert.Null(Of([Scene.Host("h1")], Came(ago) with { Desired = DesiredState.Stopped }).DisturbsInPlace(Case()));
    }

    [Theory]
    [InlineData(89, true)]
    [InlineData(90, false)]
    public void A_host_that_is_back_within_the_window_disturbs(double ago, bool disturbs) =>
        Assert.Equal(disturbs, Of([Back(ago)]).DisturbsInPlace(Case()) is not null);

    [Fact]
    public void The_latest_to_come_is_what_counts()
    {
        var both = Of([Scene.Host("h1")], Came(50), Came(40, "t1"));
        Assert.Null(both.DisturbsInPlace(Case()));
        Assert.StartsWith("t2-incr", Of([Scene.Host("h1")], Came(50, "t1"), Came(40)).DisturbsInPlace(Case()), StringComparison.Ordinal);
        Assert.StartsWith("t2-incr", Of([Scene.Host("h1")], Came(40), Came(50, "t1")).DisturbsInPlace(Case()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(540, true)]
    [InlineData(540.1, false)]
    public void After_six_windows_it_goes_anywhere(double since, bool waits)
    {
        Assert.Equal(waits, Of([Scene.Host("h1")], Came(1)).DisturbsInPlace(Case(since)) is not null);
        Assert.Equal(waits, Of([Scene.Host("h1")], Came(1)).For(Case(since)) is null);
    }

    [Fact]
    public void What_this_pass_has_given_to_a_host_disturbs_too()
    {
        var hosts = Of([Scene.Host("h1"), Scene.Host("h2")]);
        Assert.Equal(2, hosts.Count("north"));
        hosts.Takes("h1");
        Assert.Equal("h1 has just got other work", hosts.DisturbsInPlace(Case()));
        Assert.Equal("h2", hosts.For(Case())!.Take(ComponentKind.IncrSync).Host);
        hosts.Takes("h2");
        Assert.Null(hosts.For(Case()));
        Assert.Null(hosts.For(Case(9999)));
    }
}
