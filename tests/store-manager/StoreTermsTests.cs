using Holdfast.Contracts;
using Holdfast.Rules.StoreManager;
using static Holdfast.Rules.StoreManager.StoreStanding;
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
}
