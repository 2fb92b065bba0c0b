namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts that new work may come to.</summary>
public sealed class CandidateHostsTests
{
    private static string[] Of(params HostSnapshot[] hosts) => [.. CandidateHosts.Of(Scene.Of(hosts), Scene.Config).Select(c => c.Host)];

    [Fact]
    public void Only_one_that_is_Online_heard_and_not_to_be_left_takes_work()
    {
        var drained = Scene.Host("h1") is var host ? host with { Verdict = host.Verdict
            with { Drain = new Drain("", "", Scene.Now) } } : null!;
        var busy = drained with { Verdict = drained.Verdict with { Drain = null, Maintenance = Some.Work } };
        Assert.Equal(["h2"], Of(Scene.Host("h2"), drained, busy, Scene.DownHost("h3"), Scene.Host("h4", HostState.Quarantined),
            Scene.Host("h5", heard: false), Scene.Host("h6") with { Reported = null }));
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(15.1, false)]
    public void One_that_was_not_heard_for_half_an_interval_takes_none(double unheard, bool takes) =>
        Assert.Equal(takes ? ["h1"] : [], Of(Scene.Host("h1", unheard: unheard)));

    [Fact]
    public void What_stands_there_and_what_is_on_its_way_counts()
    {
        var leaves = Scene.Component("t3", "h2") with
        {
            Migration = new Migration { Cause = MoveCause.Drain, At = Scene.Now, Target = "h1", StoppingSince = Scene.Now },
        };
        var asked = Scene.Component("t4", "h2") with { Migration = leaves.Migration! with { StoppingSince = null } };
        var snapshot = Scene.Of([Scene.Host("h1"), Scene.Host("h2")], Scene.Component("t1", "h1"), Scene.Component("t2", null),
            leaves, asked) with
        {
            StoresByHost = new Dictionary<string, int> { ["h1"] = 3 },
        };
        Assert.Equal([(3, 2), (0, 2)], CandidateHosts.Of(snapshot, Scene.Config).Select(c => (c.Stores, c.Others)));
    }
}
