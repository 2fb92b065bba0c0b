using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Sink;
using Holdfast.Engine.MySql.Source;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>Many new rows are loaded, and whatever a load would bend or pass over is inserted, or refused by name.</summary>
[Trait("Category", "process")]
public sealed class MySqlSinkTests
{
    private static readonly string[] Hostile =
        ["", " x", "\\", "\\N", "!", "!N", "!!", "\t", "a\tb\nc\rd", "NULL", "it's", "\"q\"", "ä日\U0001F600", "\u0001\u007f", "a\0b"];

    [Theory]
    [InlineData(20, false)]
    [InlineData(1200, true)]
    public async Task Rows_arrive_as_they_are_and_many_of_them_are_loaded(int count, bool isLoaded)
    {
        await using var database = new ExaminedMySql();
        await database.Run("CREATE TABLE t(id BIGINT PRIMARY KEY, v LONGTEXT, n BIGINT)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var rows = Enumerable.Range(0, count).Select(i => Of(i % 2 == 0 ? long.MinValue + i : i,
            i % 17 == 0 ? null : Hostile[i % Hostile.Length], i % 3 == 0 ? null : -i)).ToArray();
        var before = await Loads(database);
        await SinkRowExam.Done(lane, Insert(table, rows[..(count / 2)]), Upsert(table, rows[(count / 2)..]) with { AreNew = true });
        Assert.Equal(SinkRowExam.Sorted(rows), await database.Rows("t"));
        Assert.Equal(isLoaded ? 2 : 0, await Loads(database) - before);
    }

    [Fact]
    public async Task New_rows_of_which_the_sink_has_some_are_written_over_them()
    {
        await using var database = new ExaminedMySql();
        await database.Run("CREATE TABLE t(id INT PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES(150, 'old'), (900, 'stays')");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        Row[] rows = [.. Enumerable.Range(0, 600).Select(i => Of(i, $"v{i}"))];
        await SinkRowExam.Done(lane, Upsert(table, rows) with { AreNew = true });
        Assert.Equal(SinkRowExam.Sorted([.. rows, Of(900, "stays")]), await database.Rows("t"));
    }

    [Fact]
    public async Task Of_many_new_rows_the_one_that_is_refused_is_named()
    {
        await using var database = new ExaminedMySql();
        await database.Run("CREATE TABLE t(id INT PRIMARY KEY, v VARCHAR(5), c CHAR(5), n TINYINT NOT NULL)",
            "INSERT INTO t VALUES(77, 'old', 'c', 1)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        Row[] rows = [.. Enumerable.Range(100, 600).Select(i => Of(i, "v", "c", 1))];
        (Row Row, string Code)[] bad =
        [
            (Of(77, "v", "c", 1), "DP-107"), (Of(1, "longer", "c", 1), "DP-107"), (Of(1, "v", "c ", 1), "DP-104"),
            (Of(1, "v", "c", 128), "DP-107"), (Of(1, "v", "c", null), "DP-107"),
        ];
        foreach (var (row, code) in bad)
        {
            await using var lane = await SinkRowExam.Lane(sink);
            await SinkRowExam.IsRefused(lane, code, 120, Insert(table, [.. rows[..120], row, .. rows[120..]]));
            Assert.Single(await database.Rows("t"));
        }

        await using var last = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(last, Insert(table, rows));
        Assert.Equal(601, (await database.Rows("t")).Count);
    }

    [Fact]
    public async Task Where_nothing_may_be_loaded_rows_are_inserted()
    {
        await using var server = await MariaDb.Start("--local-infile=OFF");
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.t(id INT PRIMARY KEY, v TEXT)");
        await using var sink = await MySqlSink.Open(server.Server, TimeProvider.System, cancel: Cancel);
        await using var lane = await SinkRowExam.Lane(sink);
        await using var connection = await Connections.Open(server.Server, Cancel, isPooled: false);
        var table = (await Engine.MySql.Tables.TableReader.Read(connection, "main", "t", Cancel))!.Schema;
        await SinkRowExam.Done(lane, Insert(table, [.. Enumerable.Range(0, 600).Select(i => Of(i, "v"))]),
            Insert(table, [.. Enumerable.Range(600, 600).Select(i => Of(i, "v"))]));
        Assert.Equal([1200L], await connection.First("SELECT count(*) FROM main.t", Cancel));
    }

    [Theory]
    [InlineData(MySqlTls.Off, true)]
    [InlineData(MySqlTls.Required, true)]
    [InlineData(MySqlTls.Issued, false)]
    [InlineData(MySqlTls.Verified, false)]
    public void Where_the_library_would_give_a_server_any_file_nothing_is_loaded(MySqlTls tls, bool may) =>
        Assert.Equal(may, Connections.MayLoad(new MySqlServer { Host = "h", User = "u", Tls = tls }));

    [Fact]
    public void A_server_that_is_silent_for_too_long_is_given_up_and_one_that_is_not_asked_is_not()
    {
        var time = new ManualTime();
        using var silence = new Silence(TimeSpan.FromSeconds(8), time, Cancel);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(silence.Token.IsCancellationRequested);
        silence.Begin();
        time.Advance(TimeSpan.FromSeconds(7));
        silence.End();
        silence.Begin();
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(silence.Token.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(silence.Token.IsCancellationRequested);
    }

    private static async Task<long> Loads(ExaminedMySql database)
    {
        await using var connection = await Connections.Open((await database.Server()).Server, Cancel);
        return long.Parse((string)(await connection.First("SHOW GLOBAL STATUS LIKE 'Com_load'", Cancel))![1]!,
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
