using static Holdfast.HaScheduler.Tests.PlacementTests;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A host that may take work: what stands on it, what is still to come, what one more costs it at which limits.</summary>
public sealed class CandidateTests
{
    private const ComponentKind IncrSync = ComponentKind.IncrSync;

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    [InlineData(5, 0)]
    public void What_a_host_has_not_reported_yet_is_to_come_unless_it_has_reported_nothing_at_all(int reported, int awaited)
    {
        var says = Scene.Reported("h1", "north", "n1",
            [.. Enumerable.Range(0, reported).Select(n => Scene.Runs(Scene.Component($"t{n}", "h1")))]) with { Tags = ["ssd"] };
        var candidate = Candidate.Of(says, "north", "n1", stores: 1, others: 1);
        Assert.Equal((awaited, "ssd"), (candidate.Awaited, Assert.Single(candidate.Tags)));
        Assert.Equal(0, Candidate.Of(says with { ComponentsInventory = -1 }, "north", "n1", stores: 1, others: 1).Awaited);
    }

    [Fact]
    public void Where_nothing_runs_a_component_is_expected_to_cost_nothing_and_elsewhere_at_most_a_twentieth()
    {
        Assert.Equal(default, new Placement([Host("h1", usage: new Usage(0.8, 0.8, 0))]).Cost);
        var few = new Placement([Host("h1", others: 1, usage: new Usage(0.5, 0.04, 0))]);
        Assert.Equal((0.05, 0.04), (few.Cost.Cpu, Math.Round(few.Cost.Memory, 9)));
        var set = new Placement([Host("h1", others: 1, usage: new Usage(0.5, 0, 0))], LoadLimits.Default with { ComponentCostMax = 0.1 });
        Assert.Equal(0.1, set.Cost.Cpu);
    }

    [Fact]
    public void Limits_can_be_set()
    {
        var host = Host("h1", usage: new Usage(0.5, 0.5, 0.5));
        Assert.Null(new Placement([host], LoadLimits.Default with { Cpu = 0.5 }).Take(IncrSync).Host);
        Assert.Null(new Placement([host], LoadLimits.Default with { Memory = 0.5 }).Take(IncrSync).Host);
        Assert.Null(new Placement([host], LoadLimits.Default with { Disk = 0.5 }).Take(IncrSync).Host);
        var above = new LoadLimits { Cpu = 0.51, Memory = 0.51, Disk = 0.51 };
        Assert.Equal("h1", new Placement([host], above).Take(IncrSync).Host);
    }

    [Theory]
    [InlineData(0.8499, 0.8499, 0.8999, true)]
    [InlineData(0.85, 0, 0, false)]
    [InlineData(0, 0.85, 0, false)]
    [InlineData(0, 0, 0.9, false)]
    public void A_bottleneck_is_at_its_limit_and_not_below(double cpu, double memory, double disk, bool has) =>
        Assert.Equal(has, LoadLimits.Default.HasNoBottleneck(new Usage(cpu, memory, disk)));

    [Fact]
    public void A_component_costs_the_average_of_all_hosts_and_those_that_are_to_come_do_not_count()
    {
        var hosts = new[] { Host("h1", others: 10, usage: new Usage(0.2, 0.1, 0)), Host("h2", others: 30, usage: new Usage(0.4, 0.3, 0)) };
        Assert.Equal(new ComponentCost(0.6 / 40, 0.4 / 40), ComponentCost.Among(hosts, LoadLimits.Default));
        Assert.Equal(0.6 / 20, ComponentCost.Among([hosts[0], hosts[1] with { Awaited = 20 }], LoadLimits.Default).Cpu, 9);
        Assert.Equal(default, ComponentCost.Among([hosts[0] with { Awaited = 10 }, hosts[1] with { Awaited = 31 }], LoadLimits.Default));
    }
}
