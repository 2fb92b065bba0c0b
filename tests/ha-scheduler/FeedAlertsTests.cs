using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.HaScheduler.Tests;

/// <summary>An interrupted feed is told to people once it lasts.</summary>
public sealed class FeedAlertsTests
{
    private static Snapshot Interrupted(TimeSpan time, params HostSnapshot[] hosts) =>
        Scene.Of(hosts) with { Feed = Scene.InterruptedFeed with { InterruptedFor = time } };

    [Fact]
    public void An_interruption_is_told_once_it_has_lasted_for_more_than_thirty_seconds()
    {
        Assert.Empty(FeedAlerts.Of(Interrupted(Scene.Seconds(30), Scene.Host("h1"))));
        Assert.Single(FeedAlerts.Of(Interrupted(Scene.Seconds(30) + TimeSpan.FromTicks(1), Scene.Host("h1"))));
        Assert.Empty(FeedAlerts.Of(Scene.Of([Scene.Host("h1")])));
    }

    [Fact]
    public void It_says_since_when_and_why_that_nobody_is_judged_and_how_it_ends()
    {
        var said = Assert.Single(FeedAlerts.Of(Interrupted(Scene.Seconds(40), Scene.Host("h1"))));
        Assert.Equal((AlertEvents.FeedInterrupted, AlertScope.System, "north", "north", AlertLevel.Critical),
            (said.Event, said.Scope, said.Target, said.Region, said.Level));
        Assert.Equal(Scene.Now - Scene.Seconds(40), said.Since);
        Assert.StartsWith("For 40 s the scheduler has not heard every collector without a gap: a collector skipped a batch.",
            said.Description, StringComparison.Ordinal);
        Assert.Equal("Heartbeats of region north arrive without a gap again: silence counts from now on", said.Over);
    }

    [Fact]
    public void Each_region_has_its_own_and_a_region_without_hosts_has_nobody_to_judge()
    {
        var told = FeedAlerts.Of(Interrupted(Scene.Seconds(40), Scene.Host("h2", region: "south"), Scene.Host("h1"), Scene.Host("h3")));
        Assert.Equal(["north", "south"], told.Select(t => t.Target));
        Assert.Empty(FeedAlerts.Of(Interrupted(Scene.Seconds(40))));
    }
}
