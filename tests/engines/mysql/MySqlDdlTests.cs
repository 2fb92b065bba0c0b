using Holdfast.Engine.MySql.Sink;
using Holdfast.Engine.Statements;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>A statement that commits by itself is done once, wherever its writer dies.</summary>
[Trait("Category", "process")]
public sealed class MySqlDdlTests
{
    private const string Name = "t";

    [Theory]
    [InlineData("ALTER TABLE t ADD COLUMN c INT DEFAULT 5 COMMENT 'it\\'s? @x; y'")]
    [InlineData("RENAME TABLE t TO u")]
    [InlineData("DROP TABLE t")]
    [InlineData("CREATE INDEX i ON t(a)")]
    [InlineData("TRUNCATE t")]
    public async Task It_is_done_once_whichever_step_is_the_writer_s_last(string sql)
    {
        foreach (var step in (string[])["ddl-begun", "ddl", "ddl-ran", "begin", "marked", "commit", "committed"])
        {
            await using var examined = new ExaminedMySql();
            await examined.Run("CREATE TABLE t(id INT PRIMARY KEY, a INT)", "INSERT INTO t VALUES(1, 1)");
            var dying = await Sink(examined, s =>
            {
                if (s == step)
                {
                    throw new NotSupportedException(step);
                }
            });
            Assert.Null(await dying.Fence(Name, 1, Rows.Cancel));
            await using (var lane = await dying.Lane(Name, 0, 1, "m", Rows.Cancel))
            {
                await Assert.ThrowsAsync<NotSupportedException>(() => lane.Apply(Group(sql), Rows.Cancel));
            }

            var sink = await Sink(examined);
            Assert.Null(await sink.Fence(Name, 2, Rows.Cancel));
            if (step != "committed")
            {
                Assert.Null(await sink.Progress(Name, Rows.Cancel));
                await using var lane = await sink.Lane(Name, 0, 2, "m", Rows.Cancel);
                Assert.IsType<Applied>(await lane.Apply(Group(sql), Rows.Cancel));
            }

            Assert.Equal(new Position(0, 7), (await sink.Progress(Name, Rows.Cancel))!.Low);
        }
    }

    [Fact]
    public async Task Neither_before_nor_after_stops_and_so_does_what_nobody_could_tell()
    {
        await using var examined = new ExaminedMySql();
        await examined.Run("CREATE TABLE t(id INT PRIMARY KEY, a INT)", "CREATE TABLE u(id INT PRIMARY KEY, a INT)",
            "CREATE TABLE v(id INT PRIMARY KEY, a INT)");
        var dying = await Sink(examined, s =>
        {
            if (s == "ddl")
            {
                throw new NotSupportedException(s);
            }
        });
        await dying.Fence(Name, 1, Rows.Cancel);
        await using var lane = await dying.Lane(Name, 0, 1, "m", Rows.Cancel);
        const string sql = "ALTER TABLE t ADD COLUMN c INT";
        await Assert.ThrowsAsync<NotSupportedException>(() => lane.Apply(Group(sql), Rows.Cancel));
        await examined.Run("ALTER TABLE t ADD COLUMN x INT");
        var sink = await Sink(examined);
        await using var other = await sink.Lane(Name, 0, 1, "m", Rows.Cancel);
        Assert.Equal("DP-424", Assert.IsType<Refused>(await other.Apply(Group(sql), Rows.Cancel)).Code);
        const string swap = "RENAME TABLE v TO x, u TO v, x TO u";
        Assert.Equal("DP-424", Assert.IsType<Refused>(await other.Apply(Group(swap, "s"), Rows.Cancel)).Code);
        Assert.Equal("DP-423", Assert.IsType<Refused>(await other.Apply(Group("ALTER TABLE t ADD COLUMN x INT", "r"), Rows.Cancel)).Code);
        Assert.Null(await sink.Progress(Name, Rows.Cancel));
    }

    [Fact]
    public async Task A_writer_of_the_past_changes_nothing_and_a_running_one_is_waited_for()
    {
        await using var examined = new ExaminedMySql();
        await examined.Run("CREATE TABLE t(id INT PRIMARY KEY, a INT)");
        using var held = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var slow = await Sink(examined, s =>
        {
            if (s == "ddl")
            {
                held.Release();
                Assert.True(goOn.Wait(TimeSpan.FromSeconds(30), Rows.Cancel));
            }
        });
        await slow.Fence(Name, 1, Rows.Cancel);
        await using var first = await slow.Lane(Name, 0, 1, "m", Rows.Cancel);
        const string sql = "ALTER TABLE t ADD COLUMN c INT";
        var running = Task.Run(() => first.Apply(Group(sql), Rows.Cancel), Rows.Cancel);
        Assert.True(await held.WaitAsync(TimeSpan.FromSeconds(60), Rows.Cancel));

        var sink = await Sink(examined);
        Assert.Null(await sink.Fence(Name, 2, Rows.Cancel));
        await using var second = await sink.Lane(Name, 0, 2, "m", Rows.Cancel);
        var taking = Task.Run(() => second.Apply(Group(sql), Rows.Cancel), Rows.Cancel);
        goOn.Release();
        Assert.Equal(new Fenced(2), await running);
        Assert.IsType<Applied>(await taking);
        Assert.Equal(new Fenced(2), await first.Apply(Group("ALTER TABLE t DROP COLUMN c", "z"), Rows.Cancel));
        Assert.Equal(3, (await examined.Table("t")).Columns.Count);
    }

    [Fact]
    public async Task A_table_is_concerned_by_its_new_name_and_by_the_end_of_its_database_too()
    {
        await using var examined = new ExaminedMySql();
        await examined.Run("CREATE TABLE late(id INT PRIMARY KEY)");
        await examined.Install("main.*");
        await using var one = await SourceStream.FromNow(examined.Source("one"), new StreamFilter { Tables = ["main.item"] });
        await using var all = await SourceStream.FromNow(examined.Source("two"), new StreamFilter { Tables = ["main.*"] });
        await examined.Run("ALTER TABLE late ADD COLUMN c INT",
            "ALTER TABLE late RENAME TO item", "DROP DATABASE main", "CREATE DATABASE main");
        Assert.Equal("ALTER TABLE late RENAME TO item", (await one.Part()).Ddl!.Statement);
        Assert.Equal("ALTER TABLE late ADD COLUMN c INT", (await all.Part()).Ddl!.Statement);
        Assert.Equal("ALTER TABLE late RENAME TO item", (await all.Part()).Ddl!.Statement);
        var gone = (await all.Part()).Ddl!;
        Assert.Equal(("DROP DATABASE main", "main.*", "mysql", "main"), (gone.Statement, gone.Table, gone.Engine, gone.Schema));
    }

    private static async Task<MySqlSink> Sink(ExaminedMySql examined, Action<string>? passing = null) => await MySqlSink.Open(
        (await examined.Server()).Server, TimeProvider.System, new MySqlSinkOptions { Passing = passing }, Rows.Cancel);

    private static SinkGroup Group(string sql, string ticket = "x") => new([], [new Position(0, 7)], new Position(0, 7), 1)
    {
        Ddl = new SinkDdl(ticket, new Position(0, 7), sql, DdlOutcome.Applied,
            [new DdlRun(sql, DdlReader.Read(sql, "main", Dialect.MySql(0)))]) { Schema = "main", Modes = 0 },
    };
}
