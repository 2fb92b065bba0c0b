using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Groups;
using Holdfast.Engine.MySql.Values;
using ZstdSharp;
using static Holdfast.Engines.Tests.MySql.Golden;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>Events of MySQL 8 by its documented formats, and damaged ones: each ends with a value or with a fault.</summary>
public sealed class GoldenTests
{
    private const string Inserted = "Insert 7,'ä','{\"a\": [1, -2, \"x\"], \"b\": {\"c\": null, \"d\": 1.5}}'";

    [Fact]
    public async Task A_transaction_of_MySQL_8_is_read()
    {
        var found = await Read(Transaction(Bodies()));
        var schema = Assert.IsType<SchemaEvent>(found[0]).Schema;
        Assert.Equal(["id", "name", "doc"], schema.Columns.Select(c => c.Name));
        Assert.Equal([0], schema.PrimaryKey!.Columns);
        var part = Assert.IsType<TransactionEvent>(found[1]).Part;
        Assert.Equal(("3e11fa47-71ca-11e1-9e33-c80aa9429562:23", 1_700_000_000_123_456, true),
            (part.SourceId, part.CommitTime, part.IsWhole));
        Assert.Equal([Inserted, "Insert 4294967295,NULL,NULL"], Lines(part));
    }

    [Fact]
    public async Task A_compressed_transaction_of_MySQL_8_is_the_same()
    {
        using var zstd = new Compressor();
        var inner = Bodies().SelectMany(b => Event(b.Kind, b.Body, hasChecksum: false)).ToArray();
        var packed = zstd.Wrap(inner).ToArray();
        byte[] body = [2, 1, 0, 1, 3, .. Length(packed.Length), 3, 3, .. Length(inner.Length), 0, .. packed];
        var found = await Read([Gtid(23, 1_700_000_000_123_456), Event(EventKind.TransactionPayload, body)]);
        Assert.Equal([Inserted, "Insert 4294967295,NULL,NULL"], Lines(Assert.IsType<TransactionEvent>(found[1]).Part));

        static byte[] Length(int length) => [0xFC, (byte)length, (byte)(length >> 8)];
    }

    [Theory]
    [InlineData(39, "DP-356")] // PARTIAL_UPDATE_ROWS
    [InlineData(42, "DP-356")] // GTID_TAGGED
    [InlineData(99, "DP-356")]
    [InlineData(18, "DP-356")] // EXECUTE_LOAD_QUERY
    [InlineData(26, "DP-358")] // INCIDENT
    public async Task What_is_not_known_ends_the_stream(int number, string code)
    {
        var kind = (EventKind)number;
        var fault = await Assert.ThrowsAsync<SourceFaultException>(() => Read([Gtid(1, 5), Event(kind, [1, 0, 4, .. "lost"u8])]));
        Assert.Equal(code, fault.Fault.Code);
        Assert.Equal([], await Read([Gtid(1, 5), Event((EventKind)99, [1], flags: 0x80)]));
    }

    [Fact]
    public async Task A_group_counts_only_with_its_end_and_only_once()
    {
        Assert.DoesNotContain(await Read(Transaction(Bodies())[..^1]), e => e is TransactionEvent);
        await Assert.ThrowsAsync<DamagedException>(() => Read([.. Transaction(Bodies())[..^1], Gtid(24, 6)]));

        // From the middle of a group on: its rest is passed over.
        Assert.Equal([], await Read(Transaction(Bodies())[2..]));
    }

    [Fact]
    public void A_wrong_checksum_is_noticed_in_each_byte()
    {
        var parser = new EventParser();
        parser.Parse(Description());
        var right = Query("shop", "BEGIN");
        Assert.Equal("BEGIN", QueryEvent.Parse(parser.Parse(right), 13).Text);
        for (var i = 0; i < right.Length; i++)
        {
            var wrong = right.ToArray();
            wrong[i] ^= 0x10;
            Assert.Throws<DamagedException>(() => parser.Parse(wrong));
        }
    }

    [Fact]
    public async Task Damaged_events_end_with_a_fault_and_never_otherwise()
    {
        var random = new Random(11);
        var events = Transaction(Bodies());
        for (var round = 0; round < 4000; round++)
        {
            // The checksum is made again, so that it is the format that has to notice.
            var at = random.Next(events.Length);
            var body = events[at][BinlogEvent.HeaderBytes..^4];
            for (var flips = random.Next(1, 4); flips > 0 && body.Length > 0; flips--)
            {
                body[random.Next(body.Length)] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            body = random.Next(4) == 0 ? body[..random.Next(body.Length + 1)] : body;
            try
            {
                await Read([.. events.Select((e, i) => i == at ? Event((EventKind)e[4], body) : e)]);
            }
            catch (Exception error) when (error is DamagedException or SourceFaultException or NoValueException)
            {
                // By name.
            }
        }
    }

    [Theory]
    [InlineData("INSERT INTO t VALUES(1)", nameof(StatementKind.Rows), "")]
    [InlineData("  /* a */ -- b\n# c\n delete from t", nameof(StatementKind.Rows), "")]
    [InlineData("/*!40000 ALTER TABLE `a``b`.`t` ENABLE KEYS */", nameof(StatementKind.Table), "a`b.t")]
    [InlineData("CREATE OR REPLACE TABLE IF NOT EXISTS x.y(id INT)", nameof(StatementKind.Table), "x.y")]
    [InlineData("CREATE TEMPORARY TABLE y(id INT)", nameof(StatementKind.Other), "")]
    [InlineData("DROP TABLE IF EXISTS a, b.c", nameof(StatementKind.Table), "s.a b.c")]
    [InlineData("RENAME TABLE a TO b, c TO d.e", nameof(StatementKind.Table), "s.a s.b s.c d.e")]
    [InlineData("CREATE UNIQUE INDEX i ON t(a)", nameof(StatementKind.Table), "s.t")]
    [InlineData("truncate table `T`", nameof(StatementKind.Truncate), "s.T")]
    [InlineData("TRUNCATE x . y", nameof(StatementKind.Truncate), "x.y")]
    [InlineData("CREATE DEFINER=`root`@`%` VIEW v AS SELECT 1", nameof(StatementKind.Other), "")]
    [InlineData("ROLLBACK WORK TO a", nameof(StatementKind.RollbackToSavepoint), "")]
    [InlineData("ROLLBACK", nameof(StatementKind.Rollback), "")]
    [InlineData("GRANT SELECT ON a.* TO b", nameof(StatementKind.Other), "")]
    [InlineData("", nameof(StatementKind.Other), "")]
    [InlineData("/* never ends", nameof(StatementKind.Other), "")]
    [InlineData("DROP TABLE `never ends", nameof(StatementKind.Table), "s.never ends")]
    [InlineData("CREATE INDEX", nameof(StatementKind.Table), "s.")]
    public void A_statement_is_known_by_its_words(string text, string kind, string tables)
    {
        var statement = StatementText.Of(text, "s");
        Assert.Equal((kind, tables), ($"{statement.Kind}", string.Join(' ', statement.Tables.Select(t => $"{t.Schema}.{t.Table}"))));
    }

    [Fact]
    public void Offsets_beyond_32_bits_are_counted()
    {
        var place = new LogPlace(1, "binlog", 6);
        place.Move("binlog.000007", 4);
        place.Pass(4_000_000_000);
        place.Pass(0);
        place.Pass(100_000);
        Assert.Equal(new Position(1ul << 32 | 7, (1ul << 32) + 100_000), place.Position);
        place.Pass(200_000);
        Assert.Equal((1ul << 32) + 200_000, place.Offset);
        Assert.Throws<DamagedException>(() => place.Move("no-number", 4));
    }

    private static (EventKind Kind, byte[] Body)[] Bodies() =>
    [
        (EventKind.Query, QueryBody("shop", "BEGIN")), (EventKind.RowsQuery, [0, .. "insert"u8]), (EventKind.TableMap, MapBody()),
        (EventKind.WriteRows2, RowsBody(
            [0, 7, 0, 0, 0, 2, 0xC3, 0xA4, .. Bytes((ulong)Json().Length, 4), .. Json()], [0b110, 0xFF, 0xFF, 0xFF, 0xFF])),
        (EventKind.Xid, Bytes(9, 8)),
    ];

    private static byte[][] Transaction((EventKind Kind, byte[] Body)[] bodies) =>
        [Gtid(23, 1_700_000_000_123_456), .. bodies.Select(b => Event(b.Kind, b.Body))];

    private static async Task<List<SourceEvent>> Read(byte[][] events)
    {
        var (parser, found) = (new EventParser(), new List<SourceEvent>());
        var groups = new GroupReader(new NoServer(), StreamFilter.None, 1 << 20) { After = Position.Zero };
        var end = 4ul;
        foreach (var each in (byte[][])[Description(), .. events])
        {
            end += (ulong)each.Length;
            await groups.Take(parser.Parse(each), parser, new Position(1, end), found, Rows.Cancel);
        }

        return found;
    }

    private static string[] Lines(TransactionPart part) => [.. part.Read().Select(c =>
    {
        var values = new List<string>();
        foreach (var value in c.After)
        {
            values.Add(value.Kind == Engine.Values.ValueKind.Json ? $"'{value.AsText()}'" : value.ToString());
        }

        return $"{c.Kind} {string.Join(',', values)}";
    })];

    /// <summary>Tables by the log alone.</summary>
    private sealed class NoServer : ITables
    {
        public ValueTask<(TableLayout Layout, uint Id)> Of(TableMap map, CancellationToken cancel) =>
            TableLayout.Of(map, null, new Dictionary<int, (string, string)> { [45] = ("utf8mb4", "utf8mb4_general_ci") }) is { } layout
                ? ValueTask.FromResult((layout, 1u)) : throw new SourceFaultException(SourceFaults.NoNames(map.Name));

        public ValueTask<(TableSchema Table, uint Id)> Of(string schema, string name, CancellationToken cancel) =>
            ValueTask.FromResult((new TableSchema { Id = 0, Schema = schema, Name = name, Columns = [] }, 0u));

        public void Forget()
        {
        }
    }
}
