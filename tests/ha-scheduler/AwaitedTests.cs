using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts that are still to be heard after a break: 5 s are enough.</summary>
public sealed class AwaitedTests
{
    private static Snapshot Of(bool whole, params HostSnapshot[] hosts) => Scene.Of(hosts) with
    {
        Feed = (whole ? Scene.CompleteFeed : Scene.InterruptedFeed) with { HeardWithin = Scene.Seconds(5) },
    };

    [Theory]
    [InlineData(4, 100, true)]
    [InlineData(5, 100, true)]
    [InlineData(5.1, 100, false)]
    [InlineData(1, 1, false)]
    public void One_that_was_not_heard_since_the_break_is_awaited_until_it_had_time(double silent, double unheard, bool awaited) =>
        Assert.Equal(awaited ? ["h1"] : [], Awaited.Of(Of(true, Scene.Host("h1", silent: silent, unheard: unheard))));

    [Fact]
    public void Nobody_waits_for_one_that_is_Down() =>
        Assert.Empty(Awaited.Of(Of(true, Scene.Host("h1", HostState.Down, silent: 1, unheard: 100))));

    [Fact]
    public void It_is_said_while_some_are_awaited_and_for_a_moment_after_a_break()
    {
        var whole = Of(true, Scene.Host("h1"), Scene.Host("h2"));
        Assert.Null(Awaited.InWords(whole, 0, default));
        Assert.Equal("1 of 2 hosts are still to be heard", Awaited.InWords(whole, 1, default));
        var broken = Of(false, Scene.Host("h1"));
        Assert.Equal("a collector skipped a batch", Awaited.InWords(broken, 0, Scene.Seconds(5)));
        Assert.Null(Awaited.InWords(broken, 0, Scene.Seconds(5.1)));
        var untold = broken with { Feed = broken.Feed with { Why = null } };
        Assert.Equal("the feed broke off a moment ago", Awaited.InWords(untold, 0, default));
    }

    [Theory]
    [InlineData(HostState.Online, 1, 0, true)]
    [InlineData(HostState.Online, 1, -1, false)]
    [InlineData(HostState.Down, 1, -1, true)]
    [InlineData(HostState.Online, 100, -1, true)]
    public void All_have_said_what_they_run_but_those_that_cannot(HostState state, double unheard, long inventory, bool said) =>
        Assert.Equal(said, Awaited.SayWhatTheyRun(Of(true,
            Scene.Host("h1", state, unheard: unheard).With(h => h with { ComponentsInventory = inventory }))));

    [Fact]
    public void One_that_was_never_heard_has_said_nothing() =>
        Assert.False(Awaited.SayWhatTheyRun(Of(true, Scene.Host("h1") with { Reported = null })));

    [Fact]
    public void One_that_has_said_what_it_runs_does_not_speak_for_another() => Assert.False(Awaited.SayWhatTheyRun(
        Of(true, Scene.Host("h1"), Scene.Host("h2") with { Reported = null })));
}
