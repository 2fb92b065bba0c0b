namespace Holdfast.Apply.Tests;

/// <summary>Nothing passes a statement that changes tables, and nothing is lost around it, whoever dies when.</summary>
public sealed class DdlBarrierTests
{
    private const int Transactions = 120;

    [Fact]
    public async Task All_before_a_statement_is_committed_before_it_and_all_behind_it_after_it()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var stream = Stream(random);
            var database = new Database();
            for (var life = 1; !await Lives(database, stream, random, life); life++)
            {
                Assert.InRange(life, 1, 500);
            }

            var seen = new HashSet<Position>();
            foreach (var group in database.History)
            {
                if (group.Ddl is { } ddl)
                {
                    Assert.Equal([ddl.Position], group.Done);
                    Assert.Equal(stream.Select(p => p.Position).Where(p => p < ddl.Position), seen.Order());
                }

                Assert.All(group.Done, p => Assert.True(seen.Add(p), $"seed {seed}: {p} twice"));
            }

            Assert.Equal(stream.Select(p => p.Position), seen.Order());
            Assert.Equal(stream.Where(p => p.Ddl is not null).Select(p => p.Position), database.History.Where(g => g.Ddl is not null)
                .Select(g => g.Ddl!.Position));
        }
    }

    [Fact]
    public async Task A_statement_for_a_sink_that_takes_none_stops_the_task_once_all_before_it_is_written()
    {
        var (database, random) = (new Database(), new Random(7));
        var stream = Stream(random);
        var at = stream.First(p => p.Ddl is not null).Position;
        var sink = new MemorySink(database, 4, 1);
        var applier = new Applier(Options(1), sink, sink, TimeProvider.System);
        await applier.Start(Position.Zero, default);
        var end = await applier.Run(Events(stream, default), default).WaitAsync(Streams.Limit);
        var fault = Assert.Single(Assert.IsType<Stopped>(end).Faults);
        Assert.Equal("DP-421", fault.Code);
        Assert.Contains("CREATE INDEX i1 ON account(id)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(stream.Select(p => p.Position).Where(p => p < at), database.Times.Keys.Order());
    }

    /// <summary>A person leaves this statement out.</summary>
    internal static DdlPolicy Skipping(TransactionPart part) => new()
    {
        Answers = new Dictionary<string, DdlAnswer>
        {
            [new DdlName(part.Position, part.Ddl!.Statement, part.Ddl.Table).Ticket] = new(DdlChoice.Skip),
        },
    };

    private static ApplyOptions Options(int epoch) => new()
    {
        Task = "t",
        Epoch = epoch,
        Mark = "n/t",
        Lanes = 4,
        Mapping = World.Mapping,
        Group = GroupLimits.Default with { Rows = 3, Wait = TimeSpan.Zero },
        Backoff = new Backoff(TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), TimeSpan.FromTicks(3)),
    };

    /// <returns>The stream has come to its end.</returns>
    private static async Task<bool> Lives(Database database, IReadOnlyList<TransactionPart> stream, Random random, int life)
    {
        var dies = random.Next(1, 40);
        var how = (Mishap)random.Next(1, 4);
        var sink = new MemorySink(database, 4, random.Next(), n => n == dies && life < 40 ? how : Mishap.None) { Engine = "sqlite" };
        var applier = new Applier(Options(life), sink, sink, TimeProvider.System);
        while (true)
        {
            var start = await applier.Start(Position.Zero, default);
            var end = await applier.Run(Events(stream, start.After), default).WaitAsync(Streams.Limit);
            switch (end)
            {
                case SourceEnded:
                    return true;
                case ReadAgain again when !again.Why.StartsWith("DP-417", StringComparison.Ordinal):
                    break;
                case ReadAgain:
                    return false;
                default:
                    Assert.Fail(end.ToString());
                    break;
            }
        }
    }

    private static List<TransactionPart> Stream(Random random)
    {
        var (data, statements) = (new RandomData(random.Next()), 0);
        return [.. Enumerable.Range(1, Transactions).Select(i => random.Next(12) == 0
            ? data.Part(new Position(0, (ulong)i), []) with
            {
                Ddl = new Ddl($"CREATE INDEX i{++statements} ON account(id)", "main.account") { Engine = "sqlite", Schema = "main" },
            }
            : data.Part(new Position(0, (ulong)i), [new Change(ChangeKind.Insert, World.Account.Id, default, Cells.Row(i, "a", 1))]))];
    }

    private static async IAsyncEnumerable<SourceEvent> Events(IReadOnlyList<TransactionPart> stream, Position after)
    {
        yield return new SchemaEvent(World.Account);
        foreach (var part in stream.Where(p => p.Position > after))
        {
            await Task.Yield();
            yield return new TransactionEvent(part);
        }
    }
}
