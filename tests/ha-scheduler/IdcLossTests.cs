using Holdfast.Contracts;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

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
}
