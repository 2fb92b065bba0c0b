using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Catalog;
using Holdfast.Engine.MySql.Source;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>The files of a MariaDB server's log, and the server: read on, and told when they are gone, others, or set up wrongly.</summary>
[Trait("Category", "process")]
public sealed class MySqlLogFilesTests
{
    [Fact]
    public async Task Rows_go_on_in_the_next_file_and_after_the_server_was_killed()
    {
        await using var server = await MariaDb.Start();
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.t(id INT PRIMARY KEY)");
        await MySqlCapture.Install(server.Server, null, Cancel);
        var last = Position.Zero;
        await using (var stream = await SourceStream.FromNow(new MySqlSource(server.Server, "one", TimeProvider.System)))
        {
            await server.Run("INSERT INTO main.t VALUES(1)", "FLUSH BINARY LOGS", "INSERT INTO main.t VALUES(2)");
            Assert.Equal(["Insert t 1"], await stream.Changes());
            var part = await stream.Part();
            Assert.Equal(["Insert t 2"], stream.Lines(part));
            last = part.Position;
            await server.Kill();
            var fault = await stream.Fault();
            Assert.Equal(("DP-350", true), (fault.Code, fault.IsPassing));
        }

        await server.Launch();
        await server.Run("INSERT INTO main.t VALUES(3)");
        await using var next = new SourceStream(new MySqlSource(server.Server, "one", TimeProvider.System), last);
        Assert.Equal(["Insert t 3"], await next.Changes());
    }

    [Fact]
    public async Task A_log_that_is_gone_or_was_begun_anew_is_told()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY)");
        var source = database.Source("one");
        var start = (await source.Range(Cancel)).Newest;
        var identity = await source.Identify(Cancel);
        await database.Run("FLUSH BINARY LOGS", "FLUSH BINARY LOGS");

        // A file stays while the server has not noticed yet that somebody who read it is gone.
        for (var tries = 0; (await source.Range(Cancel)).Oldest <= start && tries < 1000; tries++)
        {
            await database.Run("PURGE BINARY LOGS TO 'binlog.000003'");
        }

        await using (var stream = new SourceStream(database.Source("two"), start))
        {
            Assert.Equal("DP-353", (await stream.Fault()).Code);
        }

        Assert.True((await source.Range(Cancel)).Oldest > start);
        await database.Install();
        await database.Run("RESET MASTER");
        await database.Install();
        Assert.Equal(identity.SystemId, (await source.Identify(Cancel)).SystemId);
        Assert.True((await source.Range(Cancel)).Oldest > start);
        await using var other = new SourceStream(database.Source("two"), start);
        Assert.Equal("DP-361", (await other.Fault()).Code);
    }

    [Fact]
    public async Task Another_server_is_not_written_to_by_who_knows_one()
    {
        await using var database = new ExaminedMySql();
        await database.Run("SELECT 1");
        await MySqlCapture.Install((await database.Server()).Server, "another", Cancel);
        await using var catalog = database.Catalog();
        Assert.Equal("DP-362", Assert.Single(await catalog.Checks(new StreamFilter(), Cancel)).Code);
    }

    [Fact]
    public async Task Readers_stand_in_the_servers_list_with_numbers_of_their_own()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY)");
        await using var one = await SourceStream.FromNow(database.Source("store-a"));
        await using var two = await SourceStream.FromNow(database.Source("store-a"));
        await database.Run("INSERT INTO t VALUES(1)");
        Assert.Equal(await one.Changes(), await two.Changes());
        await using var connection = await Engine.MySql.Db.Connections.Open((await database.Server()).Server, Cancel);
        var rows = await Engine.MySql.Db.Connections.All(connection, "SHOW SLAVE HOSTS", Cancel);
        Assert.Equal(2, rows.Count(r => (string?)r[1] == "store-a"));
        Assert.Equal(rows.Count, rows.Select(r => r[0]).Distinct().Count());
    }

    [Fact]
    public async Task What_a_server_lacks_is_named_with_the_statement_that_mends_it()
    {
        await using var server = await MariaDb.Start("--binlog-format=MIXED", "--binlog-row-image=MINIMAL");
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.p(id INT PRIMARY KEY)",
            "CREATE TABLE main.c(id INT PRIMARY KEY, p INT, CONSTRAINT fk FOREIGN KEY(p) REFERENCES main.p(id) ON DELETE CASCADE)");
        await using var catalog = new MySqlCatalog(server.Server);
        var faults = await catalog.Checks(new StreamFilter { Tables = ["main.*"] }, Cancel);
        Assert.Equal(["DP-354", "DP-354", "DP-362", "DP-372"], faults.Select(f => f.Code).Order(StringComparer.Ordinal));
        Assert.Contains(faults, f => f.Workaround.StartsWith("SET GLOBAL binlog_format = 'ROW'", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Message.Contains("main.c has a foreign key fk", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4, 10, null)]
    [InlineData(7.5, 10, null)]
    [InlineData(7.75, 10, 2.25)]
    [InlineData(11, 10, -1.0)]
    public void A_file_that_a_server_soon_lets_go_of_is_noticed_in_its_last_quarter(double age, double kept, double? left)
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(1000);
        Assert.Equal(left, PurgeWatch.IsNear(now.AddHours(-age), TimeSpan.FromHours(kept), now)?.TotalHours);
    }
}
