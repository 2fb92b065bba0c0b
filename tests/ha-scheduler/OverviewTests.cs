using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Index;

namespace Holdfast.HaScheduler.Tests;

public sealed class OverviewTests
{
    private static readonly HostDot[] Hosts =
    [
        new("h4", "b", HostState.Down, null, null), new("h2", "a", HostState.Online, 0.4, "drain"),
        new("h1", "a", HostState.Online, 0.2, null), new("h3", "b", HostState.Online, null, null),
    ];

    [Fact]
    public void A_region_that_is_small_enough_is_listed_whole_in_order()
    {
        var region = OverviewEndpoint.Region("r", Hosts, null, dots: 4);
        Assert.True(region.Whole);
        Assert.Equal(["h1", "h2", "h3", "h4"], region.Hosts.Select(h => h.Host));
    }

    [Theory]
    [InlineData(3, "h2 h4")]
    [InlineData(1, "h2")]
    [InlineData(0, "")]
    public void Of_a_larger_one_only_what_is_not_simply_Online_is_listed_and_no_more_than_asked_for(int dots, string listed)
    {
        var region = OverviewEndpoint.Region("r", Hosts, null, dots);
        Assert.False(region.Whole);
        Assert.Equal(listed, string.Join(' ', region.Hosts.Select(h => h.Host)));
    }

    [Fact]
    public void Its_IDCs_figures_count_every_host_and_leave_out_loads_that_nobody_has_said()
    {
        var region = OverviewEndpoint.Region("r", Hosts, null, dots: 0);
        Assert.Equal([("a", 2), ("b", 2)], region.Idcs.Select(i => (i.Idc, i.Hosts)));
        Assert.Equal(0.3, region.Idcs[0].Load!.Value, 9);
        Assert.Null(region.Idcs[1].Load);
        Assert.Equal([new HostCount(HostState.Online, 1), new HostCount(HostState.Down, 1)], region.Idcs[1].States);
    }

    [Theory]
    [InlineData(HostState.Online, 0.7)]
    [InlineData(HostState.Quarantined, 0.7)]
    [InlineData(HostState.Down, null)]
    public void A_host_that_is_Down_has_no_load(HostState state, double? load)
    {
        Assert.Equal(load, OverviewEndpoint.Dot(Scene.Host("h1", state).Verdict, new Usage(0.2, 0.7, 0.1)).Load);
        Assert.Null(OverviewEndpoint.Dot(Scene.Host("h1", state).Verdict, null).Load);
    }

    [Theory]
    [InlineData(HostState.Online, 15.0, false)]
    [InlineData(HostState.Online, 15.1, true)]
    [InlineData(HostState.Down, 100, false)]
    public void A_host_is_quiet_past_half_of_the_interval_after_which_it_is_Down(HostState state, double silent, bool isQuiet) =>
        Assert.Equal(isQuiet,
            OverviewEndpoint.IsQuiet(Scene.Host("h1", state, silent), new EffectiveConfig(Scene.Config), Scene.CompleteFeed));

    [Fact]
    public void One_in_maintenance_may_be_silent()
    {
        var host = Scene.Host("h1", silent: 20);
        var maintenance = new Maintenance("upgrade", "ops", Scene.Now.AddHours(1), "ops", Scene.Now);
        var maintained = host with { Verdict = host.Verdict with { Maintenance = maintenance } };
        Assert.False(OverviewEndpoint.IsQuiet(maintained, new EffectiveConfig(Scene.Config), Scene.CompleteFeed));
    }

    [Fact]
    public void Many_are_counted_and_the_first_ones_named()
    {
        var noted = Noted.Of(["d", "b", "a", "c"]);
        Assert.Equal((4, "a b c"), (noted.Count, string.Join(' ', noted.First)));
    }
}
