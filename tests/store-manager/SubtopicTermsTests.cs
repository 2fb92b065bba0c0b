using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>The terms that each subtopic is judged by.</summary>
public sealed class SubtopicTermsTests
{
    [Fact]
    public void Until_a_configuration_was_heard_nothing_is_switched_on() =>
        Assert.False(new SubtopicTerms(null, Scene.Config).For(View(Running).Document).IsOn);

    [Fact]
    public void A_region_s_and_a_task_s_own_values_go_before()
    {
        var config = Scene.Config with
        {
            Regions = new Dictionary<string, HaConfigOverride> { ["south"] = new() { Enable = false } },
            Tasks = new Dictionary<string, HaConfigOverride> { ["t1"] = new() { CheckRequestIntervalSec = 77 } },
        };
        var window = new HaWindow(Now.AddMinutes(-9), Now.AddMinutes(-4));
        var held = new HaConfigDocument
        {
            Id = HaConfigDocument.CurrentId, Version = 1, Config = config,
            Windows = new HaWindows { Last = new Dictionary<string, HaWindow> { [HaWindows.Everywhere] = window } },
        };
        var terms = new SubtopicTerms(held, Profile.Oms.Ha);
        var document = View(Running).Document;
        Assert.Equal((true, 77, window), (terms.For(document) is var own
            ? (own.IsOn, own.Config.CheckRequestIntervalSec, own.Window) : default));
        var other = document with { Tasks = ["t2"] };
        Assert.Same(terms.For(other), terms.For(other with { Subtopic = "another" }));
        Assert.False(terms.For(other with { Region = "south" }).IsOn);
        Assert.Equal(Scene.Config.CheckModuleExceptionInterval, terms.SilenceMax);
    }
}
