using Holdfast.Engine.Progress;

namespace Holdfast.Apply.Tests;

public sealed class SourceProgressTests
{
    [Fact]
    public void The_low_position_passes_only_what_is_done()
    {
        var progress = Fresh();
        foreach (var i in new[] { 2, 4, 6 })
        {
            progress.Begin(At(i), i, null);
        }

        progress.Complete(At(4));
        Assert.Equal((Position.Zero, 3), (progress.Low, progress.Count));
        Assert.Equal((At(4), 4L), progress.Once([At(2)]));
        Assert.Equal((At(6), 6L), progress.Once([At(2), At(6)]));
        Assert.Equal((Position.Zero, 0L), progress.Once([At(6)]));
        progress.Complete(At(2));
        Assert.Equal((At(4), 4L, 1), (progress.Low, progress.Time, progress.Count));
    }

    [Fact]
    public void A_sign_of_life_counts_once_all_before_it_is_done()
    {
        var progress = Fresh();
        progress.Alive(At(1), 10);
        Assert.Equal((At(1), 10L), (progress.Low, progress.Time));
        progress.Begin(At(2), 20, 7);
        progress.Alive(At(3), 30);
        progress.Alive(At(5), 50);
        Assert.Equal((At(1), 2), (progress.Low, progress.Count));
        Assert.Null(progress.Barrier);
        progress.Complete(At(2));
        Assert.Equal((At(5), 50L, 7ul), (progress.Low, progress.Time, progress.Barrier));
        progress.Alive(At(4), 99);
        Assert.Equal(At(5), progress.Low);
    }

    /// <summary>An idle source says the place of its last transaction again, with a later time.</summary>
    [Fact]
    public void A_sign_of_life_at_the_same_place_brings_its_time()
    {
        var progress = Fresh();
        progress.Begin(At(2), 20, null);
        progress.Complete(At(2));
        progress.Alive(At(2), 30);
        Assert.Equal((At(2), 30L), (progress.Low, progress.Time));
        progress.Alive(At(1), 40);
        Assert.Equal((At(2), 30L), (progress.Low, progress.Time));
    }

    [Fact]
    public void What_is_done_already_is_passed_as_it_comes_though_nothing_follows_it()
    {
        var progress = new SourceProgress(At(3), new HashSet<Position> { At(4) }, 3);
        progress.Begin(At(4), 4, null);
        Assert.Equal((At(4), 4L, 0), (progress.Low, progress.Time, progress.Count));
    }

    [Fact]
    public void What_is_below_the_low_position_cannot_be_done_once_more()
    {
        var progress = Fresh();
        progress.Begin(At(1), 1, null);
        progress.Complete(At(1));
        Assert.Throws<KeyNotFoundException>(() => progress.Complete(At(1)));
    }

    [Fact]
    public void Time_never_goes_back_though_the_source_s_clock_does()
    {
        var progress = Fresh();
        progress.Begin(At(1), 100, null);
        progress.Begin(At(2), 50, null);
        progress.Complete(At(1));
        progress.Complete(At(2));
        Assert.Equal((At(2), 100L), (progress.Low, progress.Time));
    }

    [Fact]
    public void What_a_former_life_has_done_is_passed_over()
    {
        var progress = new SourceProgress(At(3), new HashSet<Position> { At(5) }, 3);
        Assert.True(progress.IsDone(At(2)) && progress.IsDone(At(3)) && progress.IsDone(At(5)) && !progress.IsDone(At(4)));
        progress.Begin(At(4), 4, null);
        progress.Begin(At(5), 5, null);
        Assert.Equal(At(3), progress.Low);
        progress.Complete(At(4));
        Assert.Equal(At(5), progress.Low);
        Assert.Throws<InvalidOperationException>(() => progress.Begin(At(5), 5, null));
    }

    /// <summary>
    /// Lanes commit in any order and the process dies between any two commits, again and again, with another number of lanes each time. The
    /// rows then say what was committed, so nothing is skipped and nothing is done twice.
    /// </summary>
    [Fact]
    public void After_any_crash_exactly_what_is_not_committed_is_left_to_do() =>
        Seeds.Each(300, seed => Crash(seed, (row, group, epoch) => row.After(group, epoch)));

    [Fact]
    public void A_done_set_that_is_not_written_is_noticed() => Assert.NotEqual(0, Seeds.Failing(40, seed =>
        Crash(seed, (row, group, epoch) => row.After(group with { Done = [] }, epoch))));

    [Fact]
    public void A_row_that_forgets_what_its_lane_did_before_is_noticed() => Assert.NotEqual(0, Seeds.Failing(40, seed =>
        Crash(seed, (row, group, epoch) => (row with { Done = new HashSet<Position>() }).After(group, epoch))));

    [Fact]
    public void A_low_position_that_runs_ahead_is_noticed() => Assert.NotEqual(0, Seeds.Failing(40, seed =>
        Crash(seed, (row, group, epoch) => row.After(group with { Low = group.Done[^1] }, epoch))));

    [Fact]
    public void A_row_tells_whether_a_group_is_in_it()
    {
        var group = new SinkGroup([], [At(5), At(3)], At(2), 2);
        Assert.False(LaneRow.None.Has(group));
        Assert.True(LaneRow.None.After(group, 1).Has(group));
        Assert.False(LaneRow.None.After(group with { Done = [At(5)] }, 1).Has(group));
        Assert.True((LaneRow.None with { Low = At(5) }).Has(group));
        var idle = new SinkGroup([], [], At(2), 2);
        Assert.False(LaneRow.None.Has(idle));
        Assert.True(LaneRow.None.After(idle, 1).Has(idle));
        Assert.Null(LaneRow.Merge([]));
    }

    private static void Crash(int seed, Func<LaneRow, SinkGroup, long, LaneRow> write)
    {
        var random = new Random(seed);
        const int Transactions = 60;
        const int WindowMax = 10;
        var rows = new Dictionary<int, LaneRow>();
        var applied = new Dictionary<Position, int>();
        for (long epoch = 1; applied.Count < Transactions || epoch < 4; epoch++)
        {
            Assert.InRange(epoch, 1, 500);
            var start = LaneRow.Merge(rows.Values) ?? new SinkProgress(Position.Zero, new HashSet<Position>(), 0, 0);
            Assert.Equal(applied.Keys.Where(p => p > start.Low).Order(), start.Done.Order());
            Assert.Equal(applied.Count, Enumerable.Range(1, Transactions).Count(i => At(i) <= start.Low || start.Done.Contains(At(i))));
            var progress = new SourceProgress(start.Low, start.Done, start.SourceTime);
            var lanes = Enumerable.Range(0, random.Next(1, 5)).Select(_ => new Queue<Position>()).ToList();
            var next = (int)start.Low.Minor + 1;
            for (var left = random.Next(40); left > 0; left--)
            {
                if (next <= Transactions && progress.Count < WindowMax && random.Next(2) == 0)
                {
                    progress.Begin(At(next), next, null);
                    if (!progress.IsDone(At(next)))
                    {
                        lanes[random.Next(lanes.Count)].Enqueue(At(next));
                    }

                    next++;
                    continue;
                }

                var lane = random.Next(lanes.Count);
                if (lanes[lane].Count == 0)
                {
                    continue;
                }

                var done = Enumerable.Range(0, random.Next(1, lanes[lane].Count + 1)).Select(_ => lanes[lane].Dequeue()).ToList();
                var (low, time) = progress.Once(done);
                rows[lane] = write(rows.GetValueOrDefault(lane, LaneRow.None), new SinkGroup([], done, low, time), epoch);
                Assert.True(rows[lane].Done.Count <= WindowMax);
                done.ForEach(p => applied[p] = applied.GetValueOrDefault(p) + 1);
                Assert.All(applied, a => Assert.Equal(1, a.Value));
                if (random.Next(15) == 0)
                {
                    break;
                }

                done.ForEach(progress.Complete);
            }
        }

        Assert.Equal(Transactions, applied.Count);
    }

    private static SourceProgress Fresh() => new(Position.Zero, new HashSet<Position>(), 0);

    private static Position At(int minor) => new(0, (ulong)minor);
}
