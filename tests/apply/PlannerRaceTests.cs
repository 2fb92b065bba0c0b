using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

/// <summary>Plans of random streams, done in any order of their lanes.</summary>
[Trait("Category", "slow")]
public sealed class PlannerRaceTests
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
}
