using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.HaScheduler.Tests;

/// <summary>An interrupted feed is told to people (FeedAlerts) and in /health/ready (FeedHealth), a whole one to the collectors.</summary>
public sealed class FeedTests
{
    private static Snapshot Interrupted(TimeSpan time, params HostSnapshot[] hosts) =>
        Scene.Of(hosts) with { Feed = Scene.InterruptedFeed with { InterruptedFor = time } };

    /// <summary>At once, for who asks: people are told of what stays.</summary>
    [Fact]
    public void An_interrupted_feed_is_not_ready_at_once_and_a_process_that_has_not_looked_yet_is_no_failure()
    {
        Assert.Equal(("heartbeats", true, "no pass has looked yet"), Said(null));
        Assert.Equal(("heartbeats", true, null), Said(Scene.CompleteFeed));
        Assert.Equal(("heartbeats", false, "HA-202 the feed is interrupted, so no host is judged: a collector skipped a batch"),
            Said(Scene.InterruptedFeed));
    }

    [Fact]
    public async Task Collectors_are_told_which_of_their_batches_were_heard_by_whom_and_for_which_regions()
    {
        var (time, (bus, history)) = (new ManualTime(), RecordingBus.Create());
        var (feed, leadership) = (new LivenessFeed(time), new Leadership(new Settings { Instance = "s1" }, new BootClock(time)));
        using var publisher = new BatchesHeardPublisher(feed, leadership, new MessagePublisher(bus, time), time,
            NullLogger<BatchesHeardPublisher>.Instance);
        await publisher.Once();
        Assert.Equal(": ", Told(history));
        foreach (var sequence in new[] { 1, 2, 3 })
        {
            feed.Hear(Batch("c1", sequence), default);
        }

        // One of them was not heard: what came after it was.
        feed.Hear(Batch("c2", 5), default);
        feed.Hear(Batch("c2", 7), default);
        Lead(leadership, "south", "north");
        await publisher.Once();
        Assert.Equal("north south: c1 up to 3, c2 up to 7", Told(history));
    }

    /// <summary>Nobody waits for it while collectors are away: it is said again half a second later.</summary>
    [Fact]
    public async Task It_may_reach_no_queue_and_is_said_again_after_a_failure()
    {
        var (time, (bus, history)) = (new ManualTime(), RecordingBus.Create());
        using var publisher = new BatchesHeardPublisher(new LivenessFeed(time), new Leadership(new Settings(), new BootClock(time)),
            new MessagePublisher(bus, time), time,
            NullLogger<BatchesHeardPublisher>.Instance);
        history.IsCut = true;
        await Assert.ThrowsAsync<IOException>(publisher.Once);
        history.IsCut = false;
        await publisher.Once();
        Assert.Single(history.Take<BatchesHeard>());
    }

    private static (string Part, bool Ready, string? Why) Said(FeedSnapshot? feed) =>
        FeedHealth.Of(feed) is var said ? (said.Part, said.Ready, said.Why) : default;

    private static string Told(RecordingBus history)
    {
        var told = Assert.Single(history.Take<BatchesHeard>());
        Assert.StartsWith("s1-", told.Replica, StringComparison.Ordinal);
        var heard = told.Collectors.Select(c => $"{c.Collector} up to {c.Sequence}").Order(StringComparer.Ordinal);
        return $"{string.Join(' ', told.Regions)}: {string.Join(", ", heard)}";
    }

    private static void Lead(Leadership leadership, params string[] regions)
    {
        leadership.Know(regions);
        foreach (var region in regions)
        {
            leadership.Hold(region, 1, Scene.Seconds(3));
            leadership.MakeReady(region, 1);
        }

        leadership.BeginPass();
    }

    private static HeartbeatReported Batch(string collector, long sequence) => new()
    {
        Collector = collector, Sequence = sequence, WindowEnd = Scene.Now, UptimeMs = 0, Lease = 15, KillGrace = 5, Reports = [],
    };
}
