using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts that people are told of since their leases lapse again and again.</summary>
public sealed class LapseAlertsTests
{
    private static readonly Lapses Found = new(5, 7.5, 60, 5.5, 4);

    private static Snapshot Of(params IReadOnlyList<HostSnapshot> hosts) => Scene.Of(hosts) with
    {
        Lapses = new Dictionary<string, Lapses> { ["h1"] = Found },
    };

    [Theory]
    [InlineData(HostState.Online, true)]
    [InlineData(HostState.Down, false)]
    public void People_are_told_of_a_host_that_is_not_Down(HostState state, bool told)
    {
        var finding = LapseAlerts.Of(Of(Scene.Host("h1", state)), Scene.Config, [], TimeSpan.FromHours(1)).SingleOrDefault();
        Assert.Equal(told ? (AlertEvents.HostLapses, "h1", AlertLevel.Warning) : null,
            finding is null ? null : ((string, string, AlertLevel)?)(finding.Event, finding.Target, finding.Level));
    }

    [Fact]
    public void Nobody_is_told_of_a_host_in_maintenance()
    {
        var host = Scene.Host("h1");
        Assert.Empty(LapseAlerts.Of(Of(host with { Verdict = host.Verdict with { Maintenance = Some.Work } }), Scene.Config, [],
            TimeSpan.FromHours(1)));
    }

    /// <summary>Fifteen leases of 15 s.</summary>
    [Theory]
    [InlineData(224.9, true)]
    [InlineData(225, false)]
    public void Another_life_of_the_scheduler_resolves_nothing_before_it_could_have_counted_as_much(double lifetime, bool goesOn)
    {
        var told = LapseAlerts.Of(Of(Scene.Host("h1")), Scene.Config, [], TimeSpan.Zero).Single();
        Assert.Equal(goesOn, LapseAlerts.Of(Scene.Of([Scene.Host("h1")]), Scene.Config, [told], Scene.Seconds(lifetime)).Any());
    }
}
