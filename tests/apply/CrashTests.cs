namespace Holdfast.Apply.Tests;

/// <summary>The applier on threads, killed at any point of any transaction of the sink, again and again, with other lanes each
/// time.</summary>
public sealed class CrashTests
{
    [Fact]
    public Task Whoever_dies_when_each_transaction_is_written_once_and_every_state_could_have_been_at_the_source() =>
        Each(60, seed => Live(seed, new Database(Of(seed).IsLax)));

    [Fact]
    public Task A_done_set_that_is_not_written_is_noticed() =>
        Noticed(seed => Live(seed, new Database(Of(seed).IsLax) { WritesDone = false }));

    [Fact]
    public Task A_progress_that_is_written_outside_of_the_data_s_transaction_is_noticed() =>
        Noticed(seed => Live(seed, new Database(Of(seed).IsLax) { WritesProgressInside = false }));

    [Fact]
    public async Task An_older_writer_that_wakes_up_ends_with_3_and_has_written_nothing()
    {
        var (database, end) = await WakesUp(new Database());
        Assert.Equal(2, Assert.IsType<FencedOff>(end).Epoch);
        Assert.Equal(3, FencedOff.ExitCode);
        Assert.All(database.Times.Values, t => Assert.Equal(1, t));
    }

    [Fact]
    public async Task A_fence_that_is_not_read_is_noticed()
    {
        var (database, end) = await WakesUp(new Database { ReadsFence = false });
        Assert.True(end is not FencedOff && (database.Times.Values.Any(t => t > 1) || end is Stopped));
    }

    /// <summary>A writer is stopped before its first commit, another one does all, then the first one goes on.</summary>
    private static async Task<(Database, ApplyEnd)> WakesUp(Database database)
    {
        var stream = RandomSource.Stream(1, new Habits(), 20);
        var (reached, goes) = (new TaskCompletionSource(), new TaskCompletionSource());
        var old = new MemorySink(database, 1, 1)
        {
            Before = async (_, _, _) =>
            {
                reached.TrySetResult();
                await goes.Task;
            },
        };
        var (first, second) = (Applier(old, 1, 1), new MemorySink(database, 1, 2));
        await first.Start(Position.Zero, default);
        var running = first.Run(Streams.Of(stream), default);
        await reached.Task.WaitAsync(Streams.Limit);
        var other = Applier(second, 2, 1);
        var start = await other.Start(Position.Zero, default);
        Assert.IsType<SourceEnded>(await other.Run(Streams.Of(stream, start.After), default).WaitAsync(Streams.Limit));
        goes.SetResult();
        return (database, await running.WaitAsync(Streams.Limit));
    }

    private static Habits Of(int seed) => Habits.All[seed % Habits.All.Count];

    private static async Task Live(int seed, Database database)
    {
        var (habits, random) = (Of(seed), new Random(seed));
        var source = new RandomSource(seed, habits);
        var stream = Enumerable.Range(0, 60).Select(_ => source.Next()).ToList();
        database.Committed = () => Exact.IsClosed(stream, database.Times.Keys.ToHashSet(), habits);
        var position = Position.Zero;
        for (long epoch = 1; ; epoch++)
        {
            Assert.InRange(epoch, 1, 200);
            var (dies, last) = (random.Next(1, 12), epoch > 20);
            var mishaps = new Random(seed + (int)epoch);
            var sink = new MemorySink(database, 4, random.Next(), at => at == dies && !last
                ? mishaps.Next(2) == 0 ? Mishap.DiesBefore : Mishap.DiesAfter
                : mishaps.Next(8) == 0 ? Mishap.Busy : Mishap.None);
            var applier = Applier(sink, epoch, random.Next(1, 5));
            var start = await applier.Start(Position.Zero, default);
            Assert.True(start.After >= position, "the low position goes back");
            position = start.After;
            var end = await applier.Run(Streams.Of(Streams.InParts(stream, habits), start.After), default).WaitAsync(Streams.Limit);
            if (end is SourceEnded)
            {
                break;
            }

            Assert.True(end is ReadAgain, end.ToString());
        }

        Assert.Equal(stream.Select(t => t.Position).Where(p => stream.Single(t => t.Position == p).Count > 0).Order(),
            database.Times.Keys.Order());
        Assert.All(database.Times.Values, t => Assert.Equal(1, t));
        Assert.Equal(Streams.Model(source).Shown(), database.Tables.Shown());
    }

    private static Applier Applier(MemorySink sink, long epoch, int lanes) => new(
        new ApplyOptions
        {
            Task = "t",
            Epoch = epoch,
            Mark = "n/t",
            Lanes = lanes,
            LaneFill = epoch % 2 == 0 ? 2000 : 0,
            Mapping = World.Mapping,
            Ddl = World.AllDdl,
            Group = GroupLimits.Default with { Rows = 8, Wait = TimeSpan.Zero },
            Window = new Window(20, 1 << 20),
            Backoff = Backoff.Default with { First = TimeSpan.FromTicks(1), Most = TimeSpan.FromTicks(1) },
        },
        sink, sink, TimeProvider.System);

    private static async Task Each(int count, Func<int, Task> test)
    {
        foreach (var seed in Seeds.Chosen(count))
        {
            try
            {
                await test(seed);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"HOLDFAST_SEED={seed}: {error.Message}", error);
            }
        }
    }

    private static async Task Noticed(Func<int, Task> test)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            try
            {
                await test(seed);
            }
            catch (Exception)
            {
                return;
            }
        }

        Assert.Fail("nobody noticed");
    }
}
