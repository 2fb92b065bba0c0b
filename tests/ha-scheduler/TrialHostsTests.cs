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
    public void Whatever_else_came_within_the_window_disturbs_also_before_it_or_with_it()
    {
        foreach (var (other, own) in (IEnumerable<(double, double)>)[(50, 40), (40, 50), (40, 40)])
        {
            var disturbs = $"t2-incr came to h1 at {Scene.Now.AddSeconds(-other):O}";
            Assert.Equal(disturbs, Of([Scene.Host("h1")], Came(other), Came(own, "t1")).DisturbsInPlace(Case())?.Replace(
                Came(1).Id, "t2-incr", StringComparison.Ordinal));
            Assert.Equal(disturbs, Of([Scene.Host("h1")], Came(own, "t1"), Came(other)).DisturbsInPlace(Case())?.Replace(
                Came(1).Id, "t2-incr", StringComparison.Ordinal));
        }

        Assert.Null(Of([Scene.Host("h1")], Came(100), Came(40, "t1")).DisturbsInPlace(Case()));
    }

    [Fact]
    public void Of_many_the_latest_is_named()
    {
        foreach (var order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            Registration[] came = [Came(20, "t1"), Came(50, "t2"), Came(40, "t3")];
            Assert.StartsWith(Came(1, "t3").Id, Of([Scene.Host("h1")], [.. order.Select(i => came[i])]).DisturbsInPlace(Case()),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_those_that_came_at_once_the_first_is_named()
    {
        Assert.StartsWith("t2", Of([Scene.Host("h1")], Came(40, "t2"), Came(40, "t3")).DisturbsInPlace(Case()), StringComparison.Ordinal);
        Assert.StartsWith("t2", Of([Scene.Host("h1")], Came(20, "t1"), Came(40, "t2"), Came(40, "t3")).DisturbsInPlace(Case()),
            StringComparison.Ordinal);
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
