using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

[Trait("Category", "slow")]
public sealed class PlannerTests
{
    private static readonly GroupLimits Limits = GroupLimits.Default with { Rows = 50 };

    [Fact]
    public void Lanes_that_go_on_in_any_order_come_to_what_the_source_has_and_never_break_a_rule_on_the_way() =>
        Seeds.Each(300, seed => Race(seed, Footprint.Of));

    [Fact]
    public void A_dependency_that_is_ignored_is_noticed() =>
        Assert.NotEqual(0, Seeds.Failing(40, seed => Race(seed, (_, _) => Footprint.None)));

    [Fact]
    public void A_key_that_is_not_looked_at_is_noticed() => Assert.NotEqual(0, Seeds.Failing(40, seed => Race(seed, (changes, reader) =>
        Footprint.Of(changes.Select(c => c with { Before = default }).Where(c => c.Kind != ChangeKind.Delete), reader))));

    [Fact]
    public void The_same_stream_and_the_same_commits_give_the_same_plan() => Seeds.Each(20, seed =>
        Assert.Equal(Race(seed, Footprint.Of), Race(seed, Footprint.Of)));

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

    [Fact]
    public void Work_follows_what_it_touches_into_its_lane()
    {
        var planner = new Planner<string>(3);
        Assert.Equal([0, 1, 1, 1], new[] { "a", "b", "b", "b" }.Select(key => Add(planner, key, 10, key)));
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
        Assert.Throws<InvalidOperationException>(() => planner.Complete(Item("unknown"), []));
    }

    /// <summary>Lanes commit groups in a random order; whatever the sink shows at any time could have been at the source.</summary>
    /// <returns>The story of the run.</returns>
    private static string Race(int seed, Func<IEnumerable<SinkChange>, KeyReader, Footprint> footprint)
    {
        var habits = Habits.All[seed % Habits.All.Count];
        var random = new Random(seed);
        var lanes = random.Next(2, 5);
        var planner = new Planner<TransactionPart>(lanes);
        var queues = Enumerable.Range(0, lanes).Select(_ => new Queue<PlanItem<TransactionPart>>()).ToList();
        var (source, reader) = (new RandomSource(seed, habits), new KeyReader());
        var sink = new Tables { IsLax = habits.IsLax };
        var (stream, story, done) = (new List<TransactionPart>(), new List<string>(), new HashSet<Position>());
        var assigned = new List<PlanItem<TransactionPart>>();
        for (var left = 80; left > 0 || !planner.IsIdle;)
        {
            if (left > 0 && planner.Count < 30 && random.Next(2) == 0)
            {
                var part = source.Next();
                stream.Add(part);
                left--;
                planner.Add(footprint(Changes(part), reader), [new(part, part.Count, part.Changes.Length)], assigned);
            }
            else if (queues.Where(q => q.Count > 0).ToList() is { Count: > 0 } busy)
            {
                var queue = busy[random.Next(busy.Count)];
                var group = Enumerable.Range(0, random.Next(1, queue.Count + 1)).Select(_ => queue.Dequeue()).ToList();
                foreach (var statement in GroupBuilder.Build([.. group.SelectMany(i => Changes(i.Work))], Limits))
                {
                    sink.Execute(statement, random);
                }

                story.Add($"{group[0].Lane}:{string.Join(",", group.Select(i => i.Work.Position))}");
                done.UnionWith(group.Select(i => i.Work.Position));
                Exact.IsClosed(stream, done, habits);
                group.ForEach(i => planner.Complete(i, assigned));
            }

            assigned.ForEach(i => queues[i.Lane].Enqueue(i));
            assigned.Clear();
        }

        Assert.Equal(Streams.Model(source).Shown(), sink.Shown());
        return string.Join(" ", story);
    }

    private static IReadOnlyList<SinkChange> Changes(TransactionPart part) => ChangeMapper.Map(part, id => World.Maps[id]);

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
