namespace Holdfast.Apply.Tests;

/// <summary>
/// The real sink, whose caller dies before or after any of its transactions, or is stopped there and wakes beside a newer one. What is
/// taken away from it is taken away around it: the sink itself has no switch.
/// </summary>
public sealed class SqliteCrashTests
{
    [Fact]
    public Task Whoever_dies_before_or_after_a_commit_leaves_each_transaction_written_once() => Lives((lane, _) => lane);

    [Fact]
    public async Task A_progress_that_is_written_outside_of_the_data_s_transaction_is_noticed() =>
        await Assert.ThrowsAsync<Xunit.Sdk.EqualException>(() => Lives((lane, dies) => new ProgressOutside(lane, dies)));

    [Fact]
    public async Task A_writer_of_the_past_that_wakes_up_writes_nothing()
    {
        var (end, rows, expected) = await WakesUp(isFenceRead: true);
        Assert.Equal(new FencedOff(2), end);
        Assert.Equal(expected, rows);
    }

    [Fact]
    public async Task A_fence_that_is_not_read_is_noticed()
    {
        var (end, rows, expected) = await WakesUp(isFenceRead: false);
        Assert.False(end is FencedOff && rows == expected);
    }

    private static async Task Lives(Func<ISinkLane, Func<bool>, ISinkLane> around)
    {
        const int LivesMax = 60;
        var (random, stream) = (new Random(5), Stream());
        using var file = SinkFile.Create();
        for (long epoch = 1; ; epoch++)
        {
            var left = epoch < LivesMax ? random.Next(1, 6) : int.MaxValue;
            bool Dies() => --left <= 0;
            await using var sink = new AroundSink(await file.Open(), lane => new DyingLane(around(lane, Dies), random, Dies));
            var applier = file.Applier(sink, epoch);
            var start = await applier.Start(Position.Zero, default);
            var end = await applier.Run(Streams.Of(stream, start.After), default).WaitAsync(Streams.Limit);
            if (end is SourceEnded)
            {
                break;
            }

            Assert.True(end is ReadAgain, $"{end} {string.Join(", ", (end as Stopped)?.Faults ?? [])}");
        }

        Assert.Equal(Expected(stream), file.Rows());
    }

    private static async Task<(ApplyEnd End, string Rows, string Expected)> WakesUp(bool isFenceRead)
    {
        var stream = Stream();
        using var file = SinkFile.Create();
        var (reached, goes) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var old = new AroundSink(await file.Open(), lane => new WaitingLane(lane, async () =>
        {
            reached.TrySetResult();
            await goes.Task;
            if (!isFenceRead)
            {
                // A writer that does not read the fence writes as if it were its own.
                file.Run("UPDATE hf_fence SET epoch = 1");
            }
        }));
        var first = file.Applier(old, 1);
        await first.Start(Position.Zero, default);
        var running = first.Run(Streams.Of(stream), default);
        await reached.Task.WaitAsync(Streams.Limit);
        await using var newer = await file.Open();
        var second = file.Applier(newer, 2);
        var start = await second.Start(Position.Zero, default);
        Assert.IsType<SourceEnded>(await second.Run(Streams.Of(stream, start.After), default).WaitAsync(Streams.Limit));
        goes.SetResult();
        return (await running.WaitAsync(Streams.Limit), file.Rows(), Expected(stream));
    }

    /// <summary>Inserts into a table without a key: what is written twice is there twice.</summary>
    private static List<TransactionPart> Stream() => [.. Enumerable.Range(1, 40).Select(i =>
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        ChangeCodec.Write(bytes, new Change(ChangeKind.Insert, World.Entry.Id, default, Cells.Row($"entry {i}", (long)i)));
        return new TransactionPart { Position = new Position(0, (ulong)i), CommitTime = i, Count = 1, Changes = bytes.WrittenMemory };
    })];

    private static string Expected(List<TransactionPart> stream) => string.Join("\n",
        stream.Select(t => $"entry {t.Position.Minor}|{t.Position.Minor}").Order(StringComparer.Ordinal));

    /// <summary>The process is gone before or after a transaction of the sink.</summary>
    private sealed class DyingLane(ISinkLane lane, Random random, Func<bool> dies) : ISinkLane
    {
        public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
        {
            var (now, before) = (dies(), random.Next(2) == 0);
            if (now && before)
            {
                throw new DeadException();
            }

            var result = await lane.Apply(group, cancel);
            return now ? throw new DeadException() : result;
        }

        public ValueTask DisposeAsync() => lane.DisposeAsync();
    }

    /// <summary>Data and progress are two transactions, and the process can be gone between them.</summary>
    private sealed class ProgressOutside(ISinkLane lane, Func<bool> dies) : ISinkLane
    {
        private Position _low;
        private long _time;

        public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
        {
            var data = await lane.Apply(group with { Done = [], Low = _low, SourceTime = _time }, cancel);
            if (data is not Applied)
            {
                return data;
            }

            if (dies())
            {
                throw new DeadException();
            }

            (_low, _time) = (group.Low, group.SourceTime);
            return await lane.Apply(group with { Statements = [] }, cancel);
        }

        public ValueTask DisposeAsync() => lane.DisposeAsync();
    }

    /// <summary>Waits before each transaction.</summary>
    private sealed class WaitingLane(ISinkLane lane, Func<Task> wait) : ISinkLane
    {
        public async Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
        {
            await wait();
            return await lane.Apply(group, cancel);
        }

        public ValueTask DisposeAsync() => lane.DisposeAsync();
    }
}
