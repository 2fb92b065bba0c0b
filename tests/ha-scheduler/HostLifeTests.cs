namespace Holdfast.HaScheduler.Tests;

/// <summary>Lives of a host's supervisor.</summary>
public sealed class HostLifeTests
{
    [Theory]
    [InlineData("h1", 8, true)]
    [InlineData("h1", 7, false)]
    [InlineData("h1", 6, false)]
    [InlineData("h2", 8, false)]
    public void A_life_has_ended_when_a_later_one_of_the_same_host_is_seen(string host, long incarnation, bool ended) =>
        Assert.Equal(ended, new HostLife("h1", 7).EndedBefore(new HostLife(host, incarnation)));

    [Fact]
    public void One_that_is_Down_or_was_never_heard_shows_no_life()
    {
        Assert.Equal(new HostLife("h1", 1), HostLife.Of(Scene.Host("h1")));
        Assert.Null(HostLife.Of(Scene.DownHost("h1")));
        Assert.Null(HostLife.Of(Scene.Host("h1") with { Reported = null }));
        Assert.Null(HostLife.Of(null));
    }
}
