using Holdfast.Engine.Postgres.Db;
using Holdfast.Engines.Applier;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Values of all types, through the log, in pieces and into a sink.</summary>
[Trait("Category", "process")]
public class PostgresTypeTests
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    /// <summary>A type, and values that have hurt others.</summary>
    public static TheoryData<string, string[]> Values { get; } = new()
    {
        { "boolean", ["true", "false"] },
        { "smallint", ["-32768", "32767"] },
        { "integer", ["-2147483648", "0"] },
        { "bigint", ["-9223372036854775808", "9223372036854775807"] },
        { "real", ["'NaN'", "'-Infinity'", "1e-45", "3.4028235e38", "0.1", "'-0'"] },
        { "double precision", ["'NaN'", "'Infinity'", "5e-324", "1.7976931348623157e308", "0.1", "'-0'"] },
        {
            "numeric",
            ["'NaN'", "'Infinity'", "'-Infinity'", "0.0000000000000000001", "123456789012345678901234567890.5", "1.500", "-0.00"]
        },
        { "numeric(10,3)", ["1.500", "-9999999.999", "0"] },
        { "text", ["''", "' a '", "E'\\r\\n\\t\\\\'", "'𝄞ä日本'", "'{\"\"}'", "repeat('x', 100000)"] },
        { "character varying(5)", ["'ab   '", "'日本語日本'"] },
        { "character(5)", ["'ab'", "''"] },
        { "bytea", ["''", "'\\x00ff5c'", "decode(repeat('00ff', 50000), 'hex')"] },
        { "date", ["'infinity'", "'-infinity'", "'4713-01-01 BC'", "'0001-12-31 BC'", "'0001-01-01'", "'999999-12-31'", "'2024-02-29'"] },
        { "time without time zone", ["'00:00'", "'24:00'", "'23:59:59.999999'"] },
        { "time with time zone", ["'24:00+14'", "'01:02:03.5-11:30'"] },
        {
            "timestamp without time zone",
            ["'infinity'", "'-infinity'", "'4713-01-01 00:00:00 BC'", "'0001-01-01 00:00:00.000001 BC'", "'294276-12-31 23:59:59.999999'"]
        },
        {
            "timestamp with time zone",
            ["'infinity'", "'-infinity'", "'4713-01-01 00:00:00+00 BC'", "'1969-12-31 23:59:59.999999+00'", "'294000-12-31 00:00:00+00'",
                "'2024-02-29 12:00:00+13:45'"]
        },
        { "interval", ["'1 year -2 mons 3 days -04:05:06.789'", "'0'"] },
        { "uuid", ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"] },
        { "json", ["'{\"b\": 1,  \"a\":1e400, \"b\":2}'", "'null'"] },
        { "jsonb", ["'{\"b\": 1, \"a\": 1.10}'", "'\"\"'"] },
        { "bit(9)", ["B'100000001'"] },
        { "bit varying", ["B''", "B'1'"] },
        { "main.mood", ["'sad'", "'not ''so'' \"sad\"'"] },
        { "main.positive", ["1", "7"] },
        { "integer[]", ["'{}'", "'{1,NULL,-3}'", "'{{1,2},{3,4}}'", "'[0:1]={5,6}'"] },
        { "text[]", ["'{}'", "ARRAY['', 'NULL', NULL, 'a,b', '\"', '\\', '{}', ' x ']"] },
        { "timestamp without time zone[]", ["ARRAY[timestamp 'infinity', '2024-02-29 12:00:00']"] },
        { "main.mood[]", ["'{sad,NULL}'"] },
        { "inet", ["'10.0.0.1/8'", "'::1'"] },
        { "money", ["'12.34'"] },
        { "int4range", ["'[1,10)'", "'empty'"] },
        { "tsvector", ["'a:1A fat:2'"] },
        { "point", ["'(1.5,2)'"] },
        { "xml", ["'<a>b</a>'"] },
        { "oid", ["4294967295"] },
        { "name", ["'x'"] },
        { "main.pair", ["ROW(1, 'a,\"b')"] },
    };

    private static readonly string[] Types =
    [
        "CREATE TYPE mood AS ENUM('sad', 'not ''so'' \"sad\"')", "CREATE DOMAIN positive AS integer CHECK(VALUE > 0)",
        "CREATE TYPE pair AS (a integer, b text)",
    ];

    [Fact]
    public async Task Every_value_of_every_type_arrives_as_it_was()
    {
        await using var from = new ExaminedPostgres(IsNewest);
        await using var to = new ExaminedPostgres(IsNewest);
        await from.Run(Types);
        await to.Run(Types);
        await using var source = from.Catalog();
        await using var sink = to.Catalog();
        var types = Values.Select((v, i) => (Name: $"c{i}", Type: v.Data.Item1, Values: v.Data.Item2)).ToList();
        var columns = string.Join(", ", types.Select(t => $"{t.Name} {t.Type}"));
        await from.Run($"CREATE TABLE t(id integer PRIMARY KEY, {columns})", $"CREATE TABLE less({columns})");
        foreach (var name in (string[])["t", "less"])
        {
            Assert.Empty(await sink.Create(await from.Table(name), Cancel));
            Assert.Equal((await from.Table(name)).Columns, (await to.Table(name)).Columns);
        }

        await from.Install();
        var start = (await from.Source("x").Range(Cancel)).Newest;
        for (var i = 0; i < types.Max(t => t.Values.Length); i++)
        {
            var row = string.Join(", ", types.Select(t => $"CAST({t.Values[i % t.Values.Length]} AS {t.Type})"));
            await from.Run($"INSERT INTO t VALUES({i}, {row})", $"INSERT INTO less VALUES({row}), ({row})");
        }

        // Every value goes and comes back; one of equal rows goes, another one becomes a row of nothing.
        var nothing = string.Join(", ", types.Select(t => $"{t.Name} = NULL"));
        var again = string.Join(", ", types.Select(t => $"{t.Name} = l.{t.Name}"));
        await from.Run("INSERT INTO less DEFAULT VALUES", $"UPDATE t SET {nothing}",
            $"UPDATE t SET {again} FROM less AS l WHERE l.ctid = '(0,1)' AND id = 0", "DELETE FROM less WHERE ctid = '(0,1)'",
            $"UPDATE less SET {nothing} WHERE ctid = (SELECT max(ctid) FROM less WHERE c0)");
        await Copy(from, to, start);
        foreach (var name in (string[])["t", "less"])
        {
            Assert.Equal(await from.Rows(name), await to.Rows(name));
            Assert.Equal(await Printed(from, name), await Printed(to, name));
        }

        Assert.Equal(await from.Rows("t"), (await ChunkExam.Walked(from, "t", 2)).Select(Text).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("character varying(3)", "abcd")]
    [InlineData("character(3)", "abcd")]
    [InlineData("integer", "2147483648")]
    [InlineData("integer", "x")]
    [InlineData("numeric(5,1)", "1.25")]
    [InlineData("numeric(5,1)", "123456")]
    [InlineData("date", "yesterday evening")]
    [InlineData("text", "a\0b")]
    [InlineData("bytea", "text")]
    public async Task A_value_that_the_column_would_change_is_refused(string type, string text)
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run($"CREATE TABLE t(id integer PRIMARY KEY, v {type})");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        var row = new RowWriter(bytes);
        row.Int64(2);
        if (type.StartsWith("numeric", StringComparison.Ordinal))
        {
            row.Decimal(text);
        }
        else
        {
            row.Text(text);
        }

        await SinkRowExam.IsRefused(lane, "DP-104", 1, Insert(table, Of(1, null), new Row(bytes.WrittenMemory)));
    }

    [Fact]
    public async Task A_day_beyond_what_rows_can_hold_stops_the_stream_and_the_copy_by_the_column_s_name()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY, v date)");
        await database.Install();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, '5874897-12-31')");
        var fault = await stream.Fault();
        Assert.Equal("DP-173", fault.Code);
        Assert.Contains("main.t.v", fault.Message, StringComparison.Ordinal);
        var copy = await Assert.ThrowsAsync<SourceFaultException>(() => ChunkExam.Walked(database, "t", 10));
        Assert.Equal("DP-173", copy.Fault.Code);
    }

    [Fact]
    public async Task Trailing_blanks_and_zeros_are_no_loss()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        await database.Run("CREATE TABLE t(a numeric(5,1), b timestamp(0))");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var (good, bad) = (new System.Buffers.ArrayBufferWriter<byte>(), new System.Buffers.ArrayBufferWriter<byte>());
        foreach (var (bytes, microseconds) in new[] { (good, 1_000_000L), (bad, 1L) })
        {
            var row = new RowWriter(bytes);
            row.Decimal("1.500");
            row.DateTime(Day.Of(2024, 2, 29), microseconds);
        }

        await SinkRowExam.Done(lane, Insert(table, new Row(good.WrittenMemory)));
        await SinkRowExam.IsRefused(lane, "DP-104", 0, Insert(table, new Row(bad.WrittenMemory)));
    }

    [Fact]
    public async Task A_type_that_the_sink_lacks_is_refused_by_name_and_one_that_means_something_else_is_not_taken()
    {
        await using var from = new ExaminedPostgres(IsNewest);
        await using var to = new ExaminedPostgres(IsNewest);
        await from.Run([.. Types, "CREATE TABLE t(a mood, b pair)"]);
        await using var sink = to.Catalog();
        var faults = await sink.Create(await from.Table("t"), Cancel);
        Assert.Equal("t.b", Assert.Single(faults).Message.Split(' ')[0].Replace("main.", "", StringComparison.Ordinal));
        await to.Run("CREATE DOMAIN mood AS integer");
        await sink.Create((await from.Table("t")) with { Columns = [(await from.Table("t")).Columns[0]] }, Cancel);
        Assert.Equal("text", (await to.Table("t")).Columns[0].Type);
    }

    internal static async Task Copy(IExamined from, IExamined to, Engine.Position start, long epoch = 1)
    {
        await using var sink = await to.Sink();
        await using var source = from.Source("copier");
        await using var tables = to.Catalog();
        var target = (await from.Source("x").Range(Cancel)).Newest;
        Assert.Null(await new Copier(source, sink, tables, "task").Run(start, target, epoch, Cancel));
    }

    private static async Task<IEnumerable<string?>> Printed(ExaminedPostgres database, string table)
    {
        await using var session = await database.Open();
        return (await session.Rows($"SELECT t::text FROM {Sql.Name(table)} AS t ORDER BY 1", Cancel)).Select(r => r[0]);
    }
}
