using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Sqlite.Values;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>A value that a column of SQLite would change is refused; everything else arrives as it was.</summary>
[Trait("Category", "slow")]
public sealed class SqliteTypeTests
{
    private static readonly string[] Types =
    [
        "INTEGER", "INT", "BIGINT", "TEXT", "VARCHAR(20)", "BLOB", "", "REAL", "DOUBLE PRECISION", "NUMERIC", "DECIMAL(10,2)", "DATE",
        "BOOLEAN",
    ];

    private static readonly string[] Texts =
    [
        "", " ", "1", " 1", "1 ", "\t1\n", "+1", "-1", "1.", ".5", "1.0", "1e5", "1e", "1e+", "1E-2", "0x10", "--1", "1_000", "1\0", "\0",
        "1a",
        "inf", "nan", "Infinity", "9223372036854775808", "00", "ä", "𝄞", "a\0b", ".", "+", "e5", "1.5.2", "１",
    ];

    public static TheoryData<string, bool> AllTypes => [.. from t in Types select new TheoryDataRow<string, bool>(t, false),
        .. from t in new[] { "INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY" } select new TheoryDataRow<string, bool>(t, true)];

    [Theory]
    [MemberData(nameof(AllTypes))]
    public async Task A_value_arrives_as_it_is_or_is_refused(string type, bool isStrict)
    {
        await using var database = new ExaminedSqlite();
        await database.Run($"CREATE TABLE t(id INTEGER PRIMARY KEY, v {type}){(isStrict ? " STRICT" : "")}");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var (taken, refused) = (0, 0);
        foreach (var value in Values())
        {
            var row = With(1, value);
            var result = await lane.Apply(Group(1, Insert(table, row)), Cancel);
            if (result is Refused r)
            {
                Assert.True(r.Code is "DP-104" or "DP-107", r.ToString());
                Assert.Empty(await database.Rows("t"));
                refused++;
                continue;
            }

            Assert.IsType<Applied>(result);
            var stored = Assert.Single(await database.Rows("t"));
            Assert.True(stored == Text(row) || IsSameNumber(database, value), $"{type}: {Text(row)} is {stored}");

            // And it is found again by what it is.
            var keyless = table with { Keys = [] };
            await SinkRowExam.Done(lane, Delete(keyless, row));
            Assert.Empty(await database.Rows("t"));
            taken++;
        }

        Assert.True(taken > 0);
        Assert.True(refused > 0 || type is "");
    }

    [Fact]
    public void Whatever_SQLite_reads_as_a_number_is_called_one()
    {
        using var database = Database.Open(":memory:", TimeSpan.Zero);
        database.Run("CREATE TABLE t(v NUMERIC)");
        var data = new RandomData(7);
        const string Letters = " +-.eE0123456789xX\0\t\n_a";
        var texts = Enumerable.Range(0, 20_000).Select(_ => string.Concat(
            Enumerable.Range(0, data.Random.Next(8)).Select(_ => Letters[data.Random.Next(Letters.Length)]))).Concat(Texts);
        foreach (var text in texts)
        {
            database.Run("DELETE FROM t");
            database.Execute("INSERT INTO t VALUES(?1)", text);
            var isKept = database.Text("SELECT typeof(v) FROM t") == "text";
            var looks = Affinities.LooksLikeNumber(System.Text.Encoding.UTF8.GetBytes(text));
            Assert.True(isKept != looks, $"'{text}' is kept: {isKept}, looks like a number: {looks}");
        }
    }

    [Fact]
    public async Task A_row_number_that_is_NULL_is_refused_since_SQLite_would_make_one_up()
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.IsRefused(lane, "DP-104", 1, Insert(table, Of(1, 1), Of(null, 2)));
    }

    [Fact]
    public async Task A_file_that_another_program_holds_is_tried_again()
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        using (var other = database.Open())
        {
            other.Run("BEGIN IMMEDIATE");
            Assert.IsType<TryAgain>(await lane.Apply(Group(1, Insert(table, Of(1))), Cancel));
        }

        await SinkRowExam.Done(lane, Insert(table, Of(1)));
    }

    private static IEnumerable<Row> Values()
    {
        foreach (var text in Texts)
        {
            yield return Of(text);
        }

        object?[] numbers =
        [
            null, 0, 1, -1, long.MaxValue, long.MinValue, (1L << 53) + 1, 1L << 53, 0.0, -0.0, 5.0, 0.1, 1e300, double.NaN,
            double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 9.3e18, true, false, ulong.MaxValue, 3ul, 1.5f,
            float.MaxValue,
        ];
        foreach (var number in numbers)
        {
            yield return Of(number);
        }

        yield return Of((object)Array.Empty<byte>());
        yield return Of((object)new byte[] { 0x31 });
        yield return Of((object)new byte[] { 0, 255 });
        var bytes = new ArrayBufferWriter<byte>();
        NotUtf8.Write(new RowWriter(bytes), [0xFF, 0, 0x31]);
        yield return new Row(bytes.WrittenMemory);
    }

    private static Row With(int id, Row value) => new((byte[])[.. Of(id).Bytes.Span, .. value.Bytes.Span]);

    /// <summary>SQLite has one kind of truth, and whole and floating numbers that are equal.</summary>
    private static bool IsSameNumber(ExaminedSqlite database, Row value)
    {
        using var connection = database.Open();
        var index = new RowIndex().Of(value);
        var number = index[0];
        return number.Kind switch
        {
            ValueKind.Bool => connection.Number("SELECT v = ?1 FROM t", number.AsBool() ? 1 : 0) == 1,
            ValueKind.Int64 => connection.Number("SELECT v = ?1 AND typeof(v) IN ('integer', 'real') FROM t", number.AsInt64()) == 1,
            ValueKind.UInt64 => connection.Text("SELECT v FROM t") == number.ToString()
                || connection.Number($"SELECT v = {number.ToString()} FROM t") == 1,
            ValueKind.Float32 => IsNumber(connection, number.AsFloat32()),
            ValueKind.Float64 => IsNumber(connection, number.AsFloat64()),
            _ => false,
        };
    }

    private static bool IsNumber(Database connection, double number)
    {
        using var statement = connection.Prepare("SELECT v = ?1 AND typeof(v) IN ('integer', 'real') FROM t");
        statement.Bind(1, number);
        return statement.Step() && statement.Int64(0) == 1;
    }
}
