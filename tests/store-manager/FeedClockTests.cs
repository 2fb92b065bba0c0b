namespace Holdfast.StoreManager.Tests;

/// <summary>Time that stands still while the feed does; the limits are everybody's (<see cref="FeedLimits"/>).</summary>
public sealed class FeedClockTests
{
    private readonly FeedClock _clock = new();

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private TimeSpan Says(string collector, long sequence, double at, bool isLeaving = false)
    {
        _clock.Hear(collector, sequence, S(at), isLeaving);
        return _clock.At(S(at));
    }

    [Fact]
    public void Time_stands_still_while_no_batch_comes()
    {
        Says("c1", 1, 0);
        Assert.Equal(FeedLimits.GapMax, _clock.At(FeedLimits.GapMax));
        Assert.Equal(FeedLimits.GapMax, _clock.At(S(60)));
        Assert.Equal(FeedLimits.GapMax, Says("c1", 2, 60));
        Assert.Equal(FeedLimits.GapMax + S(1), _clock.At(S(61)));
    }

    [Fact]
    public void One_collector_that_is_cut_off_stops_time_whatever_the_others_say()
    {
        Says("c1", 1, 0);
        for (var second = 1; second <= 10; second++)
        {
            Says("c2", second, second);
        }

        Assert.Equal(FeedLimits.GapMax, _clock.At(S(10)));
    }

    [Fact]
    public void A_collector_is_given_up_after_its_grace_and_who_was_heard_through_it_begins_anew()
    {
        var host = new HostLife();
        var feed = _clock.Hear("c1", 1, S(0));
        host.Hear(S(0), S(0), feed, holdsList: true);
        for (var second = 1; second <= 10; second++)
        {
            Says("c2", second, second);
        }

        Assert.Null(feed.DroppedAt);
        Says("c2", 11, 11);
        Assert.Equal(FeedLimits.GapMax, feed.DroppedAt);
        Assert.Equal(S(2), Says("c2", 12, 13) - FeedLimits.GapMax);
        Assert.Equal(S(2), host.Silence(_clock.At(S(13))));
    }

    [Fact]
    public void A_collector_that_leaves_is_not_waited_for()
    {
        Says("c1", 1, 0);
        Says("c1", 2, 1, isLeaving: true);
        Says("c2", 1, 1);
        Says("c2", 2, 3);
        Assert.Equal(S(6), Says("c2", 3, 6));
    }

    [Fact]
    public void A_batch_that_was_skipped_gives_all_who_were_heard_there_a_fresh_interval()
    {
        var host = new HostLife();
        host.Hear(S(0), S(0), _clock.Hear("c1", 1, S(0)), holdsList: true);
        Says("c1", 2, 1);
        Assert.Equal(S(1), host.Silence(_clock.At(S(1))));
        Says("c1", 4, 3);
        Assert.Equal(S(0), host.Silence(_clock.At(S(3))));
        Says("c1", 3, 4);
        Assert.Equal(S(1), host.Silence(_clock.At(S(4))));
    }

    [Fact]
    public void A_batch_that_is_said_again_and_again_is_silence()
    {
        Says("c1", 7, 0);
        for (var second = 1; second <= 9; second++)
        {
            Says("c1", 7, second);
        }

        Assert.Equal(FeedLimits.GapMax, _clock.At(S(9)));
    }
}
