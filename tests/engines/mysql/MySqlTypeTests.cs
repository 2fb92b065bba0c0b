using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>
/// Each type with its hostile values: what the log says is what SQL says, and a sink takes it back as the same. The log and SQL are read by
/// code that shares nothing but the kinds.
/// </summary>
[Trait("Category", "process")]
public sealed class MySqlTypeTests
{
    /// <summary>A type, and values as SQL.</summary>
    public static TheoryData<string, string[]> Types => new()
    {
        { "TINYINT", ["-128", "127", "0", "NULL"] },
        { "TINYINT UNSIGNED", ["255", "0"] },
        { "SMALLINT", ["-32768", "32767"] },
        { "SMALLINT UNSIGNED", ["65535"] },
        { "MEDIUMINT", ["-8388608", "8388607", "-1"] },
        { "MEDIUMINT UNSIGNED", ["16777215"] },
        { "INT", ["-2147483648", "2147483647"] },
        { "INT UNSIGNED ZEROFILL", ["4294967295", "7"] },
        { "BIGINT", ["-9223372036854775808", "9223372036854775807"] },
        { "BIGINT UNSIGNED", ["18446744073709551615", "9223372036854775808"] },
        { "FLOAT", ["1.1", "-3.4e38", "1e-45", "0"] },
        { "DOUBLE", ["0.1", "-1.7976931348623157e308", "5e-324", "-0e0"] },
        {
            "DECIMAL(65,30)", ["99999999999999999999999999999999999.999999999999999999999999999999",
                "-0.000000000000000000000000000001", "0"]
        },
        { "DECIMAL(5,0)", ["-99999", "12"] },
        { "DECIMAL(9,9)", ["0.123456789", "-0.5"] },
        { "DECIMAL(10,2)", ["-12.34", "0.10", "-0.01"] },
        { "YEAR", ["0", "1901", "2155"] },
        { "DATE", ["'0000-00-00'", "'9999-12-31'", "'2024-02-00'", "'2024-00-00'", "'1000-01-01'"] },
        { "TIME", ["'-838:59:59'", "'838:59:59'", "'00:00:00'"] },
        { "TIME(1)", ["'-00:00:00.1'", "'23:59:59.9'"] },
        { "TIME(3)", ["'-838:59:58.999'", "'12:00:00.001'"] },
        { "TIME(6)", ["'-838:59:59.000001'", "'838:59:59.000000'", "'-00:00:00.000001'"] },
        { "DATETIME", ["'0000-00-00 00:00:00'", "'9999-12-31 23:59:59'", "'2021-02-30 12:00:00'"] },
        { "DATETIME(2)", ["'2021-01-01 00:00:00.99'"] },
        { "DATETIME(4)", ["'2021-01-01 00:00:00.0001'"] },
        { "DATETIME(6)", ["'0000-00-00 00:00:00.000000'", "'9999-12-31 23:59:59.999999'"] },
        { "TIMESTAMP NULL", ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", "'0000-00-00 00:00:00'"] },
        { "TIMESTAMP(6) NULL", ["'1970-01-01 00:00:01.000001'", "'2001-09-09 01:46:40.123456'", "'0000-00-00 00:00:00'"] },
        { "BIT(1)", ["b'1'", "b'0'"] },
        { "BIT(9)", ["b'100000001'", "b'000000001'"] },
        { "BIT(64)", ["b'1000000000000000000000000000000000000000000000000000000000000001'"] },
        { "CHAR(10)", ["''", "'a'", "'ä日𝄞'", "' x'"] },
        { "CHAR(255) CHARACTER SET utf8mb4", ["REPEAT('𝄞', 255)", "''"] },
        { "VARCHAR(20)", ["''", "'a '", "'it''s \\ \"'", "CONCAT('a', CHAR(0), 'b')", "'\r\n'"] },
        { "VARCHAR(300) CHARACTER SET latin1", ["'äöü€'", "REPEAT('ß', 300)"] },
        { "VARCHAR(20) CHARACTER SET gbk", ["'日本語'"] },
        { "VARCHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin", ["'ÄÖ'"] },
        { "VARCHAR(20) CHARACTER SET ucs2", ["'ä日'"] },
        { "TINYTEXT", ["'x'"] },
        { "TEXT", ["REPEAT('ä', 30000)"] },
        { "MEDIUMTEXT CHARACTER SET cp1251", ["'Привет'"] },
        { "LONGTEXT", ["''", "REPEAT('0123456789', 100000)"] },
        { "BINARY(4)", ["x'00'", "x'01020304'", "x'61202000'", "''"] },
        { "BINARY(255)", ["x'FF'"] },
        { "VARBINARY(300)", ["x''", "x'00FF00'", "REPEAT(x'AB', 300)"] },
        { "BLOB", ["x'00'", "REPEAT(x'00FF', 30000)"] },
        { "LONGBLOB", ["REPEAT(x'5C27', 200000)"] },
        { "ENUM('red','it''s','grün')", ["'red'", "'it''s'", "'grün'"] },
        { "SET('a','b','c d')", ["''", "'a,c d'", "'a,b,c d'"] },
        { "JSON", ["'{\"a\": [1, null]}'", "'\"x\"'"] },
        { "UUID", ["'123e4567-e89b-12d3-a456-426655440000'", "'00000000-0000-0000-0000-000000000000'",
            "'8c7f1e4a-93d2-4b6c-b1aa-0123456789ab'", "'018f3b2c-7d11-7abc-8def-001122334400'"] },
        { "INET6", ["'::1'", "'2001:db8::ff00:42:8329'", "'::'", "'::ffff:192.0.2.1'", "'1:0:0:2::3'"] },
        { "INET4", ["'127.0.0.1'", "'0.0.0.0'"] },
        { "POINT", ["ST_GeomFromText('POINT(1 2)', 4326)"] },
        { "GEOMETRY", ["ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(0 0, 1 1))')"] },
        { "VARCHAR(10) AS (CONCAT('v', id)) STORED", [] },
        { "VARCHAR(10) AS (CONCAT('v', id)) VIRTUAL", [] },
    };

    [Fact]
    public async Task The_log_says_of_each_type_what_SQL_says_and_a_sink_takes_it_as_the_same()
    {
        await using var from = new ExaminedMySql();
        await using var to = new ExaminedMySql();
        await from.Run("SELECT 1");
        await from.Install();
        var number = 0;
        await using var stream = await SourceStream.FromNow(from.Source("types"));
        await using var sink = await to.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        foreach (var (type, values) in Types.Select(t => t.Data))
        {
            var (name, isComputed) = ($"t{++number}", values.Length == 0);
            string[] create = [$"CREATE TABLE {name}(id INT PRIMARY KEY, v {type})"];
            string[] rows = isComputed ? [$"INSERT INTO {name}(id) VALUES(7)"]
                : [.. values.Select((v, i) => $"INSERT INTO {name} VALUES({i}, {v})")];
            await from.Run([.. create, "BEGIN", .. rows, "COMMIT"]);
            await to.Run(create);
            var parts = new List<Engine.Transactions.TransactionPart>();
            do
            {
                parts.Add(await stream.Part());
            }
            while (parts[^1].Ddl is not null || !parts[^1].IsLast);

            parts.RemoveAll(p => p.Ddl is not null);
            var table = stream.Tables[parts[0].Read().First().Table];
            Assert.True(table.HasShapeOf(await from.Table(name)), $"{type}: {table.Columns[1]} {(await from.Table(name)).Columns[1]}");
            var seen = parts.SelectMany(p => p.Read()).Select(c => c.After).ToList();
            var said = await from.Rows(name);
            if (!table.Columns[1].IsGenerated)
            {
                Assert.Equal(said, seen.Select(Text).Order(StringComparer.Ordinal));
            }

            var there = await to.Table(name);
            var result = await lane.Apply(Group(1, Insert(there, [.. seen])), Cancel);
            Assert.True(result is Applied, $"{type}: {result}");
            Assert.True(said.SequenceEqual(await to.Rows(name)), type);

            // Found again by all of its values, as in a table without a key.
            int[] all = [.. Enumerable.Range(0, isComputed ? 1 : 2)];
            result = await lane.Apply(Group(1, Delete(there, [.. seen]) with { Table = there with { Keys = [] }, Key = all }), Cancel);
            Assert.True(result is Applied, $"{type}: {result}");
            Assert.Empty(await to.Rows(name));
        }
    }

    [Fact]
    public async Task Values_are_what_they_mean()
    {
        await using var database = new ExaminedMySql();
        await database.Run("""
            CREATE TABLE t(a BIGINT UNSIGNED, b DECIMAL(10,2), c TIME(6), d DATE, e TIMESTAMP(6) NULL, f BIT(9), g ENUM('x','y'), h UUID,
                i INET6, j BINARY(3), k YEAR)
            """);
        await database.Install();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(18446744073709551615, -0.10, '-00:00:00.000001', '2024-02-00', '0000-00-00', "
            + "b'100000001', 'y', '123e4567-e89b-12d3-a456-426655440000', '::1', x'01', 1999)");
        Assert.Equal([
            "Insert t 18446744073709551615,-0.10,-1 µs,2024-02-00,0000-00-00 +0 µs,Bit x'098080','y',"
            + "123e4567-e89b-12d3-a456-426655440000,inet6 '::1',Bytes x'010000',1999"], await stream.Changes());
    }

    [Fact]
    public async Task A_value_that_a_column_would_bend_is_refused()
    {
        await using var database = new ExaminedMySql();
        await database.Run("CREATE TABLE t(id INT PRIMARY KEY, y YEAR, d DECIMAL(5,1), c CHAR(5), v VARCHAR(2), s DATETIME(0), "
            + "b BINARY(3), n TINYINT)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var absent = Absent.Value;
        await SinkRowExam.IsRefused(lane, "DP-104", 0, Part(Of(1, 5, absent, absent, absent, absent, absent, absent), 1));
        await SinkRowExam.IsRefused(lane, "DP-104", 0, Part(Decimal("1.25"), 2));
        await SinkRowExam.IsRefused(lane, "DP-104", 0, Part(Of(1, absent, absent, "a ", absent, absent, absent, absent), 3));
        await SinkRowExam.IsRefused(lane, "DP-104", 0, Part(Of(1, absent, absent, absent, "ab ", absent, absent, absent), 4));
        await SinkRowExam.IsRefused(lane, "DP-107", 0, Part(Of(1, absent, absent, absent, "abc", absent, absent, absent), 4));
        await SinkRowExam.IsRefused(lane, "DP-104", 0, Part(Of(1, absent, absent, absent, absent, absent, new byte[] { 1 }, absent), 6));
        await SinkRowExam.IsRefused(lane, "DP-107", 0, Part(Of(1, absent, absent, absent, absent, absent, absent, 128), 7));
        await SinkRowExam.Done(lane, Part(Of(1, 2000, absent, absent, absent, absent, absent, absent), 1), Delete(table, Of(1)),
            Part(Decimal("1.20"), 2));

        SinkStatement Part(Row row, int column) => Insert(table, row) with { Columns = [0, column], Own = [1, 2, 3, 4, 5, 6, 7] };

        static Row Decimal(string digits)
        {
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            var writer = new RowWriter(bytes);
            writer.Int64(1);
            writer.Absent();
            writer.Decimal(digits);
            return new Row(bytes.WrittenMemory);
        }
    }

    [Fact]
    public async Task A_row_with_the_number_0_keeps_it()
    {
        await using var database = new ExaminedMySql();
        await database.Run("CREATE TABLE t(id INT PRIMARY KEY AUTO_INCREMENT, v INT)");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(await database.Table("t"), Of(0, 1)));
        Assert.Equal(SinkRowExam.Sorted(Of(0, 1)), await database.Rows("t"));
    }
}
