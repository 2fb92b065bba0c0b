using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>The table of docs/reference/oms.md, Failure of a Store, row by row, then what the rows leave open.</summary>
public sealed class StoreRulesTests
{
    [Fact]
    public void No_store_exists_and_nothing_is_done() => Assert.Equal("ST-202", View().With(d => d with { Seq = 3 }).Decide().Code());

    [Fact]
    public void A_store_that_is_being_removed_is_none() => Assert.Equal("ST-202", View(Leaving).Decide().Code());

    [Fact]
    public void All_stopped_and_nothing_is_done() => Assert.Equal("ST-203", View(Stopped, Stopped).Decide().Code());

    [Theory]
    [InlineData(4, "create")]
    [InlineData(5, "ST-205")]
    [InlineData(6, "ST-205")]
    public void At_the_threshold_nothing_is_done(int stores, string code) =>
        Assert.Equal(code, View([.. Enumerable.Repeat(Abnormal, stores)]).Decide().Code());

    [Fact]
    public void Stopped_ones_count_for_the_threshold_and_leaving_ones_do_not()
    {
        Assert.Equal("ST-205", View(Abnormal, Stopped, Stopped, Stopped, Stopped).Decide().Code());
        Assert.Equal("create", View(Abnormal, Abnormal, Abnormal, Abnormal, Leaving).Decide().Code());
    }

    [Theory]
    [InlineData(2, "ST-205")]
    [InlineData(3, "create")]
    public void A_subtopic_s_own_threshold_goes_before(int threshold, string code) =>
        Assert.Equal(code, View(Abnormal, Abnormal).With(d => d with { Threshold = threshold }).Decide().Code());

    [Fact]
    public void One_running_in_time_and_nothing_is_done() => Assert.Equal("ST-200", View(Abnormal, Running, Stopped).Decide().Code());

    [Theory]
    [InlineData(0, "ST-200")]
    [InlineData(-1, "create")]
    public void A_range_that_starts_later_than_the_earliest_consumer_needs_makes_one_where_that_is_perceived(int later, string code)
    {
        var view = Of(Seen(Running, begin: Clock(9, 0))).ReadAt(Clock(9, 30), Clock(9, 0) + later);
        Assert.Equal(code, view.Decide(Scene.Config with { PerceiveStoreClientCheckpoint = true }).Code());
        Assert.Equal("ST-200", view.Decide().Code());
        // Computed looks at it whatever the other key says, also for a consumer that is not seen.
        Assert.Equal(code, view.Unseen().Decide(Scene.Config with { RefetchMode = RefetchMode.Computed }).Code());
    }

    [Theory]
    [InlineData(new[] { Abnormal })]
    [InlineData(new[] { Abnormal, Stopped })]
    [InlineData(new[] { Stopped, Abnormal, Abnormal })]
    public void None_running_and_not_all_stopped_makes_one(StoreHealth[] standings) =>
        Assert.IsType<Create>(View(standings).Decide());

    [Theory]
    [InlineData(new[] { Starting })]
    [InlineData(new[] { Starting, Stopped })]
    [InlineData(new[] { Abnormal, Starting })]
    public void One_that_starts_is_neither_running_nor_a_reason_to_make_another(StoreHealth[] standings) =>
        Assert.Equal("ST-204", View(standings).Decide().Code());

    [Fact]
    public void What_was_not_heard_yet_is_no_failure() => Assert.Equal("ST-214", View(Unheard, Abnormal).Decide().Code());

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Switched_off_does_nothing(bool enable, bool enableStore) =>
        Assert.Equal("ST-201", View(Abnormal).Decide(new HaConfig { Enable = enable, EnableStore = enableStore }).Code());

    [Theory]
    [InlineData(599, "ST-206")]
    [InlineData(600, "create")]
    public void Between_two_operations_checkRequestIntervalSec_passes(int seconds, string code)
    {
        var decision = View(Abnormal).With(d => d with { OperatedAt = Now.AddSeconds(-seconds) }).Decide();
        Assert.Equal(code, decision.Code());
        Assert.Equal(decision is Hold ? Now.AddSeconds(1) : null, (decision as Hold)?.Earliest);
    }

    [Fact]
    public void Perceiving_without_a_consumer_does_nothing() =>
        Assert.Equal("ST-207", View(Abnormal).Decide(Scene.Config with { PerceiveStoreClientCheckpoint = true }).Code());

    [Theory]
    [InlineData(Autonomy.Observe, "ST-210")]
    [InlineData(Autonomy.Recommend, "ST-211")]
    [InlineData(Autonomy.Approve, "ST-212")]
    [InlineData(Autonomy.Auto, "create")]
    public void How_far_it_goes_by_itself_is_a_setting(Autonomy autonomy, string code)
    {
        var decision = View(Abnormal).Decide(Scene.Config with { Autonomy = autonomy });
        Assert.Equal(code, decision.Code());
        Assert.Equal(autonomy != Autonomy.Auto, (decision as Hold)?.Plan is not null);
    }

    [Fact]
    public void A_hole_that_no_new_store_can_close_does_not_use_up_the_threshold()
    {
        var computed = Scene.Config with { RefetchMode = RefetchMode.Computed };
        // The source keeps an hour: a new one would begin no earlier than what runs.
        var kept = Of(Seen(Running, begin: Clock(9, 0))).ReadAt(Clock(8, 0))
            .With(d => d with { Source = new SourceLog { RetentionSec = 3600 } });
        Assert.Equal("ST-215", kept.Decide(computed).Code());
        // One that was to begin early enough has found that its source has less.
        var tried = Seen(Running, begin: Clock(9, 0));
        var view = Of(tried with { Store = tried.Store with { StartTimestamp = Clock(7, 59) } }).ReadAt(Clock(8, 0));
        Assert.Equal("ST-215", view.Decide(computed).Code());
    }

    [Fact]
    public void While_one_that_reaches_far_enough_back_is_starting_no_other_is_made() => Assert.Equal("ST-204",
        Of(Seen(Running, 1, Clock(9, 30)), Seen(Starting, 2, Clock(9, 0))).ReadAt(Clock(9, 10))
            .Decide(Scene.Config with { RefetchMode = RefetchMode.Computed }).Code());

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void What_a_task_asks_for_is_made_unless_a_store_reaches_so_far_back(int earlier, bool shares)
    {
        var view = Of(Seen(Running, begin: Clock(9, 0))).With(d => d with
        {
            Tasks = ["t1", "t2"], Needs = [.. d.Needs, new RequiredPosition("t2", Clock(9, 0) - earlier, IsMet: false)],
        });
        var decision = view.Decide(new HaConfig());
        Assert.Equal(shares ? "ST-201" : "create", decision.Code());
        Assert.Equal(shares ? null : Clock(9, 0) - earlier, (decision as Create)?.From);
        Assert.Equal("ST-205", view.With(d => d with { Threshold = 1, Needs = [new RequiredPosition("t2", 0, false)] }).Decide().Code());
    }

    [Fact]
    public void Nobody_needs_it_and_nothing_is_done() =>
        Assert.Equal("ST-208", View(Abnormal).With(d => d with { Tasks = [] }).Decide().Code());

    [Fact]
    public void A_hold_says_which_switch_is_off_and_how_many_of_how_many()
    {
        static string Why(SubtopicView view, HaConfig? config = null) => Assert.IsType<Hold>(view.Decide(config)).Because;
        Assert.Equal("enableStore is false", Why(View(Abnormal), Scene.Config with { EnableStore = false }));
        Assert.Equal("enable is false", Why(View(Abnormal), Scene.Config with { Enable = false }));
        Assert.Equal("1 running", Why(View(Running, Abnormal)));
        Assert.Equal("1 of 2", Why(View(Starting, Abnormal)));
        Assert.Equal("1 of 2", Why(View(Unheard, Abnormal)));
        Assert.Equal("2 of 2", Why(View(Stopped, Stopped)));
    }

    [Fact]
    public void Of_two_tasks_that_ask_from_the_same_position_the_first_one_is_named()
    {
        RequiredPosition[] needs = [new("t1", Clock(9, 0), false), new("t2", Clock(9, 0), false)];
        var view = View().With(d => d with { Needs = needs });
        Assert.StartsWith("task t1 asks for it", Assert.IsType<Create>(view.Decide()).Because, StringComparison.Ordinal);
    }

    private static readonly HaConfig Computed = Scene.Config with { RefetchMode = RefetchMode.Computed };

    [Fact]
    public void The_one_that_is_waited_for_is_one_that_comes_and_helps()
    {
        var view = Of(Seen(Abnormal, 1, Clock(9, 0)), Seen(Running, 2, Clock(9, 30)), Seen(Starting, 3, Clock(9, 35)),
            Seen(Unheard, 4, Clock(9, 0)));
        Assert.Equal(view.Stores[3].Store.Name, Assert.IsType<Hold>(view.ReadAt(Clock(9, 10), Clock(9, 40)).Decide(Computed)).Because);
        // It helps one of them, and the other one still needs another Store.
        Assert.Equal("create", view.ReadAt(Clock(9, 10), Clock(8, 0)).Decide(Computed).Code());
    }

    [Fact]
    public void Who_has_not_been_seen_counts_for_what_is_out_of_reach_only_where_it_counts_for_the_start()
    {
        var tried = Seen(Running, begin: Clock(9, 0)) is var seen ? seen
            with { Store = seen.Store with { StartTimestamp = Clock(8, 0) } } : null!;
        var view = Of(tried, Seen(Abnormal, 2)).ReadAt(Clock(8, 30));
        Assert.Equal("ST-215", view.Unseen().Decide(Computed).Code());
        var perceive = Scene.Config with { PerceiveStoreClientCheckpoint = true };
        var both = view.ReadAt(Clock(8, 30), Clock(7, 0));
        both = both with { Consumers = [both.Consumers[0], both.Consumers[1] with { IsVisible = false }] };
        Assert.Equal("ST-215", both.Decide(perceive).Code());
        Assert.Equal("create", both.Decide(Computed).Code());
    }

    /// <summary>The source's clock was set back: by the time the Running one begins early enough.</summary>
    [Theory]
    [InlineData("1/5@a", "create")]
    [InlineData("1/3@b", "ST-215")]
    [InlineData("1/2@b", "ST-215")]
    public void A_new_one_begins_earlier_where_its_exact_position_does(string held, string code)
    {
        var place = ExactPlace.Parse(held)!.Value;
        var running = Seen(Running, begin: Clock(9, 0)) with { Exact = new ExactRange(place.At, null, place.SystemId) };
        var view = Of(running, Seen(Abnormal, 2)).ReadAt(Clock(9, 30));
        view = view with { Consumers = [view.Consumers[0] with { Exact = ExactPlace.Parse("1/3@a") }] };
        Assert.Equal(code, view.Decide(Computed).Code());
    }
}
