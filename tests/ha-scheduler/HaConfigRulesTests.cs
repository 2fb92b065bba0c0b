using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Rules between keys of ha.config. Profile standard: Down after 30 s; 15 + 5 + 2 s; a heartbeat every 3 s.</summary>
public sealed class HaConfigRulesTests
{
    private static string[] Broken(HaConfig config) => [.. HaConfigRules.Check(config, Profile.Standard).Select(f => f.Field)];

    [Theory]
    [InlineData(6, true)]
    [InlineData(5.9, false)]
    public void A_lease_outlives_one_lost_heartbeat(double lease, bool holds) =>
        Assert.Equal(holds ? [] : ["leaseSec"], Broken(Scene.Config with { LeaseSec = lease }));

    [Theory]
    [InlineData(22, true)]
    [InlineData(21, false)]
    public void A_host_is_fenced_before_it_can_be_Down(int interval, bool holds) => Assert.Equal(
        holds ? [] : ["checkHostDownIntervalSec"], Broken(Scene.Config with { CheckHostDownIntervalSec = interval }));

    [Theory]
    [InlineData(15, true)]
    [InlineData(15.1, false)]
    public void Two_passes_fall_into_an_interval(double inspection, bool holds) => Assert.Equal(
        holds ? [] : ["checkHostDownIntervalSec"], Broken(Scene.Config with { InspectionIntervalSec = inspection }));

    [Theory]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(29, false)]
    public void A_suspect_is_watched_until_its_host_can_be_missed(int window, bool holds) =>
        Assert.Equal(holds ? [] : ["suspectWindowSec"], Broken(Scene.Config with { SuspectWindowSec = window }));

    [Fact]
    public void A_region_with_values_of_its_own_is_checked_by_them_and_any_other_is_not()
    {
        static HaConfig With(HaConfigOverride own) =>
            Scene.Config with { Regions = new Dictionary<string, HaConfigOverride> { ["south"] = own } };
        Assert.Equal(["regions.south.checkHostDownIntervalSec"], Broken(With(new() { CheckHostDownIntervalSec = 21 })));
        Assert.Equal(["regions.south.suspectWindowSec"], Broken(With(new() { SuspectWindowSec = 29 })));
        Assert.Empty(Broken(With(new() { CheckHostDownIntervalSec = 22 })));
        Assert.Equal(["leaseSec", "checkHostDownIntervalSec"],
            Broken(With(new() { Enable = false }) with { LeaseSec = 1, CheckHostDownIntervalSec = 7 }));
        Assert.Equal(["regions.south.suspectWindowSec"],
            Broken(With(new() { CheckHostDownIntervalSec = 31 }) with { SuspectWindowSec = 30 }));
        Assert.Equal(["checkHostDownIntervalSec", "regions.south.checkHostDownIntervalSec"],
            Broken(With(new() { CheckHostDownIntervalSec = 20 }) with { CheckHostDownIntervalSec = 21 }));
    }
}
