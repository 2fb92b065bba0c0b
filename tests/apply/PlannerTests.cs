using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

public sealed class PlannerTests
{
    /// <summary>Of a row and ten bytes.</summary>
    private const long Cost = 410;

    [Fact]
    public void Work_that_touches_nothing_common_goes_to_the_lane_with_the_least_to_do()
    {
        var planner = new Planner<string>(3);
        Assert.Equal([0, 1, 2, 2], new[] { ("a", 100), ("b", 90), ("c", 10), ("d", 10) }.Select(w => Add(planner, w.Item1, w.Item2,
            w.Item1)));
    }

    [Fact]
    public void Small_work_fills_up_a_lane_and_large_work_goes_where_the_least_is_to_do()
    {
        var planner = new Planner<string>(3, fill: 1000);
        Assert.Equal([0, 0, 0, 1, 2, 1, 1], new[] { ("a", 100), ("b", 100), ("c", 100), ("d", 100), ("e", 2000), ("f", 100), ("g", 100) }
            .Select(w => Add(planner, w.Item1, w.Item2, w.Item1)));
    }

    /// <summary>Of 100 bytes and no row: with its own price, 300.</summary>
    [Theory]
    [InlineData(900, 0)]
    [InlineData(899, 1)]
    public void A_lane_takes_work_until_it_has_what_fills_it(long fill, int third)
    {
        var planner = new Planner<string>(2, fill);
        Assert.Equal([0, 0, third], new[] { "a", "b", "c" }.Select(w => Add(planner, w, 100, w)));
    }

    [Fact]
    public void A_row_costs_200_bytes_and_a_piece_of_work_as_much()
    {
        var (planner, item) = (new Planner<string>(2), new PlanItem<string>("a", 3, 10));
        Plan(planner, item, "a");
        Assert.Equal((810, 0, 10), (planner.LoadOf(0), planner.LoadOf(1), planner.Bytes));
        planner.Complete(item, []);
        Assert.Equal((0, 0), (planner.LoadOf(0), planner.Bytes));
    }

    [Fact]
    public void In_one_lane_all_work_is_in_its_order_and_nothing_is_kept()
    {
        var planner = new Planner<string>(1);
        var items = new[] { Item("a"), Item("b") };
        Assert.All(items, i => Assert.Equal([i], Plan(planner, i, "x")));
        Assert.Equal((0, 0, 2), (planner.Held, planner.Waiting, planner.Count));
        planner.Complete(items[0], []);
        Assert.Equal((0, 1, false), (planner.Held, planner.Count, planner.IsIdle));
    }

    [Fact]
    public void What_the_last_one_touches_stays_touched_when_an_earlier_one_is_done()
    {
        var planner = new Planner<string>(2);
        var (first, second) = (Item("first"), Item("second"));
        Plan(planner, first, "a");
        Plan(planner, second, "a");
        planner.Complete(first, []);
        Plan(planner, Item("third"), "a");
        // The lane of the second one has more to do than the other.
        Assert.Equal((2, 0), (planner.LoadOf(0) / Cost, planner.LoadOf(1)));
        Assert.Equal(1, planner.Held);
    }

    [Fact]
    public void Whole_tables_stay_touched_too()
    {
        var planner = new Planner<string>(2);
        var (first, second) = (Item("first"), Item("second"));
        Plan(planner, first, Whole(7));
        Plan(planner, second, Whole(7));
        planner.Complete(first, []);
        Plan(planner, Item("third"), Rows(1, 7));
        Assert.Equal((2, 0), (planner.LoadOf(0) / Cost, planner.LoadOf(1)));
        Assert.Equal(2, planner.Held);
    }

    [Fact]
    public void Rows_of_one_table_do_not_wait_for_each_other()
    {
        var planner = new Planner<string>(2);
        Assert.Equal([0, 1], new ulong[] { 1, 2 }.Select(key => Assert.Single(Plan(planner, Item("row"), Rows(key, 7))).Lane));
        Assert.Equal(3, planner.Held);
    }

    [Fact]
    public void What_is_met_in_several_keys_is_followed_once_and_forgotten_with_the_lane()
    {
        var planner = new Planner<string>(2);
        var (one, other, both) = (Item("one"), Item("other"), Item("both"));
        Plan(planner, one, "a", "b");
        Plan(planner, other, "c");
        Plan(planner, both, "a", "b", "c");
        Assert.Equal([one, other], both.After);
        Assert.Equal([both], one.Before);
        planner.Complete(one, []);
        Assert.Empty(one.Before);
        Assert.Empty(both.After);
        Assert.Equal(other.Lane, both.Lane);
    }

    [Fact]
    public void Work_that_is_done_is_not_followed()
    {
        var planner = new Planner<string>(2);
        var (left, right) = (Item("left"), Item("right"));
        planner.Add(Keys("a"), [left, right], []);
        planner.Complete(left, []);
        // The other half is not done, so the key is still touched, by that half alone.
        var next = Assert.Single(Plan(planner, Item("next"), "a"));
        Assert.Equal(right.Lane, next.Lane);
        planner.Complete(right, []);
        Assert.Equal(1, planner.Held);
    }

    [Fact]
    public void What_follows_waiting_work_waits_as_well_and_goes_when_that_goes()
    {
        var planner = new Planner<string>(3);
        var (a, b) = (Item("a"), Item("b"));
        Plan(planner, a, "a");
        Plan(planner, b, "b");
        var (waits, after, last) = (Item("waits"), Item("after"), Item("last"));
        Plan(planner, waits, "a", "b", "x");
        Assert.Empty(Plan(planner, after, "x", "y"));
        Assert.Empty(Plan(planner, last, "y"));
        Assert.Equal((3, -1), (planner.Waiting, last.Lane));
        var assigned = new List<PlanItem<string>>();
        planner.Complete(b, assigned);
        Assert.Equal([waits, after, last], assigned);
        Assert.All(assigned, i => Assert.Equal(a.Lane, i.Lane));
    }

    [Fact]
    public void Work_follows_what_it_touches_into_its_lane()
    {
        var planner = new Planner<string>(3);
        Assert.Equal([0, 1, 1, 1], new[] { "a", "b", "b", "b" }.Select(key => Add(planner, key, 10, key)));
        var full = new Planner<string>(2, fill: 500);
        Assert.Equal([0, 0], new[] { "a", "b" }.Select(key => Add(full, key, 10, key)));
        Assert.Equal(0, Assert.Single(Plan(full, Item("both"), "a", "b")).Lane);
    }

    [Fact]
    public void Work_that_follows_two_lanes_waits_until_one_of_them_is_done()
    {
        var planner = new Planner<string>(2);
        var (a, b) = (Item("a"), Item("b"));
        Plan(planner, a, "a");
        Plan(planner, b, "b");
        var both = Item("both");
        Assert.Empty(Plan(planner, both, "a", "b"));
        var later = Item("later");
        Assert.Empty(Plan(planner, later, "a"));
        Assert.Equal(2, planner.Waiting);

        var assigned = new List<PlanItem<string>>();
        planner.Complete(a, assigned);
        Assert.Equal([both, later], assigned);
        Assert.Equal([1, 1], assigned.Select(i => i.Lane));
        Assert.Equal(0, planner.Waiting);
    }

    [Fact]
    public void A_whole_table_waits_for_its_rows_and_they_for_it()
    {
        var planner = new Planner<string>(3);
        var (row, other, whole) = (Item("row"), Item("other"), Item("whole"));
        Plan(planner, row, Rows(1, 7));
        Plan(planner, other, Rows(2, 7));
        Assert.Empty(Plan(planner, whole, Whole(7)));
        Assert.Empty(Plan(planner, Item("next"), Rows(3, 7)));
        Assert.Single(Plan(planner, Item("elsewhere"), Rows(4, 8)));

        var assigned = new List<PlanItem<string>>();
        planner.Complete(row, assigned);
        Assert.Equal(["whole", "next"], assigned.Select(i => i.Work));
        Assert.All(assigned, i => Assert.Equal(other.Lane, i.Lane));
    }

    [Fact]
    public void What_follows_a_transaction_in_pieces_follows_all_of_them()
    {
        var planner = new Planner<string>(2);
        var (left, right) = (Item("left"), Item("right"));
        var assigned = new List<PlanItem<string>>();
        planner.Add(Keys("a", "b"), [left, right], assigned);
        Assert.Equal([0, 1], assigned.Select(i => i.Lane));
        Assert.Empty(Plan(planner, Item("next"), "a"));
        assigned.Clear();
        planner.Complete(left, assigned);
        Assert.Equal(right.Lane, Assert.Single(assigned).Lane);
    }

    [Fact]
    public void Nothing_is_kept_of_work_that_is_done()
    {
        var planner = new Planner<string>(2);
        foreach (var i in Enumerable.Range(0, 100))
        {
            var item = Item("i");
            Plan(planner, item, i % 3 == 0 ? Whole((ulong)i % 5) : Rows((ulong)i, (ulong)i % 5));
            planner.Complete(item, []);
        }

        Assert.True(planner.IsIdle && planner.Bytes == 0 && planner.LoadOf(0) == 0 && planner.LoadOf(1) == 0);
        Assert.Equal(0, planner.Held);
    }

    [Fact]
    public void Work_is_done_once()
    {
        var (planner, item) = (new Planner<string>(2), Item("i"));
        Plan(planner, item, "a");
        planner.Complete(item, []);
        Assert.Throws<InvalidOperationException>(() => planner.Complete(item, []));
    }

    private static PlanItem<string> Item(string work) => new(work, 1, 10);

    private static Footprint Keys(params string[] keys) => Footprint.None with { Keys = keys.Select(k => (ulong)k[0]).ToHashSet() };

    private static Footprint Rows(ulong key, ulong table) =>
        Footprint.None with { Keys = new HashSet<ulong> { key + 1000 }, Tables = new HashSet<ulong> { table } };

    private static Footprint Whole(ulong table) => Footprint.None with { WholeTables = new HashSet<ulong> { table } };

    private static List<PlanItem<string>> Plan(Planner<string> planner, PlanItem<string> item, params string[] keys) =>
        Plan(planner, item, Keys(keys));

    private static List<PlanItem<string>> Plan(Planner<string> planner, PlanItem<string> item, Footprint footprint)
    {
        var assigned = new List<PlanItem<string>>();
        planner.Add(footprint, [item], assigned);
        return assigned;
    }

    private static int Add(Planner<string> planner, string work, long bytes, string key)
    {
        var assigned = new List<PlanItem<string>>();
        planner.Add(Keys(key), [new PlanItem<string>(work, 0, bytes)], assigned);
        return Assert.Single(assigned).Lane;
    }
}
