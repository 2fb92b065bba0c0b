namespace Holdfast.Apply.Tests;

/// <summary>A sink that keeps changes is given each one, in the source's order, with both images and its transaction.</summary>
public sealed class AsTheyCameTests
{
    [Fact]
    public void Each_change_is_kept_whatever_the_source_s_habits() => Seeds.Each(60, seed => Kept(seed).GetAwaiter().GetResult());

    [Fact]
    public void A_row_that_is_changed_twice_is_told_twice_with_what_was_before()
    {
        var map = World.Maps[World.Person.Id];
        SinkChange[] changes =
        [
            new(map, ChangeKind.Insert, default, Cells.Row(1, "a", null, null, "x"), At(1)),
            new(map, ChangeKind.Update, Cells.Row(1, "a", null, null, "x"), Cells.Row(1, "b", null, null, "x"), At(1)),
            new(map, ChangeKind.Update, Cells.Row(1, "b", null, null, "x"), Cells.Row(2, "b", null, null, "x"), At(2)),
            new(map, ChangeKind.Delete, Cells.Row(2, "b", null, null, "x"), default, At(3)),
        ];
        var statements = AsTheyCame.Build(changes, GroupLimits.Default);
        Assert.Equal([WriteMode.Insert, WriteMode.Update, WriteMode.Delete], statements.Select(s => s.Mode));
        Assert.Equal(changes.Select(c => (c.Before, c.After, c.Source)), statements.SelectMany(s => s.Rows)
            .Select(r => (r.Before, r.After, r.Source)));
        Assert.All(statements, s => Assert.Equal([0], s.Key));
        Assert.All(statements, s => Assert.Equal([0, 1, 2, 3, 4], s.Columns));
        Assert.Equal(4, AsTheyCame.Build(changes, GroupLimits.Default with { Rows = 1 }).Count);
    }

    /// <summary>A change of tables is a matter of databases: here it is told, at its place, whatever the task applies.</summary>
    [Theory]
    [InlineData("ALTER TABLE account ADD COLUMN note TEXT")]
    [InlineData("DROP TABLE account")]
    [InlineData("what nobody understands")]
    public async Task A_statement_that_changes_tables_is_kept_at_its_place(string statement)
    {
        var data = new RandomData(1);
        TransactionPart Row(int id) =>
            data.Part(At((ulong)id), [new Change(ChangeKind.Insert, World.Account.Id, default, Cells.Row(id, "a", 1))]);
        TransactionPart[] stream =
        [
            Row(1), data.Part(At(2), []) with { Ddl = new Ddl(statement, "main.account") { Engine = "sqlite", Schema = "main" } }, Row(3),
        ];
        var sink = new ChangeLog();
        var applier = new Applier(new ApplyOptions { Task = "t", Epoch = 1, Mark = "n/t", Lanes = 1 }, sink, sink, TimeProvider.System);
        await applier.Start(Position.Zero, default);
        Assert.IsType<SourceEnded>(await applier.Run(Events(stream), default).WaitAsync(Streams.Limit));
        Assert.Equal([(1, null), (2, statement), (3, null)],
            sink.Sources.Select(s => ((int)s.Position.Minor, s.Ddl?.Statement)));
    }

    private static async IAsyncEnumerable<SourceEvent> Events(IEnumerable<TransactionPart> parts)
    {
        yield return new SchemaEvent(World.Account);
        foreach (var part in parts)
        {
            await Task.Yield();
            yield return new TransactionEvent(part);
        }
    }

    private static Position At(ulong place) => new(0, place);

    private static async Task Kept(int seed)
    {
        var habits = Habits.All[seed % Habits.All.Count];
        var stream = RandomSource.Stream(seed, habits, 40);
        var sink = new ChangeLog();
        var applier = new Applier(
            new ApplyOptions
            {
                Task = "t", Epoch = 1, Mark = "n/t", Lanes = 8,
                Group = GroupLimits.Default with { Rows = 8, Wait = TimeSpan.Zero }, Window = new Window(20, 1 << 20),
            },
            sink, sink, TimeProvider.System);
        await applier.Start(Position.Zero, default);
        Assert.IsType<SourceEnded>(await applier.Run(Streams.Of(Streams.InParts(stream, habits)), default).WaitAsync(Streams.Limit));
        Assert.Equal(stream.SelectMany(t => t.Read().Select(c => $"{t.Position} {c.Kind} {c.Table} {Shown(c.Before)} {Shown(c.After)}")),
            sink.Kept);
        Assert.Equal(stream.Where(t => t.Count > 0).Select(t => (t.Position, t.CommitTime)),
            sink.Sources.Where(s => s.IsLast).Select(s => (s.Position, s.CommitTime)));
    }

    private static string Shown(Row row) => Convert.ToHexString(row.Bytes.Span);

    /// <summary>Keeps what it is given, and has no tables.</summary>
    private sealed class ChangeLog : ISink, ISinkLane, ICatalog
    {
        internal List<string> Kept { get; } = [];

        internal List<SourceTransaction> Sources { get; } = [];

        public SinkCapabilities Capabilities { get; } = new(true, false, 1) { KeepsChanges = true };

        public Task<long?> Fence(string task, long epoch, CancellationToken cancel) => Task.FromResult<long?>(null);

        public Task<SinkProgress?> Progress(string task, CancellationToken cancel) => Task.FromResult<SinkProgress?>(null);

        public Task<SourceName?> Adopt(string task, long epoch, SourceName source, CancellationToken cancel) =>
            Task.FromResult<SourceName?>(null);

        public Task<IReadOnlyList<SkippedRow>> Skipped(string task, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<SkippedRow>>([]);

        public Task<ISinkLane> Lane(string task, int lane, long epoch, string mark, CancellationToken cancel) =>
            Task.FromResult<ISinkLane>(this);

        public Task<ApplyResult> Apply(SinkGroup group, CancellationToken cancel)
        {
            Sources.AddRange(group.Sources);
            Kept.AddRange(group.Statements.SelectMany(s => s.Rows.Select(
                r => $"{r.Source} {s.Mode} {s.Table.Id} {Shown(r.Before)} {Shown(r.After)}")));
            return Task.FromResult<ApplyResult>(new Applied(1, TimeSpan.Zero, TimeSpan.Zero));
        }

        public Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<TableSchema>>([]);

        public Task<TableSchema?> Table(string schema, string name, CancellationToken cancel) => Task.FromResult<TableSchema?>(null);

        public Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<SourceFault>>([]);

        public Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) =>
            Task.FromResult(DdlText.Not("a model has no language"));

        public Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<SourceFault>>([]);

        public Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<SourceFault>>([]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
