using System.Net;
using Holdfast.Engine.Relay;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engines.Tests.Sqlite;
using Holdfast.Log;
using Holdfast.Log.Contract;
using Holdfast.StoreWire.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Engines.Tests.Relay;

/// <summary>A Store whose source is another Store.</summary>
public sealed class RelayTests
{
    /// <summary>Whole transactions and ones in parts, tables that change, segments that end, and a reading that is broken off.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_log_downstream_says_what_the_one_upstream_says(int seed)
    {
        using var folder = new TempDirectory();
        var random = new RandomData(seed);
        var tables = Enumerable.Range(1, 4).Select(i => random.Table((uint)i)).ToList();
        var terms = new[] { new Term(0, Position.Zero), new Term(3, new Position(1, 2)) };
        var options = Options(folder.File("up")) with { SegmentBytes = 20_000, SpoolMemoryBytes = 2000, Terms = terms };
        using var log = StoreLog.Open(options).Value!;
        await using var server = Server(log, options);
        for (var round = 0; round < 6; round++)
        {
            await using var store = new Downstream(folder.File("down"), () => server.Endpoint);
            Fill(log, random, tables, round * 100);
            if (round % 2 == 0)
            {
                // It is broken off somewhere on the way.
                continue;
            }

            await ExaminedRelay.Until(() => store.Runner.Figures.Range?.Last >= log.Range.Last);
        }

        var mine = options with { Folder = folder.File("down"), Terms = [] };
        using var copy = StoreLog.Open(mine).Value!;
        Assert.Equal(Content(log), Content(copy));
        Assert.Equal(terms, copy.Terms);
    }

    [Fact]
    public async Task What_was_deleted_upstream_is_missing_with_a_code_and_what_is_there_is_served()
    {
        using var folder = new TempDirectory();
        var random = new RandomData(3);
        var tables = new[] { random.Table(1) };
        var options = Options(folder.File("up")) with { SegmentBytes = 10_000, KeepBytes = 30_000 };
        using var log = StoreLog.Open(options).Value!;
        await using var server = Server(log, options);
        Fill(log, random, tables, 0);
        var reached = log.Range.Last;
        await using (var store = new Downstream(folder.File("down"), () => server.Endpoint))
        {
            await ExaminedRelay.Until(() => store.Runner.Figures.Range?.Last >= reached);
        }

        for (var round = 1; round < 20; round++)
        {
            Fill(log, random, tables, round * 100);
            log.Consumers.Set("st2", log.Range.Last); // as if it had read on: its disk is an older copy
        }

        Assert.True(log.Range.After > reached);
        await using var again = new Downstream(folder.File("down"), () => server.Endpoint);
        await ExaminedRelay.Until(() => again.Runner.Figures.Fault?.Code == "DP-330");
        Assert.Contains(reached.ToString(), again.Runner.Figures.Fault!.Message, StringComparison.Ordinal);
        Assert.Equal(reached, again.Runner.Figures.Range!.Last);
        Assert.NotNull(again.Runner.Figures.Endpoint);
    }

    [Fact]
    public async Task What_is_on_the_disk_is_served_while_the_Store_upstream_is_away()
    {
        using var folder = new TempDirectory();
        var random = new RandomData(4);
        var options = Options(folder.File("up"));
        using var log = StoreLog.Open(options).Value!;
        Fill(log, random, [random.Table(1)], 0);
        IPEndPoint gone;
        await using (var server = Server(log, options))
        {
            gone = server.Endpoint;
            await using var store = new Downstream(folder.File("down"), () => gone);
            await ExaminedRelay.Until(() => store.Runner.Figures.Range?.Last >= log.Range.Last);
        }

        await using var alone = new Downstream(folder.File("down"), () => gone);
        await ExaminedRelay.Until(() => alone.Runner.Figures.Fault?.Code == "DP-310");
        var read = new RelaySource(new ExaminedRelay.Upstream(() => alone.Runner.Figures.Endpoint!), "st3", TimeProvider.System);
        Assert.Equal(log.Range.Last, (await read.Range(Rows.Cancel)).Newest);
    }

    [Fact]
    public async Task A_Store_that_would_read_from_itself_says_so()
    {
        using var folder = new TempDirectory();
        var random = new RandomData(5);
        var options = Options(folder.File("up"));
        using var log = StoreLog.Open(options).Value!;
        Fill(log, random, [random.Table(1)], 0);
        var server = Server(log, options);
        var (upstream, middle) = (server.Endpoint, default(Downstream));
        await using (middle = new Downstream(folder.File("st2"), () => upstream))
        {
            await using var last = new Downstream(folder.File("st3"), () => middle.Runner.Figures.Endpoint, "st3");
            await ExaminedRelay.Until(() => last.Runner.Figures.Range?.Last >= log.Range.Last);
            // The one in the middle is to read from the last one, as after a wrong change of its configuration.
            upstream = last.Runner.Figures.Endpoint!;
            await server.DisposeAsync();
            await ExaminedRelay.Until(() => middle.Runner.Figures.Fault?.Code == "DP-331");
        }
    }

    [Fact]
    public async Task The_Store_upstream_keeps_what_the_one_downstream_has_not_got()
    {
        using var folder = new TempDirectory();
        var random = new RandomData(6);
        var options = Options(folder.File("up"));
        using var log = StoreLog.Open(options).Value!;
        await using var server = Server(log, options);
        Fill(log, random, [random.Table(1)], 0);
        await using var store = new Downstream(folder.File("down"), () => server.Endpoint);
        await ExaminedRelay.Until(() => log.Consumers.All.GetValueOrDefault("st2") == log.Range.Last);
    }

    [Fact]
    public async Task The_past_comes_from_another_Store_and_what_the_source_still_has_from_the_source()
    {
        await using var database = new ExaminedSqlite();
        using var folder = new TempDirectory();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        await database.Install();
        var impatient = new SqliteSourceOptions { Keep = TimeSpan.Zero, ConfirmEvery = TimeSpan.Zero };
        await using var sibling = new Downstream(folder.File("st1"), 
            new SqliteSource(database.Path, "st1", TimeProvider.System, impatient), "st1");
        await ExaminedRelay.Until(() => sibling.Runner.Figures.Endpoint is not null);
        var since = TimeProvider.System.GetUtcNow();
        for (var i = 1; i <= 50; i++)
        {
            await database.Run($"INSERT INTO t VALUES({i})");
        }

        var direct = new SqliteSource(database.Path, "st2", TimeProvider.System);
        await ExaminedRelay.Until(() => direct.At(since, Rows.Cancel).Result is null);
        var past = new RelaySource(new ExaminedRelay.Upstream(() => sibling.Runner.Figures.Endpoint!), "st2", TimeProvider.System);
        await using var store = new Downstream(folder.File("st2"), new BackfillSource(direct, past), "st2", since);
        await ExaminedRelay.Until(() => store.Runner.Figures.Range?.Last >= sibling.Runner.Figures.Range!.Last);
        await sibling.DisposeAsync();
        for (var i = 51; i <= 60; i++)
        {
            await database.Run($"INSERT INTO t VALUES({i})");
        }

        var newest = (await direct.Range(Rows.Cancel)).Newest;
        await ExaminedRelay.Until(() => store.Runner.Figures.Range!.Last >= newest);
        await store.DisposeAsync();
        var identity = await new SqliteSource(database.Path, "st3", TimeProvider.System).Identify(Rows.Cancel);
        using var log = StoreLog.Open(new LogOptions
        {
            Folder = folder.File("st2"), SourceKind = identity.Kind, SystemId = identity.SystemId,
        }).Value!;
        Assert.Equal(60, Content(log).Sum(t => t.Split(" Insert ").Length - 1));
    }

    private static LogOptions Options(string folder) => new() { Folder = folder, SourceKind = "test", SystemId = "source-1" };

    private static StoreServer Server(StoreLog log, LogOptions options) =>
        StoreServer.Start(new ServerOptions(), new ServedLog(log, "st1", options), NullLogger<StoreServer>.Instance);

    /// <summary>A hundred transactions after a place, some of them in parts, with a table that changes.</summary>
    private static void Fill(StoreLog log, RandomData random, IList<Engine.Tables.TableSchema> tables, int after)
    {
        var at = random.Random.Next(tables.Count);
        tables[at] = random.Table((uint)(1000 + after + at));
        foreach (var table in tables)
        {
            Assert.Null(log.Append(new SchemaEvent(table)));
        }

        for (var i = after + 1; i <= after + 100; i++)
        {
            var position = new Position(1, (ulong)i);
            var parts = random.Random.Next(10) == 0 ? random.Random.Next(2, 6) : 1;
            for (var part = 0; part < parts; part++)
            {
                Assert.Null(log.Append(new TransactionEvent((parts == 1 ? random.Transaction(position, tables.AsReadOnly())
                    : random.Part(position, [.. Enumerable.Range(0, 20).Select(_ => random.Change(tables[0]))]) with
                    {
                        CommitTime = 1_800_000_000_000_000, Origin = null, Barrier = null, SourceId = null,
                    }) with
                { IsFirst = part == 0, IsLast = part == parts - 1 })));
            }
        }

        Assert.Null(log.Flush());
    }

    /// <summary>Each part of each transaction with the shapes of its tables.</summary>
    private static List<string> Content(StoreLog log)
    {
        Assert.Null(log.Flush());
        var content = new List<string>();
        var tables = new Dictionary<uint, Engine.Tables.TableSchema>();
        using var reader = log.OpenReader(log.Range.After).Value!;
        while (reader.TryNext() is { } block)
        {
            if (block.Kind == Log.Format.BlockKind.Schema)
            {
                tables[block.Schema.Id] = block.Schema;
                continue;
            }

            content.AddRange(block.Transactions(Position.Zero).Select(p => $"{p.Position} {p.CommitTime} {p.Origin} {p.SourceId} "
                + $"{p.IsFirst} {p.IsLast} {p.Ddl} {p.Barrier} {string.Join(' ', p.Read().Select(c => $" {c.Kind} "
                + $"{tables[c.Table].FullName} {tables[c.Table].Columns.Count} {Convert.ToHexString(c.Before.Bytes.Span)} "
                + Convert.ToHexString(c.After.Bytes.Span)))}"));
        }

        return content;
    }
}
