using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Findings about a subtopic, and the reason that is given when one ends.</summary>
public sealed class FindingTests
{
    private static List<Finding> Told(SubtopicView view, StoreDecision? decision = null, HaConfig? config = null) =>
        [.. Finding.Of(view, decision ?? view.Decide(config), Terms(config), Now)];

    [Theory]
    [InlineData(10, "t1, t10, t2, t3, t4, t5, t6, t7, t8, t9.")]
    [InlineData(11, "t1, t10, t11, t2, t3, t4, t5, t6, t7, t8 and 1 more.")]
    public void A_gap_names_ten_of_those_who_need_it(int tasks, string named)
    {
        var view = View(Abnormal).ReadAt([.. Enumerable.Repeat(Clock(8, 0), tasks)]);
        var gap = Told(view, new Hold(view.Document, StoreReason.Off, "off")).Single(f => f.Event == AlertEvents.StoreGap);
        Assert.StartsWith("Needed by " + named, gap.Description, StringComparison.Ordinal);
        Assert.Equal(($"{AlertEvents.StoreGap}:mysql", AlertLevel.Critical, "north"), (gap.Id, gap.Level, gap.Region));
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    public void More_Stores_than_the_threshold_are_told_though_all_is_well(int stores, int told) =>
        Assert.Equal(told, Told(View([.. Enumerable.Repeat(Running, stores)])).Count(f => f.Event == AlertEvents.StoreThreshold));

    [Fact]
    public void A_threshold_that_holds_HA_back_is_told() =>
        Assert.Contains(Told(View([.. Enumerable.Repeat(Abnormal, 5)])), f => f.Event == AlertEvents.StoreThreshold);

    [Theory]
    [InlineData(900, 0)]
    [InlineData(901, 1)]
    public void A_position_that_its_source_will_soon_have_thrown_away_is_told(int secondsPast, int told)
    {
        // The source keeps an hour; the warning comes a quarter of it ahead.
        var view = Of(Seen(Running, begin: Clock(8, 0))).ReadAt(Clock(9, 0) + 1800 - secondsPast, Clock(9, 50))
            .With(d => d with { Source = new SourceLog { RetentionSec = 3600 } });
        var found = Told(view).Where(f => f.Event == AlertEvents.StoreRetention).ToList();
        Assert.Equal(told, found.Count);
        Assert.All(found, f => Assert.Contains("899 s left (limit 900 s); concerned: t1.", f.Description, StringComparison.Ordinal));
        var unseen = view.Unseen();
        Assert.Equal(told, Finding.Of([unseen], [unseen.Decide()], new SubtopicTerms(null, Scene.Config), Now)
            .Count(f => f.Event == AlertEvents.StoreRetention));
        Assert.Equal(told, Finding.Of([view], [view.Decide()], new SubtopicTerms(null, Scene.Config), Now).Count(f =>
            f.Event == AlertEvents.StoreRetention));
    }

    [Fact]
    public void Only_those_that_are_close_are_concerned()
    {
        var view = Of(Seen(Running, begin: Clock(7, 0))).ReadAt(Clock(9, 14, 59), Clock(9, 15))
            .With(d => d with { Source = new SourceLog { RetentionSec = 3600 } });
        Assert.Contains("concerned: t1. ", Assert.Single(Told(view)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_that_are_close_the_one_that_is_lost_first_is_named_and_what_is_lost_already_has_nothing_left()
    {
        var view = Of(Seen(Running, begin: Clock(7, 0))).ReadAt(Clock(9, 10), Clock(9, 5), Clock(9, 50))
            .With(d => d with { Source = new SourceLog { RetentionSec = 3600 } });
        Assert.Contains("300 s left (limit 900 s); concerned: t1, t2.", Assert.Single(Told(view)).Description, StringComparison.Ordinal);
        Assert.StartsWith("The source of mysql will soon have thrown away what t2", Told(view)[0].Summary, StringComparison.Ordinal);
        Assert.Contains("has 0 s left", Assert.Single(Told(view.ReadAt(Clock(8, 0)))).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recommendation_and_a_question_are_told_with_the_plan()
    {
        var recommend = Assert.Single(Told(View(Abnormal), config: Scene.Config with { Autonomy = Autonomy.Recommend }));
        Assert.Equal((AlertEvents.Recommendation, true), (recommend.Event,
            recommend.Description.Contains("Plan: a Store from", StringComparison.Ordinal)));
        Assert.Empty(Told(View(Abnormal), config: Scene.Config with { Autonomy = Autonomy.Observe }));
        var approve = Scene.Config with { Autonomy = Autonomy.Approve };
        Assert.Empty(Told(View(Abnormal), config: approve));
        var asked = View(Abnormal).With(d => d with { Proposal = new Proposal("create-mysql:1", Now) });
        var question = Assert.Single(Told(asked, config: approve));
        Assert.Equal(AlertEvents.ApprovalNeeded, question.Event);
        Assert.Contains("POST /api/v1/stores/tickets/create-mysql%3A1/approve", question.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void It_carries_the_tags_of_the_tasks_that_need_the_subtopic()
    {
        var view = View(Abnormal).With(d => d with
        {
            Needs =
            [
                new RequiredPosition("t1", 0, true) { Tags = ["b", "a"] }, new RequiredPosition("t2", 0, true) { Tags = ["a"] },
                new RequiredPosition("t3", 0, true),
            ],
        });
        var hold = new Hold(view.Document, StoreReason.Threshold, "full");
        Assert.Equal(["a", "b"], Assert.Single(Told(view, hold)).TaskTags);
        Assert.Null(Assert.Single(Told(View(Abnormal), hold)).TaskTags);
        Assert.Empty(Told(view.With(d => d with { Tasks = [] }), hold));
    }

    [Fact]
    public void Its_end_says_whether_nobody_needs_it_a_person_deleted_it_or_it_is_over()
    {
        var view = Of(Seen(Running)).ReadAt(Clock(8, 0));
        var gap = new Finding(AlertEvents.StoreGap, "mysql", "north", AlertLevel.Critical, "No Store serves", "");
        Assert.Equal("No task needs mysql any more", gap.EndOf(null, Now));
        Assert.Equal("No task needs mysql any more", gap.EndOf(view.With(d => d with { Tasks = [] }), Now));
        Assert.Equal("Over: No Store serves", gap.EndOf(view, Now));
        var deleted = view.With(d => d with { GivenUp = new GivenUp(Clock(8, 0), Clock(9, 0)) });
        Assert.StartsWith("An operator has deleted", gap.EndOf(deleted, Now), StringComparison.Ordinal);
        Assert.Equal("Over: No Store serves", (gap with { Event = AlertEvents.StoreThreshold }).EndOf(deleted, Now));
    }

    [Fact]
    public void Subtopics_with_a_gap_are_named_and_others_are_not() => Assert.Equal(["a"], Finding.Gaps(
    [
        new Finding(AlertEvents.StoreGap, "a", "north", AlertLevel.Critical, "", ""),
        new Finding(AlertEvents.StoreThreshold, "b", "north", AlertLevel.Warning, "", ""),
    ]));

    [Fact]
    public void In_a_pass_what_is_held_or_has_too_many_is_told_and_what_is_healthy_is_not()
    {
        List<string> Told(SubtopicView view, StoreDecision decision) =>
            [.. Finding.Of([view], [decision], new SubtopicTerms(null, Scene.Config), Now).Select(f => f.Event)];
        var view = View(Running);
        Assert.Equal([AlertEvents.StoreThreshold], Told(view, new Hold(view.Document, StoreReason.Threshold, "full")));
        Assert.Empty(Told(view, new Hold(view.Document, StoreReason.Healthy, "1 running")));
        var many = View([.. Enumerable.Repeat(Running, 6)]);
        Assert.Equal([AlertEvents.StoreThreshold], Told(many, new Hold(many.Document, StoreReason.Healthy, "6 running")));
        Assert.Empty(Told(many.With(d => d with { Tasks = [] }), new Hold(many.Document, StoreReason.Unneeded, "")));
    }
}
