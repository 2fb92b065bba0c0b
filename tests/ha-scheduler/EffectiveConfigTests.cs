namespace Holdfast.HaScheduler.Tests;

/// <summary>The configuration that holds for a region and for a component.</summary>
public sealed class EffectiveConfigTests
{
    [Fact]
    public void A_task_s_values_go_before_its_region_s_and_those_before_the_installation_s()
    {
        var config = Scene.Config with
        {
            Regions = new Dictionary<string, HaConfigOverride> { ["north"] = new() { MovesPerSecond = 7, RestartsMax = 8 } },
            Tasks = new Dictionary<string, HaConfigOverride> { ["t1"] = new() { RestartsMax = 9 } },
        };
        var effective = new EffectiveConfig(config);
        Assert.Equal((7, 8), (effective.For("north").MovesPerSecond, effective.For("north").RestartsMax));
        Assert.Same(effective.For("north"), effective.For("north"));
        Assert.Equal((7, 9), (effective.For(Scene.Component("t1", "h1")) is var own ? (own.MovesPerSecond, own.RestartsMax) : default));
        Assert.Equal(8, effective.For(Scene.Component("t2", "h1")).RestartsMax);
        Assert.Equal(Scene.Config.RestartsMax, effective.For("south").RestartsMax);
    }

    [Fact]
    public void Without_values_of_its_own_it_is_the_installation_s_itself()
    {
        var effective = new EffectiveConfig(Scene.Config);
        Assert.Same(Scene.Config, effective.For("north"));
        Assert.Same(Scene.Config, effective.For(Scene.Component("t1", "h1")));
    }
}
