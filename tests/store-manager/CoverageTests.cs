using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

public sealed class CoverageTests
{
    private static Gap? GapOf(SubtopicView view, long? coming = null) =>
        Coverage.GapOf(view, coming is { } from ? new Start(from, "") : null, Now);

    [Fact]
    public void A_consumer_before_all_ranges_is_in_a_gap_with_its_bounds()
    {
        var view = Scene.Of(Seen(Running, 1, Clock(9, 30)), Seen(Abnormal, 2, Clock(8, 0))).ReadAt(Clock(9, 0), Clock(9, 45));
        var gap = GapOf(view)!;
        Assert.Equal((Clock(9, 0), Clock(9, 30), "t1"), (gap.From, gap.To, Assert.Single(gap.Tasks)));
        Assert.Null(GapOf(view.ReadAt(Clock(9, 30))));
    }

    [Theory]
    [InlineData(Starting, false)]
    [InlineData(Unheard, false)]
    [InlineData(Abnormal, true)]
    [InlineData(Stopped, true)]
    [InlineData(Leaving, true)]
    public void What_is_on_its_way_closes_a_gap_and_what_has_failed_does_not(StoreHealth standing, bool gap) =>
        Assert.Equal(gap, GapOf(Scene.Of(Seen(standing)).ReadAt(Clock(9, 0))) is not null);

    [Fact]
    public void A_store_decided_a_moment_ago_closes_the_gap()
    {
        var view = Scene.Of(Seen(Abnormal)).ReadAt(Clock(9, 0));
        Assert.Null(GapOf(view, Clock(9, 0)));
        Assert.Equal(Clock(9, 1), GapOf(view, Clock(9, 1))!.To);
        Assert.Equal(Clock(10, 0), GapOf(view)!.To);
    }

    [Fact]
    public void The_map_says_who_reads_where_what_may_go_and_how_long_the_source_keeps_it()
    {
        var view = Scene.Of(Seen(Running, 1, Clock(9, 0)), Seen(Leaving, 2)).ReadAt(Clock(9, 30), Clock(8, 0))
            .With(d => d with { Source = new SourceLog { RetentionSec = 7300 } });
        var map = Coverage.Of(view, [new RedundantStore(view.Stores[0].Store.Name, false) { Keeper = "k" }], Now);
        Assert.StartsWith("nobody needs what it holds: k serves all", Assert.Single(map.Stores).Redundant, StringComparison.Ordinal);
        Assert.Equal([(null, 100L), (view.Stores[0].Store.Name, 5500)], map.Consumers.Select(c => (c.Store, c.RetentionLeftSec ?? 0)));
    }

    [Theory]
    [InlineData(3600, 900)]
    [InlineData(86400, 21600)]
    [InlineData(864000, 21600)]
    public void People_are_warned_a_quarter_of_the_retention_ahead_and_six_hours_at_most(long kept, long warning) =>
        Assert.Equal(warning, Coverage.RetentionWarning(kept));

    [Fact]
    public void The_map_is_in_the_order_of_the_log_and_then_of_names()
    {
        var view = Scene.Of(Seen(Running, 1, Clock(9, 30)), Seen(Running, 2, Clock(9, 0))).ReadAt(Clock(9, 45), Clock(9, 40),
            Clock(9, 40));
        var map = Coverage.Of(view, [], Now);
        Assert.Equal([Clock(9, 0), Clock(9, 30)], map.Stores.Select(s => s.Begin));
        Assert.Equal(["t2", "t3", "t1"], map.Consumers.Select(c => c.Task));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, false, false)]
    public void All_that_a_person_has_deleted_is_on_purpose_unless_a_task_still_asks_for_one(bool one, bool other, bool isOnPurpose)
    {
        var view = Scene.Of(Seen(Leaving)).With(d => d with
        {
            GivenUp = new GivenUp(0, 1), Needs = [new RequiredPosition("t1", 0, one), new RequiredPosition("t2", 0, other)],
        });
        var gap = new Gap(Clock(8, 0), Clock(9, 0), []);
        Assert.Equal(isOnPurpose, Coverage.IsOnPurpose(view, gap));
        Assert.False(Coverage.IsOnPurpose(view.With(d => d with { GivenUp = null }), gap));
        Assert.False(Coverage.IsOnPurpose(view with { Stores = [Seen(Running)] }, gap));
        Assert.True(Coverage.IsOnPurpose(view.With(d => d with { GivenUp = new GivenUp(0, long.MaxValue) }), gap));
    }
}
