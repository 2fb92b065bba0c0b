using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A whole IDC that falls at once is one incident. Down after 30 s, suspect after 15 s.</summary>
public sealed class IdcLossTests
{
    private static Dictionary<(string Region, string Idc), string> Find(params HostSnapshot[] hosts) =>
        IdcLoss.Find(Scene.Of(hosts), new EffectiveConfig(Scene.Config));

    [Theory]
    [InlineData(30, 16, 0)]
    [InlineData(30.1, 15, 0)]
    [InlineData(30.1, 15.1, 1)]
    public void It_is_lost_once_one_of_its_hosts_is_overdue_and_all_are_suspect(double one, double other, int lost)
    {
        var found = Find(Scene.Host("h1", silent: one), Scene.Host("h2", silent: other), Scene.Host("h3", idc: "n2"));
        Assert.Equal(lost, found.Count);
        Assert.All(found, f => Assert.Equal((("north", "n1"), "idc-north-n1-20260101T120000000"), (f.Key, f.Value)));
        Assert.All(found, f => Assert.True(IdcLoss.IsOfIdc(f.Value)));
    }

    [Fact]
    public void One_host_is_no_IDC() => Assert.Empty(Find(Scene.Host("h1", silent: 31), Scene.Host("h2", idc: "n2")));

    [Fact]
    public void A_host_that_falls_later_joins_the_incident_of_its_IDC_and_of_no_other()
    {
        HostSnapshot Down(string name, string incident) =>
            Scene.DownHost(name) is var host ? host with { Verdict = host.Verdict with { Incident = incident } } : null!;
        var late = Scene.Host("h3", silent: 31);
        Assert.Equal("idc-north-n1-2", Find(Down("h1", "idc-north-n1-1"), Down("h2", "idc-north-n1-2"), late)[("north", "n1")]);
        Assert.StartsWith("idc-north-n1-2026", Find(Down("h1", "h1-incident"), late)[("north", "n1")], StringComparison.Ordinal);
        Assert.Empty(Find(Down("h1", "idc-north-n1-1"), Down("h2", "idc-north-n1-1")));
        Assert.False(IdcLoss.IsOfIdc("h1-incident"));
    }

    [Fact]
    public void A_lost_idc_is_one_incident_also_for_the_hosts_that_fall_later()
    {
        var first = Decider.Decide(Scene.Of([Silent("a1", 31), Silent("a2", 16), .. Alive]), Scene.Config).OfType<DeclareDown>().Single();
        Assert.Equal("idc-north-a-20260101T120000000", first.Incident);
        var down = Scene.DownHost("a1", idc: "a");
        down = down with { Verdict = down.Verdict with { Incident = first.Incident } };
        var later = Decider.Decide(
            Scene.Of([down, Silent("a2", 31), .. Alive]) with { Now = Scene.Now.AddSeconds(3) }, Scene.Config)
            .OfType<DeclareDown>().Single();
        Assert.Equal(first.Incident, later.Incident);
        var single = Decider.Decide(Scene.Of([Silent("a1", 31), Silent("a2", 1), .. Alive]), Scene.Config).OfType<DeclareDown>().Single();
        Assert.StartsWith("a1-", single.Incident, StringComparison.Ordinal);
    }

    private static HostSnapshot[] Alive => [.. Enumerable.Range(1, 5).Select(n => Scene.Host($"b{n}", idc: "b"))];

    private static HostSnapshot Silent(string name, double seconds) => Scene.Host(name, silent: seconds, idc: "a");
}
