using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every source.</summary>
public abstract class SourceExam
{
    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    [Fact]
    public async Task Changes_come_with_both_images_in_the_order_of_the_transaction()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY, v VARCHAR(20))");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("BEGIN", "INSERT INTO t VALUES(1, 'a')", "UPDATE t SET v = NULL WHERE id = 1",
            "UPDATE t SET id = 5 WHERE id = 1", "DELETE FROM t WHERE id = 5", "COMMIT");
        string[] expected = ["Insert t 1,'a'", "Update t 1,'a' -> 1,NULL", "Update t 1,NULL -> 5,NULL", "Delete t 5,NULL"];
        Assert.Equal(expected, await stream.Changes());
    }

    [Fact]
    public async Task Each_look_finds_whole_transactions_and_rolled_back_ones_leave_nothing()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("BEGIN", "INSERT INTO t VALUES(1)", "ROLLBACK");
        await database.Run("BEGIN", "INSERT INTO t VALUES(2)", "SAVEPOINT s", "INSERT INTO t VALUES(3)", "ROLLBACK TO s",
            "INSERT INTO t VALUES(4)", "RELEASE SAVEPOINT s", "COMMIT");
        var first = await stream.Part();
        Assert.Equal(["Insert t 2", "Insert t 4"], stream.Lines(first));
        await database.Run("INSERT INTO t VALUES(5)");
        var second = await stream.Part();
        Assert.Equal(["Insert t 5"], stream.Lines(second));
        Assert.True(second.Position > first.Position);
        Assert.True(second.CommitTime >= first.CommitTime);
    }

    [Fact]
    public async Task A_reader_that_goes_on_after_a_position_misses_nothing_and_sees_nothing_twice()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var start = (await database.Source("one").Range(Cancel)).Newest;
        var positions = new List<Position>();
        await using (var stream = new SourceStream(database.Source("one"), start))
        {
            for (var i = 1; i <= 5; i++)
            {
                await database.Run($"INSERT INTO t VALUES({i})");
                positions.Add((await stream.Part()).Position);
            }
        }

        for (var after = 0; after < 5; after++)
        {
            await using var other = new SourceStream(database.Source("two"), after == 0 ? start : positions[after - 1]);
            for (var i = after; i < 5; i++)
            {
                var part = await other.Part();
                Assert.Equal(positions[i], part.Position);
                Assert.Equal([$"Insert t {i + 1}"], other.Lines(part));
            }
        }
    }

    [Fact]
    public async Task Two_readers_find_the_same_transactions_at_the_same_positions()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)");
        var start = (await database.Source("one").Range(Cancel)).Newest;
        await using var one = new SourceStream(database.Source("one"), start);
        await using var two = new SourceStream(database.Source("two"), start);
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                await database.Run("BEGIN", $"INSERT INTO t VALUES({i * 2}, 1)", $"INSERT INTO t VALUES({i * 2 + 1}, -1)", "COMMIT");
            }
        }, Cancel);
        var seen = await Task.WhenAll(Read(one), Read(two));
        await writer;
        Assert.Equal(seen[0], seen[1]);

        static async Task<List<string>> Read(SourceStream stream)
        {
            var seen = new List<string>();
            for (var rows = 0; rows < 120;)
            {
                var part = await stream.Part();
                Assert.True(part.IsWhole);
                Assert.True(part.Count % 2 == 0, "a transaction was torn");
                seen.Add($"{part.Position} {part.CommitTime} {string.Join(';', stream.Lines(part))}");
                rows += part.Count;
            }

            return seen;
        }
    }

    [Fact]
    public async Task A_large_transaction_comes_in_parts_with_one_position()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY, v VARCHAR(100))");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        var inserts = Enumerable.Range(0, 500).Select(i => $"INSERT INTO t VALUES({i}, '{new string('x', 90)}')");
        await database.Run(["BEGIN", .. inserts, "COMMIT"]);
        var parts = new List<TransactionPart>();
        do
        {
            parts.Add(await stream.Part());
        }
        while (!parts[^1].IsLast);

        Assert.True(parts.Count > 3);
        Assert.Single(parts.Select(p => (p.Position, p.CommitTime)).Distinct());
        Assert.Equal(parts.Select((_, i) => i == 0), parts.Select(p => p.IsFirst));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"Insert t {i}"),
            parts.SelectMany(stream.Lines).Select(l => l[..l.IndexOf(',', StringComparison.Ordinal)]));
        await database.Run("INSERT INTO t VALUES(1000, 'last')");
        Assert.Equal(["Insert t 1000,'last'"], await stream.Changes());
    }

    [Fact]
    public async Task A_table_comes_before_its_first_row_and_once()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY, v VARCHAR(7) NOT NULL)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, 'a')");
        Assert.Empty(stream.Tables);
        var part = await stream.Part();
        var table = Assert.Single(stream.Tables).Value;
        Assert.True(table.HasShapeOf(await database.Table("t")));
        Assert.True(table.Id > 0);
        Assert.Equal(table.Id, part.Read().Single().Table);
        await database.Run("INSERT INTO t VALUES(2, 'b')");
        await stream.Part();
        Assert.Single(stream.Tables);

    }

    [Fact]
    public async Task What_a_task_has_written_carries_its_mark_and_can_be_left_out()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var table = await database.Table("t");
        await using var all = await SourceStream.FromNow(database.Source("all"));
        await using var others = await SourceStream.FromNow(database.Source("others"), new StreamFilter { OriginsLeftOut = ["n/task"] });
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await database.Run("INSERT INTO t VALUES(1)");
        await lane.Apply(Group(1, Insert(table, Of(2), Of(3))), Cancel);
        await lane.Apply(Group(2, Insert(table, Of(4))), Cancel);
        var (seen, last) = (new List<string>(), Position.Zero);
        for (var i = 0; i < 3; i++)
        {
            var part = await all.Part();
            seen.Add($"{part.Origin}: {string.Join(';', all.Lines(part))}");
            last = part.Position;
        }

        Assert.Equal([": Insert t 1", "n/task: Insert t 2;Insert t 3", "n/task: Insert t 4"], seen);
        Assert.Equal(["Insert t 1"], await others.Changes());

        // Nothing of it is left, and its position is told all the same.
        Assert.True((await Until(others, last, orAt: true)).Position >= last);
        await database.Run("INSERT INTO t VALUES(5)");
        Assert.Equal(["Insert t 5"], await others.Changes());
    }

    [Fact]
    public async Task Tables_that_nobody_wants_are_left_out_and_the_position_moves_on()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY)", "CREATE TABLE u(id INTEGER PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"), new StreamFilter { Tables = ["main.t"] });
        var before = (await database.Source("x").Range(Cancel)).Newest;
        await database.Run("INSERT INTO u VALUES(1)");
        Assert.True((await Until(stream, before)).Position > before);
        await database.Run("BEGIN", "INSERT INTO u VALUES(2)", "INSERT INTO t VALUES(2)", "COMMIT");
        Assert.Equal(["Insert t 2"], await stream.Changes());
    }

    [Fact]
    public async Task A_beat_moves_the_position_of_an_idle_source_and_a_barrier_is_a_transaction()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var source = database.Source("one");
        var before = (await source.Range(Cancel)).Newest;
        await using var stream = new SourceStream(source, before);
        await source.Beat(null, Cancel);
        Assert.True((await source.Range(Cancel)).Newest > before);
        await source.Beat(ulong.MaxValue, Cancel);
        var part = await stream.Part();
        Assert.Equal((ulong.MaxValue, 0, true), (part.Barrier, part.Count, part.IsWhole));
        await database.Run("INSERT INTO t VALUES(1)");
        Assert.Equal(["Insert t 1"], await stream.Changes());
    }

    [Fact]
    public async Task A_time_leads_to_a_position_after_which_nothing_of_since_then_is_missing()
    {
        await using var database = await Captured("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var source = database.Source("one");
        await using var stream = await SourceStream.FromNow(source);
        var parts = new List<TransactionPart>();
        for (var i = 0; i < 4; i++)
        {
            await database.Run($"INSERT INTO t VALUES({i})");
            parts.Add(await stream.Part());
        }

        foreach (var part in parts)
        {
            var at = await source.At(DateTimeOffset.UnixEpoch.AddTicks(part.CommitTime * 10), Cancel);
            Assert.NotNull(at);
            Assert.All(parts.Where(p => p.CommitTime >= part.CommitTime), p => Assert.True(p.Position > at));
        }

        Assert.Null(await source.At(DateTimeOffset.UnixEpoch, Cancel));
        Assert.Equal(parts[^1].Position, await source.At(DateTimeOffset.UnixEpoch.AddTicks(parts[^1].CommitTime * 10 + 10), Cancel));
    }

    /// <summary>The next sign of life beyond a position.</summary>
    private static async Task<AliveEvent> Until(SourceStream stream, Position after, bool orAt = false)
    {
        while (true)
        {
            if (await stream.Next() is AliveEvent alive && (alive.Position > after || orAt && alive.Position == after))
            {
                return alive;
            }
        }
    }

    /// <summary>A database with tables whose changes are captured.</summary>
    private protected async Task<IExamined> Captured(params string[] tables)
    {
        var database = New();
        await database.Run(tables);
        await database.Install();
        return database;
    }
}
