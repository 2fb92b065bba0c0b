namespace Holdfast.Apply.Tests;

/// <summary>Rows, tables and streams that are refused: the task stops by name, and what came before is written.</summary>
[Collection(nameof(ApplierScene))]
public sealed class ApplierRefusalTests : ApplierScene
{
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
        await Stops("DP-415", Insert(2, 2), Insert(1, 1));
        // Behind that: what was written meanwhile is passed over.
        var part = Insert(3, 3).Part;
        await Stops("DP-416", new TransactionEvent(part with { IsFirst = false }));
        await Stops("DP-416", new TransactionEvent(part with { IsLast = false }), Insert(4, 4));
        await Stops("DP-416", new TransactionEvent(part with { IsLast = false }));
        await Stops("DP-414", new TransactionEvent(part with { Count = 2 }));
        await Stops("DP-414", new TransactionEvent(Data.Part(At(3), [new Change(ChangeKind.Insert, 99, default, Cells.Row(1))])));
    }

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

    private static TransactionEvent Persons(int position, params (int Id, string Mail)[] persons) => new TransactionEvent(Data.Part(
        At(position), [.. persons.Select(p => new Change(ChangeKind.Insert, World.Person.Id, default, Cells.Row(p.Id, p.Mail, null,
            null, null)))]));

    private static TransactionEvent Ddl(int position) =>
        new TransactionEvent(Data.Part(At(position), []) with { Ddl = new Ddl("ALTER TABLE account ADD extra", "main.account") });
}
