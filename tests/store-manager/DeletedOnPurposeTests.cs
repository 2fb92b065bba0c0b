using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Nobody is called for what a person has deleted, each Store by its whole name.</summary>
public sealed class DeletedOnPurposeTests
{
    /// <summary>HA makes nothing by itself: a Store that is about to be made closes a gap.</summary>
    private static readonly HaConfig Waits = Scene.Config with { Autonomy = Autonomy.Observe };

    private static readonly GivenUp Elsewhere = new(Clock(5, 0), Clock(6, 0));

    [Fact]
    public void A_host_that_is_deleted_takes_its_Stores_with_it_by_nobody_s_wish()
    {
        var document = Scene.Of(Seen(Running)).Document with { GivenUp = Elsewhere };
        Assert.Null(StoreChange.Without(document, new HashSet<string> { document.Stores[0].Name })!.GivenUp);
    }

    [Fact]
    public void Without_any_Store_the_gap_is_a_person_s_doing()
    {
        var view = Scene.Of().With(d => d with { Seq = 3, GivenUp = Elsewhere }).ReadAt(Clock(9, 30));
        Assert.Equal("ST-202", view.Decide().Code());
        Assert.Empty(Gaps(view));
        Assert.NotNull(Coverage.GapOf(view, null, Now));
        // Data that was lost with its host, or is asked for anew, is another matter.
        Assert.Single(Gaps(view.With(d => d with { GivenUp = null })));
        Assert.Single(Gaps(view.With(d => d with { Needs = [new RequiredPosition("t1", Clock(9, 0), IsMet: false)], Threshold = 0 })));
    }

    [Fact]
    public void What_failed_or_was_lost_is_told_as_before()
    {
        Assert.Single(Gaps(View(Abnormal).ReadAt(Clock(9, 30))));
        Assert.Single(Gaps(Scene.Of(Seen(Running, 2, Clock(9, 40))).ReadAt(Clock(9, 30))));
    }

    [Theory]
    [InlineData(9, 0, 10, 0, true)]
    [InlineData(9, 30, 9, 40, true)]
    [InlineData(9, 31, 10, 0, false)]
    [InlineData(9, 0, 9, 39, false)]
    public void A_gap_is_on_purpose_when_all_of_it_was_what_a_person_deleted(int fromHour, int from, int toHour, int to, bool silent)
    {
        var view = Scene.Of(Seen(Running, 2, Clock(9, 40))).ReadAt(Clock(9, 30))
            .With(d => d with { GivenUp = new GivenUp(Clock(fromHour, from), Clock(toHour, to)) });
        Assert.Equal(silent, Gaps(view).Count == 0);
    }

    [Fact]
    public void A_deletion_notes_what_the_Store_had_and_joins_what_was_deleted_before()
    {
        var view = Scene.Of(Seen(Running, 1, Clock(8, 0), Clock(9, 0)), Seen(Running, 2, Clock(8, 30), Clock(10, 0)));
        var once = StoreChange.Delete(view.Document, view.Stores[0], "ann", Now);
        Assert.Equal((new GivenUp(Clock(8, 0), Clock(9, 0)), "deleted by ann", null),
            (once.GivenUp, once.Stores[0].LeavesBecause, once.Stores[0].LeavesBy));
        Assert.Equal(new GivenUp(Clock(8, 0), Clock(10, 0)), StoreChange.Delete(once, view.Stores[1], "ann", Now).GivenUp);
        var apart = new GivenUp(Clock(5, 0), Clock(6, 0));
        Assert.Equal(new GivenUp(Clock(7, 0), Clock(7, 30)), new GivenUp(Clock(7, 0), Clock(7, 30)).And(apart));
    }

    [Fact]
    public void The_end_of_a_gap_that_was_told_says_how_it_ended()
    {
        var failed = View(Abnormal).ReadAt(Clock(9, 30));
        var told = Assert.Single(Gaps(failed));
        var deleted = Scene.Of().With(d => d with { Seq = 1, GivenUp = Elsewhere }).ReadAt(Clock(9, 30));
        Assert.StartsWith("An operator has deleted the Stores of mysql", told.EndOf(deleted, Now), StringComparison.Ordinal);
        Assert.StartsWith("Over: No Store of mysql serves", told.EndOf(View(Running).ReadAt(Clock(9, 30)), Now), StringComparison.Ordinal);
        Assert.Equal("No task needs mysql any more", told.EndOf(null, Now));
    }

    private static List<Finding> Gaps(SubtopicView view) =>
        [.. Finding.Of(view, view.Decide(Waits), Terms(), Now).Where(f => f.Event == AlertEvents.StoreGap)];
}
