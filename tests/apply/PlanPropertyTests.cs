using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Progress;
using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

/// <summary>
/// Checks the same rules as the seeded runs have, over streams so small that a failure says why: FsCheck takes away from it whatever it
/// does not need. A stream is bytes, each of them one step.
/// </summary>
public sealed class PlanPropertyTests
{
    private const int Lanes = 3;
    private const int Keys = 4;

    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(120);

    [Fact]
    public void Each_transaction_is_done_whole_and_after_all_before_it_with_a_key_of_its_own() => Holds(steps => Plan(steps, k => k));

    [Fact]
    public void A_key_that_is_not_planned_is_noticed_in_two_transactions() =>
        Assert.Matches(@"(Shrunk|Original):\s*\[\|(\d+uy(; )?){2,5}\|\]", Fails(steps => Plan(steps, k => k.Where(key => key != 1))));

    [Fact]
    public void What_a_group_writes_is_what_its_changes_do_one_after_the_other() => Holds(steps => NetEffect(steps, c => c));

    [Fact]
    public void A_change_that_is_left_out_is_noticed_in_one_change() =>
        Assert.Matches(@"(Shrunk|Original):\s*\[\|\d+uy\|\]", Fails(steps => NetEffect(steps, c => c.Skip(1))));

    [Fact]
    public void After_any_deaths_each_transaction_is_done_once() => Holds(steps => Deaths(steps, g => g));

    [Fact]
    public void A_done_set_that_is_not_written_is_noticed_in_a_few_steps() =>
        Assert.Matches(@"(Shrunk|Original):\s*\[\|(\d+uy(; )?){3,6}\|\]", Fails(steps => Deaths(steps, g => g with { Done = [] })));

    [Fact]
    public void A_low_position_that_runs_ahead_is_noticed_in_a_few_steps() =>
        Assert.Matches(@"(Shrunk|Original):\s*\[\|(\d+uy(; )?){3,6}\|\]", Fails(steps => Deaths(steps, g => g with { Low = g.Done[^1] })));

    /// <summary>A step below 128 is a transaction, its bits are its keys; any other one is a lane that commits a group.</summary>
    private static void Plan(byte[] steps, Func<IEnumerable<int>, IEnumerable<int>> planned)
    {
        var planner = new Planner<int>(Lanes, fill: steps.Length > 0 ? steps[^1] * 20 : 0);
        var queues = Enumerable.Range(0, Lanes).Select(_ => new Queue<PlanItem<int>>()).ToList();
        var (touched, done, assigned) = (new List<HashSet<int>>(), new HashSet<int>(), new List<PlanItem<int>>());
        foreach (var step in steps)
        {
            if (step >= 128)
            {
                Commit(step % Lanes, (step >> 4) % 4 + 1);
                continue;
            }

            touched.Add([.. Enumerable.Range(0, Keys).Where(k => (step >> k & 1) != 0)]);
            var keys = planned(touched[^1]).Select(k => (ulong)k).ToHashSet();
            planner.Add(Footprint.None with { Keys = keys }, [new PlanItem<int>(touched.Count - 1, 1, 10)], assigned);
            Spread();
        }

        for (var lane = 0; !planner.IsIdle; lane = (lane + 1) % Lanes)
        {
            Commit(lane, queues[lane].Count);
        }

        Assert.Equal(touched.Count, done.Count);

        void Commit(int lane, int most)
        {
            var group = new List<PlanItem<int>>();
            while (group.Count < most && queues[lane].TryDequeue(out var item))
            {
                Assert.True(Enumerable.Range(0, item.Work).All(before => done.Contains(before)
                    || !touched[before].Overlaps(touched[item.Work])), $"{item.Work} overtakes what it touches");
                Assert.True(done.Add(item.Work), $"{item.Work} is done twice");
                group.Add(item);
            }

            group.ForEach(i => planner.Complete(i, assigned));
            Spread();
        }

        void Spread()
        {
            assigned.ForEach(i => queues[i.Lane].Enqueue(i));
            assigned.Clear();
        }
    }

    /// <summary>Each step inserts, changes or deletes one of four persons, whose mail is unique, where the table allows it.</summary>
    private static void NetEffect(byte[] steps, Func<IEnumerable<SinkChange>, IEnumerable<SinkChange>> passed)
    {
        var map = World.Maps[World.Person.Id];
        var (source, changes, sink) = (new SortedDictionary<int, object?[]>(), new List<SinkChange>(), new Tables());
        foreach (var step in steps)
        {
            var (id, mail) = (step / 3 % 4, step / 12 % 4 is 0 ? null : $"m{step / 12 % 4}");
            object?[] row = [(long)id, mail, null, null, $"note {changes.Count}"];
            var known = source.GetValueOrDefault(id);
            if (step % 3 != 2 && mail is not null && source.Any(r => r.Key != id && Equals(r.Value[1], mail))
                || known is null != (step % 3 == 0))
            {
                continue;
            }

            var (kind, after) = step % 3 == 2 ? (ChangeKind.Delete, null)
                : (step % 3 == 0 ? ChangeKind.Insert : ChangeKind.Update, row);
            changes.Add(new SinkChange(map, kind, Image(known), Image(after), new Position(0, (ulong)changes.Count + 1)));
            if (after is null)
            {
                source.Remove(id);
            }
            else
            {
                source[id] = after;
            }
        }

        var random = new Random(steps.Length);
        foreach (var statement in GroupBuilder.Build([.. passed(changes)], GroupLimits.Default))
        {
            sink.Execute(statement, random);
        }

        static Engine.Values.Row Image(object?[]? cells) => cells is null ? default : Cells.Row(cells);

        Assert.Equal(source.Values.Select(Cells.Shown), sink.Rows(World.Person).OrderBy(r => (long)r[0]!).Select(Cells.Shown));
    }

    /// <summary>
    /// A step is a transaction that comes to a lane, a lane's commit that is heard of, or one after which the process dies.
    /// </summary>
    private static void Deaths(byte[] steps, Func<SinkGroup, SinkGroup> written)
    {
        var (rows, applied) = (new Dictionary<int, LaneRow>(), new Dictionary<Position, int>());
        var (progress, lanes, next, shown, epoch) = (Fresh(null), Empty(), 1UL, 0UL, 1L);
        foreach (var step in steps)
        {
            var lane = step / 4 % Lanes;
            if (step % 4 < 2)
            {
                Come(lane);
            }
            else if (lanes[lane].Count > 0)
            {
                Commit(lane, hears: step % 4 == 2);
            }
        }

        Die();
        while (next <= shown)
        {
            Come(0);
        }

        if (lanes[0].Count > 0)
        {
            Commit(0, hears: true);
        }

        Assert.Equal(shown, (ulong)applied.Count);
        Assert.All(applied, a => Assert.Equal(1, a.Value));

        void Come(int lane)
        {
            var position = new Position(0, next++);
            shown = Math.Max(shown, position.Minor);
            progress.Begin(position, (long)position.Minor, null);
            if (!progress.IsDone(position))
            {
                lanes[lane].Add(position);
            }
        }

        void Commit(int lane, bool hears)
        {
            var (low, time) = progress.Once(lanes[lane]);
            var group = written(new SinkGroup([], [.. lanes[lane]], low, time));
            rows[lane] = rows.GetValueOrDefault(lane, LaneRow.None).After(group, epoch);
            lanes[lane].ForEach(p => applied[p] = applied.GetValueOrDefault(p) + 1);
            if (hears)
            {
                lanes[lane].ForEach(progress.Complete);
                lanes[lane].Clear();
            }
            else
            {
                Die();
            }
        }

        void Die()
        {
            progress = Fresh(LaneRow.Merge(rows.Values));
            (lanes, next, epoch) = (Empty(), progress.Low.Minor + 1, epoch + 1);
        }

        static List<Position>[] Empty() => [[], [], []];

        static SourceProgress Fresh(SinkProgress? start) =>
            new(start?.Low ?? Position.Zero, start?.Done ?? new HashSet<Position>(), start?.SourceTime ?? 0);
    }

    private static void Holds(Action<byte[]> property) =>
        Check.One(Config, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), property));

    private static string Fails(Action<byte[]> property) => Assert.ThrowsAny<Exception>(() => Holds(property)).Message;
}
