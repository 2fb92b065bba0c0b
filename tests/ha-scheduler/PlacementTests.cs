namespace Holdfast.HaScheduler.Tests;

/// <summary>One plan of one region: both sides of each limit.</summary>
public sealed class PlacementTests
{
    private const ComponentKind IncrSync = ComponentKind.IncrSync;

    [Fact]
    public void The_least_filled_host_comes_first_then_the_least_loaded_then_by_name()
    {
        var plan = new Placement([
            Host("h4", others: 1), Host("h3", usage: new Usage(0.2, 0.2, 0)), Host("h2"), Host("h1"), Host("h5", quota: 50, others: 1)]);
        Assert.Equal(["h1", "h2", "h3", "h4", "h1", "h2", "h3", "h5"], Take(plan, 8));
    }

    [Fact]
    public void A_host_takes_up_to_its_quota_and_not_one_more()
    {
        var plan = new Placement([Host("h1", quota: 3, others: 1)]);
        Assert.Equal(["h1", "h1", null], Take(plan, 3));
        Assert.Equal("h1: others 3 of 3", plan.Take(IncrSync).Refusal!.Sentence);
    }

    [Fact]
    public void Stores_and_others_have_quotas_of_their_own()
    {
        var plan = new Placement([Host("h1") with { Quotas = new Quotas(Stores: 1, Others: 1) }]);
        Assert.Equal("h1", plan.Take(ComponentKind.Store).Host);
        Assert.Equal("h1: stores 1 of 1", plan.Take(ComponentKind.Store).Refusal!.Sentence);
        Assert.Equal("h1", plan.Take(ComponentKind.FullImport).Host);
        Assert.Equal("h1: others 1 of 1", plan.Take(ComponentKind.FullVerification).Refusal!.Sentence);
    }

    [Theory]
    [InlineData(0.8499, 0, 0, true)]
    [InlineData(0.85, 0, 0, false)]
    [InlineData(0, 0.8499, 0, true)]
    [InlineData(0, 0.85, 0, false)]
    [InlineData(0, 0, 0.8999, true)]
    [InlineData(0, 0, 0.90, false)]
    [InlineData(double.NaN, 0, 0, false)]
    public void A_host_at_a_bottleneck_takes_nothing(double cpu, double memory, double disk, bool takes) =>
        Assert.Equal(takes, new Placement([Host("h1", usage: new Usage(cpu, memory, disk))]).Take(IncrSync).Host is not null);

    [Fact]
    public void What_is_handed_out_is_expected_to_cost_what_a_component_costs_on_average()
    {
        // 0.4 + 0.4 of CPU over 40 components: 0.02 each. 0.4 + 22 × 0.02 stays below 0.85, 23 would not.
        var usage = new Usage(0.4, 0.1, 0);
        var plan = new Placement([Host("h1", others: 20, usage: usage, quota: 1000), Host("h2", others: 20, usage: usage, quota: 1000)]);
        Assert.Equal((0.02, 0.005), (Math.Round(plan.Cost.Cpu, 9), Math.Round(plan.Cost.Memory, 9)));
        Assert.All(Take(plan, 44), Assert.NotNull);
        var refusal = plan.Take(IncrSync).Refusal!;
        Assert.Equal("h1: cpu 0.4 + 0.46 expected ≥ 0.85; h2: cpu 0.4 + 0.46 expected ≥ 0.85", refusal.Sentence);
        Assert.Equal((2, 2, 0), (refusal.Candidates, refusal.Bottlenecks, refusal.Full));
    }

    [Fact]
    public void Memory_counts_like_CPU()
    {
        var plan = new Placement([Host("h1", others: 20, usage: new Usage(0.1, 0.4, 0), quota: 1000)]);
        Assert.Equal(22, Take(plan, 30).Count(h => h is not null));
    }

    [Fact]
    public void What_was_placed_just_now_counts_though_the_usage_does_not_show_it_yet()
    {
        var usage = new Usage(0.4, 0.1, 0);
        var plan = new Placement([Host("h1", others: 42, usage: usage, quota: 1000) with { Awaited = 22 }]);
        Assert.Equal(0.02, plan.Cost.Cpu, 9);
        Assert.Null(plan.Take(IncrSync).Host);
        plan = new Placement([Host("h1", others: 41, usage: usage, quota: 1000) with { Awaited = 21 }]);
        Assert.Equal(["h1", null], Take(plan, 2));
    }

    [Fact]
    public void A_host_must_carry_every_tag_that_is_asked_for()
    {
        var plan = new Placement([Host("h1"), Tagged("h2", "ssd"), Tagged("h3", "gpu", "ssd"), Tagged("h4", "gpu")]);
        Assert.Equal("h3", plan.Take(IncrSync, ["ssd", "gpu"]).Host);
        Assert.Equal("h3", plan.Take(IncrSync, ["gpu", "ssd", "gpu"], excluding: "h2").Host);
        Assert.Equal("h2", plan.Take(IncrSync, ["ssd"]).Host);
        Assert.Equal("h1", plan.Take(IncrSync, []).Host);
        Assert.Equal("h4", plan.Take(IncrSync).Host);
    }

    [Fact]
    public void All_kinds_and_tags_share_a_hosts_fill()
    {
        var plan = new Placement([Tagged("h1", "ssd") with { Quotas = new Quotas(1, 2) }]);
        Assert.Equal("h1", plan.Take(IncrSync).Host);
        Assert.Equal("h1", plan.Take(IncrSync, ["ssd"]).Host);
        Assert.Equal("h1: others 2 of 2", plan.Take(IncrSync).Refusal!.Sentence);
        Assert.Equal("h1", plan.Take(ComponentKind.Store, ["ssd"]).Host);
    }

    [Fact]
    public void Anywhere_but_here()
    {
        var plan = new Placement([Host("h1"), Host("h2", quota: 2)]);
        Assert.Equal("h2", plan.Take(IncrSync, excluding: "h1").Host);
        Assert.Equal("h2", plan.Take(IncrSync, excluding: "h1").Host);
        var refusal = plan.Take(IncrSync, excluding: "h1").Refusal!;
        Assert.Equal("h2: others 2 of 2; h1 is excluded", refusal.Sentence);
        Assert.Equal((1, 1), (refusal.Full, refusal.Excluded));
        Assert.Equal("h1", plan.Take(IncrSync, excluding: "h2").Host);
        Assert.Equal("h1", plan.Take(IncrSync).Host);
    }

    [Fact]
    public void A_named_host_overrides_tags_quota_and_load_and_its_seat_counts()
    {
        var plan = new Placement([Host("h1", quota: 1, others: 1, usage: new Usage(0.93, 0, 0)), Host("h2", quota: 1)]);
        Assert.Equal("h1: cpu 0.93 ≥ 0.85, others 1 of 1", plan.WhyNot("h1", IncrSync)!.Sentence);
        Assert.Equal("no host has tag ssd", plan.WhyNot("h2", IncrSync, ["ssd"])!.Sentence);
        Assert.Null(plan.WhyNot("h2", IncrSync));
        Assert.Equal("h1", plan.TakeOn("h1", IncrSync).Host);
        Assert.Equal("h2", plan.TakeOn("h2", IncrSync).Host);
        Assert.Equal("h1: cpu 0.93 ≥ 0.85, others 2 of 1; h2: others 1 of 1", plan.Take(IncrSync).Refusal!.Sentence);
        var unknown = plan.TakeOn("h9", IncrSync);
        Assert.Null(unknown.Host);
        Assert.StartsWith("h9 is not among", unknown.Refusal!.Sentence, StringComparison.Ordinal);
        Assert.Equal(unknown.Refusal, plan.WhyNot("h9", IncrSync));
    }

    internal static Candidate Host(string name, int quota = 100, int others = 0, Usage? usage = null) =>
        new(name, "north", "n1", usage ?? new Usage(0.1, 0.1, 0.1), new Quotas(quota, quota), 0, others);

    internal static Candidate Tagged(string name, params string[] tags) => Host(name) with { Tags = tags };

    private static List<string?> Take(Placement plan, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => plan.Take(IncrSync).Host)];
}
