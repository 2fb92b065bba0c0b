using Holdfast.Engine;
using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Exact positions decide where both sides say theirs, whatever the clocks say.</summary>
public sealed class ReachTests
{
    private const string Source = "6f1c0a";
    private static readonly HaConfig Computed = Scene.Config with { RefetchMode = RefetchMode.Computed };
    private static readonly HaConfig Perceive = Scene.Config with { PerceiveStoreClientCheckpoint = true };

    private static ObservedStore Holds(ulong begin, ulong? end = null, long seq = 1, string? source = Source, long? seconds = null) =>
        Seen(Running, seq, seconds ?? Clock(9, 30), Clock(9, 50)) with
        {
            Exact = new ExactRange(new Position(1, begin), end is { } last ? new Position(1, last) : null, source),
        };

    private static ExactPlace At(ulong position, string? source = Source) => new(new Position(1, position), source);

    private static SubtopicView Reads(SubtopicView view, params IReadOnlyList<(long Seconds, int Position)> consumers) => view with
    {
        Document = view.Document with { Tasks = [.. consumers.Select((_, i) => $"t{i + 1}")] },
        Consumers = [.. consumers.Select((c, i) =>
            new ObservedConsumer($"t{i + 1}", c.Seconds, IsVisible: true) { Exact = At((ulong)c.Position) })],
    };

    [Theory]
    [InlineData(50, true)]
    [InlineData(49, false)]
    public void Within_one_second_the_exact_position_says_whether_a_store_has_it(int position, bool isCovered)
    {
        var store = Holds(begin: 50, end: 90);
        Assert.Equal(isCovered, Reach.Covers(store, Clock(9, 30), At((ulong)position)));
        Assert.Equal(isCovered ? store : null, Resolving.Best([store], Clock(9, 30), At((ulong)position)));
        var view = Reads(Of(store), (Clock(9, 30), position));
        Assert.Equal(isCovered, Coverage.GapOf(view, null, Now) is null);
        Assert.Equal(isCovered ? "ST-200" : "create", view.Decide(Computed).Code());
        Assert.Equal(isCovered ? "ST-200" : "create", view.Decide(Perceive).Code());
        Assert.Equal(isCovered, !Finding.Of(view, view.Decide(), Terms(), Now).Any(f => f.Event == AlertEvents.StoreGap));
    }

    [Fact]
    public void A_gap_within_a_second_is_told_with_the_position_behind_which_it_begins()
    {
        var view = Reads(Of(Holds(begin: 50)), (Clock(9, 30), 90), (Clock(9, 30), 49), (Clock(9, 30), 48));
        var gap = Coverage.GapOf(view, null, Now)!;
        Assert.Equal((Clock(9, 30), Clock(9, 30), "1/30"), (gap.From, gap.To, gap.After));
        Assert.Equal(["t2", "t3"], gap.Tasks);
        Assert.Contains("after position 1/30", Assert.Single(Finding.Of(view, null, Terms(), Now)).Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 40)]
    [InlineData(9, 0)]
    public void A_clock_that_was_ahead_or_is_set_back_changes_nothing_for_a_consumer_that_knows_its_position(int hour, int minute)
    {
        var view = Reads(Of(Holds(begin: 50, end: 90)), (Clock(hour, minute), 70));
        Assert.NotNull(Resolving.Best(view.Stores, Clock(hour, minute), At(70)));
        Assert.Null(Coverage.GapOf(view, null, Now));
        Assert.Equal("ST-200", view.Decide(Computed).Code());
        Assert.Equal(view.Stores[0], Cleanup.Retained(view));
        // By the clock alone the earlier one would be a gap, and the store would have to be surplus to nobody.
        var byTime = view with { Consumers = [.. view.Consumers.Select(c => c with { Exact = null })] };
        Assert.Equal(hour == 9, Coverage.GapOf(byTime, null, Now) is not null);
    }

    [Fact]
    public void A_store_of_another_source_has_nothing_for_it_and_one_that_does_not_say_its_source_is_taken_at_its_word()
    {
        Assert.False(Reach.Covers(Holds(begin: 50, source: "other"), Clock(9, 50), At(70)));
        Assert.False(Reach.IsThere(Holds(begin: 50, end: 90, source: "other"), Clock(9, 40), At(70)));
        Assert.True(Reach.Covers(Holds(begin: 50, source: null), Clock(9, 50), At(70)));
        Assert.True(Reach.Covers(Holds(begin: 50), Clock(9, 50), At(70, source: null)));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Seconds_decide_where_one_of_the_two_knows_nothing_exact(bool storeSays, bool consumerSays)
    {
        var store = storeSays ? Holds(begin: 50, end: 90) : Seen(Running, begin: Clock(9, 30), end: Clock(9, 50));
        ExactPlace? place = consumerSays ? At(1) : null;
        Assert.True(Reach.Covers(store, Clock(9, 30), place));
        Assert.False(Reach.Covers(store, Clock(9, 30) - 1, place));
        Assert.True(Reach.IsThere(store, Clock(9, 50), place));
        Assert.False(Reach.IsThere(store, Clock(9, 50) + 1, place));
    }

    [Theory]
    [InlineData(90, 2)]
    [InlineData(91, 1)]
    public void A_store_that_has_read_so_far_goes_before_a_newer_one_that_has_not(ulong position, long seq) => Assert.Equal(seq,
        Resolving.Best([Holds(begin: 50, end: 95, seq: 1), Holds(begin: 50, end: 90, seq: 2)], Clock(9, 40), At(position))!.Store.Seq);

    /// <summary>After a restart, or once its data is lost, a Store says nothing for a moment: what it had read is no promise.</summary>
    [Fact]
    public void A_store_that_does_not_say_how_far_it_has_read_is_nobody_s_keeper()
    {
        var silent = Holds(begin: 50) with { End = null };
        var view = Reads(Of(silent, Holds(begin: 60, end: 90, seq: 2) with { Health = Abnormal }), (Clock(9, 40), 70));
        Assert.True(Reach.Covers(silent, view.Consumers[0]));
        Assert.False(Reach.IsThere(silent, view.Consumers[0]));
        Assert.Null(Cleanup.Retained(view));
        var said = new ExactRange(new Position(1, 50), new Position(1, 90), Source);
        Assert.Equal(said with { End = null }, said.WithoutEnd);
    }

    [Fact]
    public void A_store_that_could_not_be_read_is_named_only_when_there_is_no_other()
    {
        IReadOnlyList<ObservedStore> stores = [Holds(begin: 50, end: 95, seq: 1), Holds(begin: 50, end: 60, seq: 2)];
        Assert.Equal(2, Resolving.Best(stores, Clock(9, 40), At(70), [stores[0].Store.Name])!.Store.Seq);
        Assert.Equal(1, Resolving.Best(stores, Clock(9, 40), At(70), [stores[1].Store.Name])!.Store.Seq);
        Assert.Equal(1, Resolving.Best([stores[0]], Clock(9, 40), At(70), [stores[0].Store.Name])!.Store.Seq);
        Assert.Equal(1, Resolving.Best(stores, Clock(9, 40), At(70), [.. stores.Select(s => s.Store.Name)])!.Store.Seq);
    }

    [Fact]
    public void The_surplus_needs_a_keeper_that_has_what_each_consumer_needs_exactly()
    {
        var both = Of(Holds(begin: 50, end: 90, seq: 1), Holds(begin: 60, end: 90, seq: 2));
        Assert.Equal(2, Cleanup.Retained(Reads(both, (Clock(9, 40), 60), (Clock(9, 40), 80)))!.Store.Seq);
        Assert.Equal(1, Cleanup.Retained(Reads(both, (Clock(9, 40), 59), (Clock(9, 40), 80)))!.Store.Seq);
        Assert.Null(Cleanup.Retained(Reads(both, (Clock(9, 40), 49), (Clock(9, 40), 80))));
    }

    [Fact]
    public void A_new_store_begins_at_the_slowest_consumer_s_position_whatever_the_time_leads_to()
    {
        var view = Reads(Of(Seen(Abnormal)), (Clock(9, 40), 80), (Clock(9, 45), 70));
        Assert.Equal("1/46@6f1c0a", Assert.IsType<Create>(view.Decide(Computed)).Exact?.ToString());
        Assert.Equal("1/46@6f1c0a", Assert.IsType<Create>(view.Decide(Perceive)).Exact?.ToString());
        Assert.Null(Assert.IsType<Create>(view.Decide()).Exact);
        var made = StoreChange.WithStore(view.Document, (Create)view.Decide(Computed) with { Host = "h2" }, "10.0.0.2", Now);
        Assert.Equal("1/46@6f1c0a", made.Stores[^1].StartPosition);
        // Perceiving looks at what is seen only, and positions of two sources have no order.
        var hidden = view with { Consumers = [view.Consumers[0], view.Consumers[1] with { IsVisible = false }] };
        Assert.Equal("1/50@6f1c0a", Assert.IsType<Create>(hidden.Decide(Perceive)).Exact?.ToString());
        var two = view with { Consumers = [view.Consumers[0], view.Consumers[1] with { Exact = At(1, "other") }] };
        Assert.Null(Assert.IsType<Create>(two.Decide(Computed)).Exact);
    }

    /// <summary>One that was to begin there and does not has found that the source has no such log.</summary>
    [Theory]
    [InlineData("1/31@6f1c0a", "ST-215")]
    [InlineData("1/32@6f1c0a", "create")]
    [InlineData("1/31@other", "create")]
    [InlineData(null, "create")]
    public void A_position_that_the_source_has_not_is_tried_once(string? start, string code)
    {
        var store = Holds(begin: 60);
        var view = Reads(Of(store with { Store = store.Store with { StartPosition = start } }), (Clock(9, 30), 49));
        Assert.Equal(code, view.Decide(Computed).Code());
        Assert.Equal(code == "ST-215", Finding.Of(view, view.Decide(Computed), Terms(), Now).Any(f => f.Event == AlertEvents.StoreGap));
    }

    [Fact]
    public void While_a_store_that_begins_early_enough_is_coming_no_other_is_made()
    {
        var coming = Holds(begin: 40, seq: 2) with { Health = Starting };
        Assert.Equal("ST-204", Reads(Of(Holds(begin: 50), coming), (Clock(9, 30), 45)).Decide(Computed).Code());
        Assert.Equal("create", Reads(Of(Holds(begin: 50), coming), (Clock(9, 30), 39)).Decide(Computed).Code());
    }

    [Theory]
    [InlineData("1/2A", "1/2A")]
    [InlineData("1/2A@6f1c0a", "1/2A@6f1c0a")]
    [InlineData("1/2A@a@b", "1/2A@a@b")]
    [InlineData("somewhere", null)]
    [InlineData("@6f1c0a", null)]
    [InlineData(null, null)]
    public void A_place_is_written_with_its_source_and_read_back(string? text, string? shown) =>
        Assert.Equal(shown, ExactPlace.Parse(text)?.ToString());

    [Theory]
    [InlineData("1/2", "1/2")]
    [InlineData("1/2@a", "1/2@a")]
    [InlineData("@a", null)]
    [InlineData("a", null)]
    [InlineData(null, null)]
    public void What_is_written_of_a_position_is_read_and_nothing_else(string? text, string? read) =>
        Assert.Equal(read, ExactPlace.Parse(text)?.ToString());

    [Theory]
    [InlineData("1/2@a", "1/2@a", "1/9", 1, true)]
    [InlineData("1/3@a", "1/2@a", "1/9", 0, false)]
    [InlineData("1/1@b", "1/2@a", "1/9", 0, false)]
    [InlineData(null, null, "1/9", 0, true)]
    [InlineData(null, null, "1/9", -1, false)]
    [InlineData(null, "1/2@a", null, 0, true)]
    [InlineData(null, "1/2@a", "1/9", 0, false)]
    public void A_Store_was_to_cover_what_it_was_placed_for(string? start, string? needs, string? begins, int later, bool was)
    {
        var store = Seen(Running) is var seen
            ? seen with { Store = seen.Store with { StartPosition = start, StartTimestamp = 100 },
                Exact = ExactRange.Of(begins, null, null) } : null!;
        Assert.Equal(was, Reach.WasToCover(store, new ObservedConsumer("t", 100 + later, true) { Exact = ExactPlace.Parse(needs) }));
    }

    [Fact]
    public void All_are_covered_when_each_is()
    {
        var view = Of(Seen(Running, begin: 100), Seen(Abnormal, 2, 10));
        Assert.True(Reach.AllCovered(view.ReadAt(100, 101)));
        Assert.False(Reach.AllCovered(view.ReadAt(100, 99)));
        Assert.True(Reach.AllCovered(view));
    }
}
