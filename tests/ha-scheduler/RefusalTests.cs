using static Holdfast.HaScheduler.Tests.PlacementTests;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The sentence that says why no host takes a component: every candidate once, of bounded length.</summary>
public sealed class RefusalTests
{
    private const ComponentKind IncrSync = ComponentKind.IncrSync;

    [Fact]
    public void A_refusal_names_what_is_missing_by_cause()
    {
        var plan = new Placement([
            Tagged("h1", "hdd"), Tagged("h2", "ssd") with { Others = 100 }, Tagged("h3", "ssd") with { Usage = new Usage(0.93, 0, 0) },
            Host("h4"), Host("h5"), Tagged("h6", "ssd")]);
        var refusal = plan.Take(IncrSync, ["ssd"], excluding: "h6").Refusal!;
        Assert.Equal("h2: others 100 of 100; h3: cpu 0.93 ≥ 0.85; 3 hosts lack tag ssd; h6 is excluded", refusal.ToString());
        Assert.Equal((6, 1, 1, 3, 1),
            (refusal.Candidates, refusal.Bottlenecks, refusal.Full, refusal.Untagged, refusal.Excluded));
        Assert.Equal("no host has tag gpu; 2 hosts lack tag ssd",
            new Placement([Host("h1"), Host("h2"), Tagged("h3", "ssd")]).Take(IncrSync, ["ssd", "gpu"]).Refusal!.Sentence);
        Assert.Equal(Refusal.NoCandidate, new Placement([]).Take(IncrSync, ["ssd"]).Refusal);
    }

    [Fact]
    public void A_refusal_is_bounded_whatever_the_region_and_the_names()
    {
        var many = Enumerable.Range(0, 17).Select(n => Host($"h{n:d2}", quota: 1, others: 1));
        Assert.Equal("h00: others 1 of 1; h01: others 1 of 1; h02: others 1 of 1; h03: others 1 of 1; h04: others 1 of 1; and 12 more",
            new Placement(many).Take(IncrSync).Refusal!.Sentence);
        var five = Enumerable.Range(0, 5).Select(n => Host($"h{n:d2}", quota: 1, others: 1));
        Assert.EndsWith("h04: others 1 of 1", new Placement(five).Take(IncrSync).Refusal!.Sentence, StringComparison.Ordinal);
        var endless = Enumerable.Range(0, 50).Select(n => Host(new string('x', 500) + n, quota: 0, usage: new Usage(1, 1, 1)));
        Assert.InRange(new Placement(endless).Take(IncrSync).Refusal!.Sentence.Length, 100, 1000);
        string[] tags = [.. Enumerable.Range(0, 50).Select(n => new string('t', 500) + n)];
        var untagged = new Placement([Host("h1")]).Take(IncrSync, tags).Refusal!.Sentence;
        Assert.InRange(untagged.Length, 100, 1000);
        Assert.EndsWith("and 47 more tags", untagged, StringComparison.Ordinal);
        Assert.Equal("no host has tag a; no host has tag b; no host has tag c",
            new Placement([Host("h1")]).Take(IncrSync, ["a", "b", "c"]).Refusal!.Sentence);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    public void A_name_is_shown_with_at_most_64_characters(int length, int shown)
    {
        var name = Refusal.Short(new string('x', length));
        Assert.Equal((shown, length > 64), (name.Length, name.EndsWith('…')));
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(6, "; and 1 more are avoided")]
    public void Hosts_that_are_avoided_are_named_up_to_five(int hosts, string? rest)
    {
        var avoided = Enumerable.Range(1, hosts).Select(n => Host($"h{n}") with { Avoided = "its disk is slow" }).ToList();
        var sentence = Refusal.NoCandidate.Besides(avoided).Sentence;
        Assert.StartsWith(Refusal.NoCandidate.Sentence + "; h1 is avoided, its disk is slow; ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(rest ?? "h5 is avoided, its disk is slow", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void One_host_that_lacks_a_tag_is_said_in_the_singular() => Assert.Equal(
        "h2: others 0 of 0; 1 host lacks tag ssd",
        new Placement([Host("h1"), Tagged("h2", "ssd") with { Quotas = new Quotas(0, 0) }]).Take(IncrSync, ["ssd"]).Refusal!.Sentence);
}
