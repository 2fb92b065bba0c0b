using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// A cause that several hosts share is no component's. Down after 30 s, so together is 15 s; three hosts at once are what the brake counts.
/// </summary>
public sealed class SharedCausesTests
{
    private static readonly HostSnapshot Fallen = Scene.Host("h1", silent: 31);

    private static bool Explain(params HostSnapshot[] others) =>
        new SharedCauses(Scene.Of([Fallen, .. others]), new EffectiveConfig(Scene.Config)).Explain(Fallen);

    private static HostSnapshot Far(int number, double silent = 31) => Scene.Host($"f{number}", silent: silent, idc: $"f{number}");

    [Theory]
    [InlineData(2, 31, false)]
    [InlineData(3, 31, true)]
    [InlineData(3, 46, true)]
    [InlineData(3, 46.1, false)]
    [InlineData(3, 16, true)]
    public void As_many_others_as_the_brake_counts_within_half_an_interval_share_a_cause(int others, double silent, bool shared) =>
        Assert.Equal(shared, Explain([.. Enumerable.Range(2, others).Select(i => Far(i, silent))]));

    [Fact]
    public void All_of_an_IDC_share_a_cause_and_one_that_answers_says_that_they_do_not()
    {
        Assert.True(Explain(Scene.Host("h2", silent: 31)));
        Assert.False(Explain(Scene.Host("h2", silent: 31), Scene.Host("h3")));
        Assert.True(Explain(Scene.Host("h2", silent: 31), Scene.Host("h3", silent: 100)));
        Assert.False(Explain());
        Assert.False(Explain(Far(2)));
        // A host in maintenance neither falls nor answers.
        var busy = Scene.Host("h3") is var host ? host with { Verdict = host.Verdict with { Maintenance = Some.Work } } : null!;
        Assert.True(Explain(Scene.Host("h2", silent: 31), busy));
        var works = Fallen with { Verdict = Fallen.Verdict with { Maintenance = Some.Work } };
        var causes = new SharedCauses(Scene.Of([works, Scene.Host("h2", silent: 31), Scene.Host("h3")]), new EffectiveConfig(Scene.Config));
        Assert.False(causes.Explain(works));
    }

    [Fact]
    public void Of_a_host_that_is_Down_its_silence_began_before_the_verdict()
    {
        var down = Scene.DownHost("h1");
        down = down with { Verdict = down.Verdict with { SilenceSeconds = 31 } };
        Assert.Equal(down.Verdict.Since.AddSeconds(-31), SharedCauses.SilentSince(down, Scene.Now));
        Assert.Equal(Scene.Now.AddSeconds(-40), SharedCauses.SilentSince(Scene.Host("h1", silent: 31, unheard: 40), Scene.Now));
        Assert.Equal(Scene.Seconds(15), SharedCauses.StartsSeenWithin(Scene.Config));
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(15.1, false)]
    public void Starts_that_are_seen_together_share_a_cause(double ago, bool shared)
    {
        var started = Scene.Host("h1");
        var other = Scene.Host("h2") is var host
            ? host with { Verdict = host.Verdict with { Start = new HostStart(1, Scene.Now.AddSeconds(-ago)) } }
            : null!;
        Assert.Equal(shared, new SharedCauses(Scene.Of([started, other]), new EffectiveConfig(Scene.Config)).Explain(started, Scene.Now));
    }
}
