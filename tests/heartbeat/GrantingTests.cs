using static Holdfast.Heartbeat.Tests.Some;

namespace Holdfast.Heartbeat.Tests;

public sealed class GrantingTests
{
    private static readonly Standing Alone = new() { Loaded = true, Confirmed = Seconds(100), Asked = Seconds(100) };

    private static Grants Decide(Standing standing, double now) => Granting.Decide(standing, Seconds(now), Seconds(5));

    [Theory]
    [InlineData(105, (int)Grants.Grant)]
    [InlineData(105.001, (int)Grants.CutOff)]
    public void A_collector_stops_granting_when_others_get_through_and_it_does_not(double now, int grants) =>
        Assert.Equal((Grants)grants, Decide(Alone with { Asked = Seconds(now), OthersAdvanced = true }, now));

    [Fact]
    public void When_nobody_gets_through_granting_goes_on() =>
        Assert.Equal(Grants.Grant, Decide(Alone with { Asked = Seconds(3_599) }, 3_600));

    [Theory]
    [InlineData(197, (int)Grants.Grant)]
    [InlineData(196.999, (int)Grants.Unknown)]
    public void When_nobody_can_be_asked_granting_stops(double asked, int grants) =>
        Assert.Equal((Grants)grants, Decide(Alone with { Asked = Seconds(asked) }, 200));

    /// <summary>
    /// The scheduler did not know of a new life that was cut off from the start, so it broke nothing when that one granted to a
    /// host for its first five seconds: the host was declared Down with a lease in its hand.
    /// </summary>
    [Theory]
    [InlineData(0.1, 0, false, (int)Grants.NotHeard)]
    [InlineData(5, 2.999, false, (int)Grants.NotHeard)]
    [InlineData(5, 3, false, (int)Grants.Grant)]
    [InlineData(5, 3, true, (int)Grants.CutOff)]
    [InlineData(5, 0.5, true, (int)Grants.CutOff)]
    public void A_collector_that_was_never_heard_grants_nothing_until_nobody_else_got_through_for_long(
        double now, double watched, bool othersAdvanced, int grants)
    {
        var started = new Standing { Loaded = true, Watched = Seconds(watched), OthersAdvanced = othersAdvanced };
        Assert.Equal((Grants)grants, Decide(started with { Asked = Seconds(now) }, now));
        Assert.Equal(othersAdvanced ? Grants.CutOff : watched < 3 ? Grants.NotHeard : Grants.Unknown, Decide(started, now));
        Assert.Equal(Grants.Grant, Decide(started with { Confirmed = Seconds(now) }, now));
    }

    [Fact]
    public void Nothing_is_granted_before_loading_nor_after_leaving()
    {
        Assert.Equal(Grants.NotLoaded, Decide(Alone with { Loaded = false }, 100));
        Assert.Equal(Grants.Leaving, Decide(Alone with { Leaving = true }, 100));
    }
}

public sealed class PeersTests
{
    private static Dictionary<string, long> Row(long sequence) => new(StringComparer.Ordinal) { ["other"] = sequence };

    [Fact]
    public void Progress_counts_only_between_readings_that_have_settled_after_our_confirm()
    {
        var peers = Peers.None.Read(Row(10), Seconds(99.9), Seconds(100));
        peers = peers.Read(Row(11), Seconds(101.4), Seconds(100));
        peers = peers.Read(Row(12), Seconds(101.5), Seconds(100));
        Assert.False(peers.Advanced);
        Assert.False(peers.Read(Row(12), Seconds(102), Seconds(100)).Advanced);
        Assert.True(peers.Read(Row(13), Seconds(102), Seconds(100)).Advanced);
    }

    [Fact]
    public void Progress_is_remembered_until_our_next_confirm()
    {
        var peers = Peers.None.Read(Row(1), Seconds(2), Seconds(0)).Read(Row(2), Seconds(3), Seconds(0)).Read(Row(2),
            Seconds(9), Seconds(0));
        Assert.True(peers.Advanced);
        Assert.False(peers.Read(Row(3), Seconds(10), Seconds(9.5)).Advanced);
    }

    [Fact]
    public void The_others_are_watched_from_the_first_settled_reading_and_anew_after_each_confirm()
    {
        var peers = Peers.None.Read(Row(1), Seconds(1.4), Seconds(0));
        Assert.Equal(Seconds(0), peers.Watched);
        peers = peers.Read(Row(1), Seconds(1.5), Seconds(0)).Read(Row(1), Seconds(4), Seconds(0));
        Assert.Equal(Seconds(2.5), peers.Watched);
        Assert.Equal(Seconds(0), peers.Read(Row(1), Seconds(9), Seconds(8)).Watched);
    }

    [Fact]
    public void A_collector_that_appears_and_gets_through_has_advanced()
    {
        var peers = Peers.None.Read(new Dictionary<string, long>(), Seconds(2), Seconds(0));
        Assert.False(peers.Read(Row(0), Seconds(3), Seconds(0)).Advanced);
        Assert.True(peers.Read(Row(1), Seconds(3), Seconds(0)).Advanced);
    }

    [Fact]
    public void A_collector_whose_sequence_stands_still_is_not_alive()
    {
        var peers = Peers.None.Read(Row(1), Seconds(0), Seconds(0)).Read(Row(1), Seconds(9), Seconds(0));
        Assert.True(peers.AnyAlive(Seconds(10)));
        Assert.False(peers.AnyAlive(Seconds(10.001)));
        Assert.False(Peers.None.AnyAlive(Seconds(0)));
    }
}
