using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Engine.Values;
using Holdfast.IncrSync;
using Holdfast.Rules.Apply.Faults;
using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Matching;
using Holdfast.Tests;

namespace Holdfast.Apply.Tests;

public sealed class ApplierTests
{
    private static readonly RandomData Data = new(1);
    private readonly Database _database = new();
    private readonly ManualTime _time = new();

    private ApplyOptions _options = new()
    {
        Task = "t",
        Epoch = 1,
        Mark = "n/t",
        Lanes = 2,
        Mapping = World.Mapping,
        Backoff = new Backoff(TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), TimeSpan.FromTicks(3)),
    };

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
    public async Task A_refused_row_stops_the_task_by_its_name_and_what_its_lane_had_before_it_is_written()
    {
        _options = _options with { Lanes = 1 };
        var end = await Run([.. Described, Insert(1, 1), Insert(2, 2), Insert(3, 3), Persons(4, (1, "a"), (2, "a")), Insert(5, 5)]);
        var fault = Assert.Single(Assert.IsType<Stopped>(end).Faults);
        Assert.Equal("DP-411", fault.Code);
        Assert.Matches(@"main\.person \(id=[12]\) of transaction 0/4", fault.Field);
        Assert.True(_database.Times.Keys.ToHashSet().IsSupersetOf([At(1), At(2), At(3)]));
        Assert.DoesNotContain(At(4), _database.Times.Keys);
    }

    [Fact]
    public async Task A_row_with_a_ticket_is_left_out_and_nothing_else()
    {
        string[] tickets = [.. new[] { "id=1", "id=2" }.Select(key => new RowName(At(2), "main.person", key).Ticket)];
        _options = _options with { SkipRows = tickets.ToHashSet() };
        var sink = new MemorySink(_database, 8, 1);
        var applier = await Started(sink, TimeProvider.System);
        Assert.IsType<SourceEnded>(await applier.Run(Of([.. Described, Insert(1, 1), Persons(2, (1, "a"), (2, "a"), (3, "b"))]),
            default).WaitAsync(Streams.Limit));
        Assert.Equal(2, _database.Tables.Rows(World.Person).Count);
        Assert.Equal(1, applier.Figures().RowsLeftOut);
        Assert.Contains(Assert.Single(_database.Skipped).Ticket, tickets);
    }

    [Fact]
    public async Task A_refused_row_of_a_large_transaction_is_looked_for_by_reading_it_again()
    {
        SourceEvent[] events = [.. Described, Insert(1, 1),
            .. Streams.Cut(Persons(2, (1, "a"), (2, "b"), (3, "a")).Part).Select(p => new TransactionEvent(p))];
        for (var seed = 1; seed < 10; seed++)
        {
            var database = new Database();
            var applier = await Started(new MemorySink(database, 1, seed), TimeProvider.System);
            var end = await applier.Run(Of(events), default).WaitAsync(Streams.Limit);
            if (end is ReadAgain)
            {
                await applier.Start(default, default);
                end = await applier.Run(Of(events), default).WaitAsync(Streams.Limit);
            }

            Assert.Equal("DP-411", Assert.Single(Assert.IsType<Stopped>(end).Faults).Code);
            Assert.Equal([At(1)], database.Times.Keys);
        }
    }

    [Fact]
    public async Task A_table_that_does_not_fit_is_refused_before_a_row_of_it_and_after_what_came_earlier()
    {
        var sink = new MemorySink(_database, 8, 1) { Altered = t => t == World.Word ? null! : t };
        var applier = await Started(sink, TimeProvider.System);
        var end = await applier.Run(Of([new SchemaEvent(World.Account), Insert(1, 1), new SchemaEvent(World.Word)]), default);
        Assert.Equal("DP-401", Assert.Single(Assert.IsType<Stopped>(end).Faults).Code);
        Assert.Equal([At(1)], _database.Times.Keys);
    }

    [Fact]
    public async Task A_table_that_is_changed_is_compared_again_once_all_before_it_is_written()
    {
        _options = _options with { Ddl = DdlBarrierTests.Skipping(Ddl(2).Part) };
        var wider = World.Account with { Id = 77, Columns = [.. World.Account.Columns, new Column { Name = "extra", Kind =
            ValueKind.Text }] };
        var end = await Run([.. Described, Insert(1, 1), Ddl(2), new SchemaEvent(wider), Insert(3, 3)]);
        Assert.Equal(["DP-402 main.account.extra"], Assert.IsType<Stopped>(end).Faults.Select(f => $"{f.Code} {f.Field}"));
        Assert.Equal([At(1), At(2)], _database.Times.Keys.Order());
    }

    [Fact]
    public async Task Two_tables_that_go_to_one_are_refused()
    {
        _options = _options with { Mapping = new Mapping { Tables = [new() { Source = "main.other", Sink = "main.account" }] } };
        var end = await Run([.. Described, new SchemaEvent(World.Account with { Id = 50, Name = "other" }),
            new TransactionEvent(Data.Part(At(1), [new Change(ChangeKind.Insert, 50, default, Cells.Row(1, "a", 1))]))]);
        Assert.Equal("DP-407", Assert.Single(Assert.IsType<Stopped>(end).Faults).Code);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_right_stops_the_task()
    {
        var part = Insert(2, 2).Part;
        await Stops("DP-415", Insert(2, 2), Insert(1, 1));
        await Stops("DP-416", new TransactionEvent(part with { IsFirst = false }));
        await Stops("DP-416", new TransactionEvent(part with { IsLast = false }), Insert(3, 3));
        await Stops("DP-416", new TransactionEvent(part with { IsLast = false }));
        await Stops("DP-414", new TransactionEvent(part with { Count = 2 }));
        await Stops("DP-414", new TransactionEvent(Data.Part(At(2), [new Change(ChangeKind.Insert, 99, default, Cells.Row(1))])));
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

    private static IEnumerable<SourceEvent> Described => World.All.Select(t => new SchemaEvent(t));

    private async Task Stops(string code, params SourceEvent[] events)
    {
        var end = await Run([.. Described, .. events]);
        Assert.Equal(code, Assert.Single(Assert.IsType<Stopped>(end).Faults).Code);
    }

    private async Task<ApplyEnd> Run(IEnumerable<SourceEvent> events)
    {
        var applier = await Started(new MemorySink(_database, 8, 1), TimeProvider.System);
        return await applier.Run(Of(events), default).WaitAsync(Streams.Limit);
    }

    private async Task<Applier> Started(MemorySink sink, TimeProvider time)
    {
        var applier = new Applier(_options, sink, sink, time);
        Assert.Null((await applier.Start(Position.Zero, default)).Refused);
        return applier;
    }

    private static Position At(int minor) => new(0, (ulong)minor);

    private static TransactionEvent Insert(int position, int id) => new TransactionEvent(
        Data.Part(At(position), [new Change(ChangeKind.Insert, World.Account.Id, default, Cells.Row(id, "a", 1))]));

    private static TransactionEvent Persons(int position, params (int Id, string Mail)[] persons) => new TransactionEvent(Data.Part(
        At(position), [.. persons.Select(p => new Change(ChangeKind.Insert, World.Person.Id, default, Cells.Row(p.Id, p.Mail, null,
            null, null)))]));

    private static TransactionEvent Ddl(int position) =>
        new TransactionEvent(Data.Part(At(position), []) with { Ddl = new Ddl("ALTER TABLE account ADD extra", "main.account") });

    private static async IAsyncEnumerable<SourceEvent> Of(IEnumerable<SourceEvent> events)
    {
        await Task.CompletedTask;
        foreach (var each in events)
        {
            yield return each;
        }
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

    private static async Task Until(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.InRange(tries, 0, 6000);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
