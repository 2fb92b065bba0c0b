using Holdfast.HaScheduler.Feed;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A host whose reports are refused: silent for people, too, unless somebody tells them why.</summary>
public sealed class RefusalsTests
{
    private static readonly HostRefusal Said = new()
    {
        Host = "h1", Code = "HB-103", Detail = "The report breaks rules.", Workaround = "Correct the named fields.",
        Address = "10.0.0.7", Times = 3, Since = Scene.Now.AddSeconds(-40), At = Scene.Now,
    };

    private static readonly HostSnapshot Other = Scene.Host("h2", idc: "n2");

    private static Snapshot Of(HostSnapshot host) => Scene.Of([host, Other]) with
    {
        Refused = new Dictionary<string, RefusedHost> { ["h1"] = RefusedHost.Of(Said) },
    };

    [Theory]
    [InlineData(20, HostState.Online)]
    [InlineData(100, HostState.Down)]
    public void Why_of_a_silent_host_says_that_its_reports_are_refused(double silent, HostState state)
    {
        var host = state == HostState.Down ? Scene.DownHost("h1") : Scene.Host("h1", silent: silent);
        var hold = Assert.IsType<Hold>(Decider.Decide(Of(host), Scene.Config).About("h1"));
        Assert.Contains("HB-103: The report breaks rules. What to do: Correct the named fields.", hold.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void People_are_told_with_the_code_and_what_to_do()
    {
        var finding = Assert.Single(Refusals.Of(Of(Scene.DownHost("h1"))));
        Assert.Equal((AlertEvents.HostRefused, "h1", AlertLevel.Critical), (finding.Event, finding.Target, finding.Level));
        Assert.Contains("Correct the named fields.", finding.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void The_alert_of_a_host_that_is_Down_says_it()
    {
        var host = Scene.DownHost("h1").Verdict;
        var said = HostAlerts.Down(host, Scene.Now, RefusedHost.Of(Said)).Description;
        Assert.Contains("HB-103: The report breaks rules. What to do: Correct the named fields.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("refuses", HostAlerts.Down(host, Scene.Now).Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(45, true)]
    [InlineData(46, false)]
    public void It_holds_until_it_is_not_said_any_more(int seconds, bool holds)
    {
        var time = new Holdfast.Tests.ManualTime();
        var feed = new LivenessFeed(time);
        feed.Hear(Batch(1) with { Refusals = [Said] }, default);
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(holds, feed.Refused().ContainsKey("h1"));
    }

    [Fact]
    public void A_report_that_is_taken_ends_it()
    {
        var feed = new LivenessFeed(new Holdfast.Tests.ManualTime());
        feed.Hear(Batch(1) with { Refusals = [Said] }, default);
        Assert.Equal("HB-103", feed.Refused()["h1"].Code);
        feed.Hear(Batch(2) with { Reports = [Scene.Report("h1", 2)] }, default);
        Assert.Empty(feed.Refused());
    }

    private static HeartbeatReported Batch(long sequence) => new()
    {
        Collector = "c1", Sequence = sequence, WindowEnd = Scene.Now, UptimeMs = 0, Lease = 4, KillGrace = 1, Reports = [],
    };

    [Fact]
    public void A_host_that_is_heard_is_not_explained_by_a_refusal_that_was_said_a_moment_ago()
    {
        var well = new Hold("h1", Reason.Healthy, "heard 1.0 s ago");
        Assert.Same(well, Refusals.Named(well, Of(Scene.Host("h1"))));
    }
}
