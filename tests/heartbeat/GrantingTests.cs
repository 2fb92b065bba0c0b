namespace Holdfast.Heartbeat.Tests;

public sealed class GrantingTests
{
    private static readonly CollectorState Alone = new()
    {
        Loaded = true, Confirmed = Seconds(100), Asked = Seconds(100), Watched = Granting.WatchMin,
    };

    private static Grants Decide(CollectorState state, double now) => Granting.Decide(state, Seconds(now), Seconds(5));

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
    /// A store that had been away for a while and came back showed one reading in which nobody had moved. So the collector granted for a
    /// moment to hosts that the scheduler counted as silent.
    /// </summary>
    [Theory]
    [InlineData(3.249, (int)Grants.Unknown)]
    [InlineData(3.25, (int)Grants.Grant)]
    public void Nobody_gets_through_only_once_that_was_watched_for_longer_than_a_scheduler_may_be_quiet(double watched, int grants)
    {
        Assert.True(Granting.WatchMin > Platform.State.HeardCollectors.GapMax);
        Assert.Equal((Grants)grants, Decide(Alone with { Asked = Seconds(200), Watched = Seconds(watched) }, 200));
    }

    /// <summary>
    /// The scheduler did not know of a new life that was cut off from the start. So it saw no interruption of its feed when that life
    /// granted to a host for its first five seconds. The host was declared Down with a lease in its hand.
    /// </summary>
    [Theory]
    [InlineData(0.1, 0, false, (int)Grants.NotHeard)]
    [InlineData(5, 3.249, false, (int)Grants.NotHeard)]
    [InlineData(5, 3.25, false, (int)Grants.Grant)]
    [InlineData(5, 3.25, true, (int)Grants.CutOff)]
    [InlineData(5, 0.5, true, (int)Grants.CutOff)]
    public void A_collector_that_was_never_heard_grants_nothing_until_nobody_else_got_through_for_long(
        double now, double watched, bool othersAdvanced, int grants)
    {
        var started = new CollectorState { Loaded = true, Watched = Seconds(watched), OthersAdvanced = othersAdvanced };
        Assert.Equal((Grants)grants, Decide(started with { Asked = Seconds(now) }, now));
        Assert.Equal(othersAdvanced ? Grants.CutOff : watched < 3.25 ? Grants.NotHeard : Grants.Unknown, Decide(started, now));
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
    private static readonly Dictionary<string, long> Nobody = [];

    private static Dictionary<string, long> Row(long sequence) => new(StringComparer.Ordinal) { ["other"] = sequence };

    private static Peers Read(Peers peers, Dictionary<string, long> rows, double asked, double confirmed = 0, double took = 0) =>
        peers.Read(rows, Seconds(asked), Seconds(asked + took), Seconds(confirmed));

    [Fact]
    public void Progress_counts_only_between_readings_that_have_settled_after_our_confirm()
    {
        var peers = Read(Read(Peers.None, Row(10), 99.9, 100), Row(11), 101.4, 100);
        peers = Read(peers, Row(12), 101.5, 100);
        Assert.False(peers.Advanced);
        Assert.False(Read(peers, Row(12), 102, 100).Advanced);
        Assert.True(Read(peers, Row(13), 102, 100).Advanced);
    }

    [Fact]
    public void Progress_is_remembered_until_our_next_confirm()
    {
        var peers = Read(Read(Read(Peers.None, Row(1), 2), Row(2), 3), Row(2), 9);
        Assert.True(peers.Advanced);
        Assert.False(Read(peers, Row(3), 10, confirmed: 9.5).Advanced);
    }

    [Fact]
    public void The_others_are_watched_from_the_first_settled_reading_and_anew_after_each_confirm()
    {
        var peers = Read(Peers.None, Row(1), 1.4);
        Assert.Equal(Seconds(0), peers.Watched);
        peers = Read(Read(peers, Row(1), 1.5), Row(1), 4);
        Assert.Equal(Seconds(2.5), peers.Watched);
        Assert.Equal(Seconds(0), Read(peers, Row(1), 9, confirmed: 8).Watched);
    }

    /// <summary>A row that is written while the first reading is under way may be in it already: it is nothing that came later.</summary>
    [Fact]
    public void The_time_that_the_first_reading_took_is_not_watched()
    {
        var peers = Read(Peers.None, Row(1), 2, took: 1.5);
        Assert.Equal(Seconds(0), peers.Watched);
        Assert.Equal(Seconds(0.5), Read(peers, Row(1), 4).Watched);
    }

    [Fact]
    public void A_collector_that_appears_and_gets_through_has_advanced()
    {
        var peers = Read(Peers.None, Nobody, 2);
        Assert.False(Read(peers, Row(0), 3).Advanced);
        Assert.True(Read(peers, Row(1), 3).Advanced);
    }

    [Fact]
    public void A_collector_whose_sequence_stands_still_is_not_alive()
    {
        var peers = Read(Read(Peers.None, Row(1), 0), Row(1), 9);
        Assert.True(peers.AnyAlive(Seconds(10)));
        Assert.False(peers.AnyAlive(Seconds(10.001)));
        Assert.False(Peers.None.AnyAlive(Seconds(0)));
    }

    /// <summary>
    /// A supervisor that was restarted while the store was away got its list at once. But another collector, which could not be read of,
    /// had granted to its former life a moment before.
    /// </summary>
    [Fact]
    public void While_the_store_does_not_answer_another_collector_may_be_alive()
    {
        var alone = Read(Peers.None, Nobody, 20);
        Assert.False(alone.AnyAlive(Seconds(20) + Granting.AnswerMax));
        Assert.True(alone.AnyAlive(Seconds(20.001) + Granting.AnswerMax));
    }
}
