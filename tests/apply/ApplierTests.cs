namespace Holdfast.Apply.Tests;

/// <summary>When what comes is written: alone, in groups, again, within bounds, and until the stop.</summary>
[Collection(nameof(ApplierScene))]
public sealed class ApplierTests : ApplierScene
{
    [Fact]
    public async Task A_lone_transaction_is_written_at_once_though_no_time_passes()
    {
        using var stop = new CancellationTokenSource();
        var sink = new MemorySink(_database, 8, 1);
        var applier = await Started(sink, _time);
        var running = applier.Run(Streams.Endless([.. Described, Insert(1, 1)]), stop.Token);
        await Until(() => _database.Times.Count == 1);
        await stop.CancelAsync();
        Assert.IsType<Cancelled>(await running.WaitAsync(Streams.Limit));
        Assert.Equal(1, applier.Figures().Transactions);
    }

    [Fact]
    public async Task Transactions_that_come_while_a_lane_writes_are_one_group()
    {
        var (reached, goes) = (new TaskCompletionSource(), new TaskCompletionSource());
        var sink = new MemorySink(_database, 1, 1)
        {
            Before = async (_, _, _) =>
            {
                reached.TrySetResult();
                await goes.Task;
            },
        };
        var applier = await Started(sink, _time);
        var running = applier.Run(After([.. Described, Insert(1, 1)], reached.Task, [.. Enumerable.Range(2, 50).Select(i => Insert(i,
            i))]), default);
        await Until(() => applier.Figures().UnderWay == 51);
        goes.SetResult();
        Assert.IsType<SourceEnded>(await running.WaitAsync(Streams.Limit));
        Assert.Equal([1, 50], sink.Asked.Select(a => a.Group.Done.Count));
    }

    [Fact]
    public async Task A_sink_that_stays_busy_is_given_up_after_a_time_and_the_fault_may_pass()
    {
        var sink = new MemorySink(_database, 1, 1, _ => Mishap.Busy);
        var applier = await Started(sink, TimeProvider.System);
        var end = await applier.Run(Of([.. Described, Insert(1, 1)]), default).WaitAsync(Streams.Limit);
        var fault = Assert.Single(Assert.IsType<Stopped>(end).Faults);
        Assert.True(fault is { Code: "DP-412", IsPassing: true });
        Assert.Equal(4, sink.Asked.Count);
        Assert.Equal((3, "a deadlock"), (applier.Figures().Retries, applier.Figures().Trouble));
    }

    [Fact]
    public async Task A_position_that_moves_without_rows_is_written_once_a_second()
    {
        using var stop = new CancellationTokenSource();
        var sink = new MemorySink(_database, 8, 1);
        var applier = await Started(sink, _time);
        var running = applier.Run(Streams.Endless([.. Described, new AliveEvent(At(9), 5_000_000)]), stop.Token);
        await Until(() => applier.Figures().CheckpointSeconds == 5);
        await _time.Rest();
        Assert.Null(_database.Progress());
        _time.Advance(TimeSpan.FromSeconds(1));
        await Until(() => _database.Progress()?.Low == At(9));
        await stop.CancelAsync();
        await running.WaitAsync(Streams.Limit);
    }

    [Fact]
    public async Task What_is_under_way_is_bounded_by_bytes_and_by_transactions()
    {
        var goes = new TaskCompletionSource();
        var taken = 0;
        var bytes = Insert(1, 1).Part.Changes.Length;
        _options = _options with { Window = new Window(2000, 10 * bytes) };
        var sink = new MemorySink(_database, 8, 1) { Before = (_, _, _) => goes.Task };
        var applier = await Started(sink, TimeProvider.System);
        var events = Described.Concat(Enumerable.Range(1, 100).Select(i => Insert(i, i % 50))).Select(e =>
        {
            taken += e is TransactionEvent ? 1 : 0;
            return e;
        });
        var running = applier.Run(Of(events), default);
        await Until(() => applier.Figures().BytesHeld > 8 * bytes && taken == 11);
        Assert.InRange(applier.Figures().BytesHeld, 0, 10 * bytes);
        goes.SetResult();
        Assert.IsType<SourceEnded>(await running.WaitAsync(Streams.Limit));
        Assert.Equal(100, _database.Times.Count);
    }

    [Fact]
    public async Task A_sink_that_hangs_is_given_up_a_while_after_the_stop()
    {
        using var stop = new CancellationTokenSource();
        var sink = new MemorySink(_database, 1, 1) { Before = (_, _, cancel) => Task.Delay(Timeout.InfiniteTimeSpan,
            TimeProvider.System, cancel) };
        var applier = await Started(sink, _time);
        var running = applier.Run(Streams.Endless([.. Described, Insert(1, 1)]), stop.Token);
        await Until(() => sink.Asked.Count == 1);
        await stop.CancelAsync();
        await _time.Rest();
        _time.Advance(_options.StopGrace);
        Assert.IsType<Cancelled>(await running.WaitAsync(Streams.Limit));
        Assert.Empty(_database.Times);
    }

    [Fact]
    public async Task A_newer_epoch_is_seen_at_the_start()
    {
        _database.Fence(7);
        var start = await new Applier(_options, new MemorySink(_database, 1, 1), new MemorySink(_database, 1, 1), _time).Start(default,
            default);
        Assert.Equal(new FencedOff(7), start.Refused);
    }

    [Fact]
    public async Task An_error_that_nobody_expects_is_thrown_on_once_all_has_stopped()
    {
        var applier = await Started(new MemorySink(_database, 8, 1), TimeProvider.System);
        await Assert.ThrowsAsync<NotSupportedException>(() => applier.Run(Of(Described.Select(e =>
            e is SchemaEvent { Schema.Id: 3 } ? throw new NotSupportedException() : e)), default).WaitAsync(Streams.Limit));
    }

    private static async IAsyncEnumerable<SourceEvent> After(IEnumerable<SourceEvent> first, Task then, IEnumerable<SourceEvent> second)
    {
        foreach (var each in first)
        {
            yield return each;
        }

        await then;
        foreach (var each in second)
        {
            yield return each;
        }
    }
}
