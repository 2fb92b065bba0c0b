using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;
using Holdfast.StoreWire.Server;

namespace Holdfast.Wire.Tests;

/// <summary>The stream that a consumer of a Store reads, over a real socket.</summary>
[Trait("Category", "slow")]
public sealed class StreamTests
{
    [Fact]
    public async Task Every_transaction_comes_once_in_order_with_its_tables_before_it()
    {
        await using var served = new Served(1);
        served.Append(200);
        await using var stream = await served.Open();
        var read = await served.Read(stream, served.Made[^1].Position);
        Assert.Equal(served.Made.Select(Served.Text), Served.Texts(read));
        var told = new HashSet<uint>();
        foreach (var each in read)
        {
            if (each is SchemaEvent schema)
            {
                told.Add(schema.Schema.Id);
            }

            Assert.All((each as TransactionEvent)?.Part.Read() ?? [], c => Assert.Contains(c.Table, told));
        }

        Assert.Equal(("store-1", "test", Served.SystemId), (stream.Welcome.Store, stream.Welcome.Kind, stream.Welcome.SystemId));
    }

    [Fact]
    public async Task What_is_committed_later_comes_and_an_idle_stream_says_that_it_lives()
    {
        await using var served = new Served(2);
        served.Append(3);
        await using var stream = await served.Open();
        await served.Read(stream, served.Made[^1].Position);
        served.Append(3);
        var read = await served.Read(stream, served.Made[^1].Position);
        Assert.Equal(served.Made.Skip(3).Select(Served.Text), Served.Texts(read));
        Assert.Null(served.Log.Append(new AliveEvent(new Position(1, 100), 1_800_000_000_000_000)));
        Assert.Empty(Served.Texts(await served.Read(stream, new Position(1, 100))));
    }

    [Fact]
    public async Task Whoever_comes_back_with_its_position_misses_and_doubles_nothing()
    {
        await using var served = new Served(3);
        served.Append(120);
        for (var at = 0; at < served.Made.Count; at += 17)
        {
            await using var stream = await served.Open(Served.From(served.Made[at].Position));
            Assert.Equal(served.Made[at].Position, stream.After);
            var read = await served.Read(stream, served.Made[^1].Position);
            Assert.Equal(served.Made.Skip(at + 1).Select(Served.Text), Served.Texts(read));
        }
    }

    [Fact]
    public async Task A_start_by_time_begins_no_later_than_it()
    {
        await using var served = new Served(4);
        served.Append(1500);
        var wanted = served.Made[900].CommitTime / 1_000_000;
        await using var stream = await served.Open(Served.From() with { FromTime = wanted });
        var read = await served.Read(stream, served.Made[^1].Position);
        var missing = served.Made.Where(t => t.CommitTime >= wanted * 1_000_000).Select(Served.Text).Except(Served.Texts(read));
        Assert.Empty(missing);
    }

    /// <summary>A consumer that reads nothing holds its credit and one block, whatever the log holds.</summary>
    [Fact]
    public async Task No_more_than_the_credit_and_one_block_is_on_the_way()
    {
        await using var served = new Served(5);
        for (var i = 0; i < 40; i++)
        {
            served.Append(20, changesMax: 30);
        }

        await using var stream = await served.Open(Served.From(credit: 1));
        await using var raw = await RawConsumer.Open(served.Server.Endpoint, Served.From(credit: 1), served.Cancel);
        var (blocks, bytes) = await OnTheWay(served, raw);
        Assert.Equal(1, blocks);
        await raw.Credit(bytes - 1, served.Cancel);
        Assert.Null(await raw.Next(TimeSpan.FromMilliseconds(300), served.Cancel));
        await raw.Credit(1, served.Cancel);
        Assert.Equal(FrameType.Block, (await raw.Next(TimeSpan.FromSeconds(20), served.Cancel))!.Value.Type);
        var read = await served.Read(stream, served.Made[^1].Position);
        Assert.Equal(served.Made.Select(Served.Text), Served.Texts(read));
    }

    /// <summary>A Store that ignores credit sends as one that was given all of it.</summary>
    [Fact]
    public async Task A_credit_that_is_ignored_is_noticed()
    {
        await using var served = new Served(5);
        for (var i = 0; i < 40; i++)
        {
            served.Append(20, changesMax: 30);
        }

        await using var raw = await RawConsumer.Open(served.Server.Endpoint, Served.From(credit: 64 << 20), served.Cancel);
        Assert.NotEqual(1, (await OnTheWay(served, raw)).Blocks);
    }

    /// <summary>Counts what comes to somebody who gives no more credit, until nothing comes any more but signs of life.</summary>
    private static async Task<(int Blocks, int Bytes)> OnTheWay(Served served, RawConsumer raw)
    {
        var (blocks, bytes) = (0, 0);
        while (await raw.Next(TimeSpan.FromMilliseconds(700), served.Cancel) is { } frame && (frame.Type == FrameType.Block || blocks == 0))
        {
            (blocks, bytes) = (blocks + (frame.Type == FrameType.Block ? 1 : 0), bytes + frame.Payload.Length);
        }

        return (blocks, bytes);
    }

    [Fact]
    public async Task A_filter_leaves_out_tables_and_marks_and_the_position_moves_all_the_same()
    {
        await using var served = new Served(6);
        served.Append(300);
        var asks = Served.From() with { Tables = ["main.t2"], OriginsLeftOut = ["node/1"] };
        await using var stream = await served.Open(asks);
        var read = await served.Read(stream, served.Made[^1].Position);
        Assert.Equal(["t2"], read.OfType<SchemaEvent>().Select(s => s.Schema.Name).Distinct());
        var wanted = served.Made.Where(t => t.Origin != "node/1")
            .Select(t => (t.Position, t.Barrier, Rows: Rows(t, 2)))
            .Where(t => t.Rows.Count > 0 || t.Barrier is not null || served.Made[(int)t.Position.Minor - 1].Count == 0);
        var seen = read.OfType<TransactionEvent>().Select(t => (t.Part.Position, t.Part.Barrier, Rows: Rows(t.Part, null)));
        Assert.Equal(wanted.Select(Shown), seen.Select(Shown));

        static List<string> Rows(TransactionPart part, uint? table) => [.. part.Read().Where(c => table is null || c.Table == table)
            .Select(c => $"{c.Kind} {Convert.ToHexString(c.Before.Bytes.Span)} {Convert.ToHexString(c.After.Bytes.Span)}")];

        static string Shown((Position Position, ulong? Barrier, List<string> Rows) t) =>
            $"{t.Position} {t.Barrier} {string.Join(";", t.Rows)}";
    }

    [Theory]
    [InlineData("main.t2", 1)]
    [InlineData("main.t3", 0)]
    public async Task A_statement_among_rows_goes_to_whoever_wants_its_table_and_leaves_its_place(string table, int seen)
    {
        await using var served = new Served(8);
        var rows = served.Data.Part(new Position(1, 1), [served.Data.Change(served.Tables[1])]) with { Origin = null, Barrier = null };
        var statement = rows with
        {
            Changes = default, Count = 0, IsFirst = false, IsLast = false,
            Ddl = new Ddl("ALTER TABLE x", "") { Engine = "postgres", Tables = [table, "main.other"] },
        };
        served.Add(rows with { IsLast = false });
        served.Add(statement);
        served.Add(rows with { IsFirst = false });
        Assert.Null(served.Log.Flush());
        await using var stream = await served.Open(Served.From() with { Tables = ["main.t2"] });
        var parts = (await served.Read(stream, rows.Position)).OfType<TransactionEvent>().Select(t => t.Part).ToList();
        Assert.True(parts[0].IsFirst && parts[^1].IsLast && parts.Count(p => p.IsLast) == 1);
        Assert.Equal(seen, parts.Count(p => p.Ddl is not null));
        Assert.Equal(2, parts.Sum(p => p.Count));
    }

    [Fact]
    public async Task A_large_transaction_comes_in_parts_and_only_once_it_is_whole()
    {
        await using var served = new Served(7, log: o => o with { SpoolMemoryBytes = 4096 });
        served.Append(2);
        var whole = served.Data.Part(new Position(1, 3), [.. Enumerable.Range(0, 2000).Select(_ => served.Data.Change(served.Tables[0]))]);
        var changes = whole.Read().Chunk(100).ToList();
        for (var i = 0; i < changes.Count; i++)
        {
            var part = served.Data.Part(whole.Position, changes[i]) with { IsFirst = i == 0, IsLast = i == changes.Count - 1 };
            served.Add(part with { Origin = null, Barrier = null, SourceId = null });
        }

        Assert.Null(served.Log.Flush());
        await using var stream = await served.Open();
        var parts = (await served.Read(stream, whole.Position)).OfType<TransactionEvent>().Select(t => t.Part)
            .Where(p => p.Position == whole.Position).ToList();
        Assert.True(parts[0].IsFirst && parts[^1].IsLast && parts.Skip(1).All(p => !p.IsFirst) && parts.SkipLast(1).All(p => !p.IsLast));
        Assert.Equal(whole.Read().Select(c => c.ToString()), parts.SelectMany(p => p.Read()).Select(c => c.ToString()));
    }

    [Fact]
    public async Task What_a_consumer_reports_is_kept_for_it()
    {
        await using var served = new Served(8);
        served.Append(5);
        await using var stream = await served.Open();
        await stream.Report(served.Made[2].Position, 1_700_000_003, served.Cancel);
        await Shown(served, 1);
        var position = served.Made[2].Position;
        Assert.Equal(new ConnectedConsumer("orders", position, 1_700_000_003), Assert.Single(served.Shown.Connected));
        Assert.Equal(served.Made[2].Position, served.Log.Consumers.All["orders"]);
    }

    [Fact]
    public async Task What_a_consumer_asks_for_is_kept_from_the_moment_it_asks()
    {
        await using var served = new Served(9);
        served.Append(5);
        await using var stream = await served.Open(Served.From(served.Made[1].Position));
        Assert.Equal(served.Made[1].Position, served.Log.Consumers.All["orders"]);
        Assert.Empty(served.Shown.Connected);
    }

    [Fact]
    public async Task A_consumer_that_is_gone_is_no_reader_any_more_and_is_kept_for()
    {
        await using var served = new Served(10);
        served.Append(5);
        var position = served.Made[2].Position;
        var (first, second) = (await served.Open(), await served.Open());
        await first.Report(position, 1_700_000_003, served.Cancel);
        await Shown(served, 1);
        await second.DisposeAsync();
        await first.Report(position, 1_700_000_004, served.Cancel);
        while (served.Shown.Connected is not [{ Seconds: 1_700_000_004 }] || served.Server.Connections > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, served.Cancel);
        }

        await first.DisposeAsync();
        await Shown(served, 0);
        Assert.Equal(position, served.Log.Consumers.All["orders"]);
    }

    private static async Task Shown(Served served, int count)
    {
        while (served.Shown.Connected.Count != count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, served.Cancel);
        }
    }
}
