using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>The terms of a subtopic that several tasks share, and windows without HA.</summary>
public sealed class StoreTermsTests
{
    [Fact]
    public void Of_tasks_that_share_the_watched_and_the_most_careful_one_decide()
    {
        var config = Scene.Config with
        {
            Enable = false,
            Regions = new Dictionary<string, HaConfigOverride> { ["north"] = new() { CheckRequestIntervalSec = 30 } },
            Tasks = new Dictionary<string, HaConfigOverride>
            {
                ["t1"] = new() { Enable = true, CheckRequestIntervalSec = 900 }, ["t2"] = new() { Autonomy = Autonomy.Approve },
            },
        };
        var subtopic = View().ReadAt(1, 2).Document;
        var both = StoreTerms.ConfigFor(config, config.ForRegion("north"), subtopic);
        Assert.Equal((true, 900, Autonomy.Approve), (both.Enable, both.CheckRequestIntervalSec, both.Autonomy));
        var other = StoreTerms.ConfigFor(config, config.ForRegion("north"), subtopic with { Tasks = ["t3"] });
        Assert.Equal((false, 30), (other.Enable, other.CheckRequestIntervalSec));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void It_is_watched_as_soon_as_one_of_its_tasks_is_with_both_switches(bool enable, bool store, bool isOn)
    {
        var config = new HaConfig
        {
            Enable = false,
            Tasks = new Dictionary<string, HaConfigOverride> { ["t1"] = new() { Enable = enable, EnableStore = store } },
        };
        var terms = StoreTerms.ConfigFor(config, config, View().ReadAt(1, 2).Document);
        Assert.Equal((isOn, isOn), (terms.Enable, terms.EnableStore));
    }

    [Theory]
    [InlineData(-1, 0, true)]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, false)]
    [InlineData(null, 0, true)]
    [InlineData(-1, 9, true)]
    public void A_window_concerns_what_has_not_run_since_HA_is_on_again(int? ranUntil, int minutes, bool concerns)
    {
        var window = new HaWindow(Now.AddMinutes(-minutes), Now);
        var view = View(Abnormal) with { RanUntil = ranUntil is { } seconds ? Clock(10, 0) + seconds : null };
        Assert.Equal((concerns, TimeSpan.FromMinutes(minutes)), (window.Concerns(view), window.Length));
        Assert.Equal(TimeSpan.Zero, new HaWindow(Now.AddSeconds(1), Now).Length);
    }
}
