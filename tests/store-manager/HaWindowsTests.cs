using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Times without HA, as changes of ha.config show them.</summary>
public sealed class HaWindowsTests
{
    private static readonly HaConfig On = new() { Enable = true };
    private static readonly HaConfig Off = new() { Enable = false };

    private static HaWindows After(params (HaConfig Config, int Minute)[] changes) =>
        changes.Aggregate(new HaWindows(), (windows, change) => windows.After(change.Config, Now.AddMinutes(change.Minute)));

    [Fact]
    public void Off_and_on_again_is_a_window() =>
        Assert.Equal(new HaWindow(Now.AddMinutes(1), Now.AddMinutes(31)), After((On, 0), (Off, 1), (Off, 5), (On, 31)).For("north"));

    [Fact]
    public void The_switch_for_stores_counts_as_well() =>
        Assert.Equal(TimeSpan.FromMinutes(2), After((On, 0), (On with { EnableStore = false }, 1), (On, 3)).For("north")!.Length);

    [Fact]
    public void What_was_always_on_or_is_still_off_has_no_window()
    {
        Assert.Null(After((On, 0), (On, 5)).For("north"));
        Assert.Null(After((On, 0), (Off, 5)).For("north"));
    }

    [Fact]
    public void A_region_with_values_of_its_own_has_its_own_windows()
    {
        var northOn = Off with { Regions = new Dictionary<string, HaConfigOverride> { ["north"] = new() { Enable = true } } };
        var windows = After((On, 0), (Off, 1), (northOn, 4));
        Assert.Equal(TimeSpan.FromMinutes(3), windows.For("north")!.Length);
        Assert.Null(windows.For("south"));
        Assert.Equal(TimeSpan.FromMinutes(9), windows.After(On, Now.AddMinutes(10)).For("south")!.Length);
    }

    [Fact]
    public void A_window_stays_known_while_nothing_changes_and_while_HA_is_off_again()
    {
        var window = After((On, 0), (Off, 1), (On, 31));
        Assert.Equal(window.For("north"), window.After(On, Now.AddMinutes(40)).For("north"));
        Assert.Equal(window.For("north"), window.After(Off, Now.AddMinutes(40)).For("north"));
        Assert.NotNull(window.For("north"));
    }

    [Fact]
    public void Off_stays_off_since_when_it_was_for_the_installation_and_for_a_region()
    {
        var own = Off with { Regions = new Dictionary<string, HaConfigOverride> { ["north"] = new() { Enable = false } } };
        var windows = After((On, 0), (own, 1), (own, 5), (On, 9));
        Assert.Equal((TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(8)), (windows.For("north")!.Length, windows.For("")!.Length));
    }

    [Fact]
    public void A_region_that_was_off_by_itself_has_a_window_of_its_own()
    {
        static HaConfig North(bool on) => On with { Regions = new Dictionary<string,
            HaConfigOverride> { ["north"] = new() { Enable = on } } };
        var windows = After((North(true), 0), (North(false), 1), (North(false), 3), (North(true), 5));
        Assert.Equal(TimeSpan.FromMinutes(4), windows.For("north")!.Length);
        Assert.Null(windows.For("south"));
    }
}
