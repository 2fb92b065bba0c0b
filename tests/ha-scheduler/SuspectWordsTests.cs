using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Suspects in words.</summary>
public sealed class SuspectWordsTests
{
    private static Fall Fall(string host, double after = 10) =>
        new(host, host + "-incident", Scene.Now, Scene.Now.AddSeconds(after));

    [Theory]
    [InlineData(0, "none")]
    [InlineData(1, "h1")]
    [InlineData(2, "h1 and h2")]
    [InlineData(10, "h1, h2, h3, h4, h5, h6, h7, h8, h9 and h10")]
    [InlineData(11, "h1, h2, h3, h4, h5, h6, h7, h8, h9, h10 and 1 more")]
    public void Ten_are_named_and_the_rest_are_counted(int count, string named) =>
        Assert.Equal(named, SuspectWords.Named([.. Enumerable.Range(1, count).Select(i => $"h{i}")]));

    [Fact]
    public void A_fall_is_told_with_the_time_after_it_had_come()
    {
        var both = new Suspicion { Falls = [Fall("h1"), Fall("h2", -3), new Fall("h3", null, Scene.Now, Scene.Now.AddSeconds(4))] };
        Assert.Equal("h1 and h2 went Down in a row, each soon after it had come (h1 was last heard 10.0 s after; h2 was last heard 0.0 s "
            + "after; the supervisor of h3 was started anew 4.0 s after, while it was watched there)", SuspectWords.Of(both));
        Assert.Equal(SuspectWords.Of(both), SuspectWords.Held(both with { HeldFor = HeldFor.Hosts }));
        Assert.EndsWith("and it has failed all its restarts on h1 and h2",
            SuspectWords.Held(both with { HeldFor = HeldFor.Restarts, FailedOn = ["h1", "h2"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_names_who_is_held_and_otherwise_who_is_suspect()
    {
        var host = Scene.Verdict("h1", HostState.Down);
        var suspicion = new Suspicion { Falls = [Fall("h1"), Fall("h2")], Since = Scene.Now };
        var suspect = SuspectWords.FelledBy(host, [("a", suspicion), ("b", suspicion)]);
        Assert.EndsWith("soon after a and b had come to it, as h2 went before or after it: suspect", suspect, StringComparison.Ordinal);
        var held = SuspectWords.FelledBy(host, [("a", suspicion), ("b", suspicion with { HeldAt = Scene.Now })]);
        Assert.EndsWith("soon after b had come to it, as h2 went before or after it: held, for it is what fells hosts",
            held, StringComparison.Ordinal);
    }
}
