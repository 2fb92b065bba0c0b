using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Catalog;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Sink;
using Holdfast.Engine.MySql.Source;
using Holdfast.Engines.Applier;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>The statements of docs/engines/mysql.md grant all that a source and a sink need; what is missing is told.</summary>
[Trait("Category", "process")]
public sealed class MySqlRightsTests
{
    [Fact]
    public async Task The_rights_that_the_documents_name_are_enough()
    {
        await using var server = await MariaDb.Start();
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.t(id INT PRIMARY KEY, v INT)", "CREATE DATABASE copy",
            "CREATE USER source IDENTIFIED BY 'x'", "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO source",
            "GRANT REPLICATION MASTER ADMIN ON *.* TO source", "GRANT SELECT ON main.* TO source",
            "GRANT CREATE, SELECT, INSERT, UPDATE ON holdfast.* TO source",
            "CREATE USER sink IDENTIFIED BY 'x'", "GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON copy.* TO sink",
            "GRANT CREATE, SELECT, INSERT, UPDATE ON holdfast.* TO sink", "GRANT CREATE ON copy.* TO sink");
        var (from, to) = (As(server, "source"), As(server, "sink"));
        await MySqlCapture.Install(from, null, Cancel);
        await using var source = new MySqlSource(from, "one", TimeProvider.System);
        await using var read = new MySqlCatalog(from);
        await using var written = new MySqlCatalog(to, "copy");
        Assert.Empty(await read.Checks(new StreamFilter { Tables = ["main.*"] }, Cancel));
        Assert.Empty(await written.Create((await read.Table("main", "t", Cancel))!, Cancel));
        var start = (await source.Range(Cancel)).Newest;
        Assert.NotNull(await source.At((await source.Identify(Cancel)).Clock, Cancel));
        await server.Run(
            "INSERT INTO main.t VALUES(1, 1), (2, 2)", "UPDATE main.t SET v = 3 WHERE id = 2", "DELETE FROM main.t WHERE id = 1");
        await using var sink = await MySqlSink.Open(to, TimeProvider.System, cancel: Cancel);
        Assert.Null(await new Copier(new Only(source), sink, written, "task").Run(start, (await source.Range(Cancel)).Newest, 1, Cancel));
        await using var chunks = await MySqlChunks.Open(to, Cancel);
        Assert.Equal([Text(Of(2, 3))], (await ChunkExam.All(chunks.All((await written.Table("main", "t", Cancel))!, Cancel))).Select(Text));
        await source.Beat(1, Cancel);
        await source.Confirm(start, Cancel);
    }

    [Fact]
    public async Task A_right_that_is_missing_is_told()
    {
        await using var server = await MariaDb.Start();
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.t(id INT PRIMARY KEY)", "CREATE USER nobody IDENTIFIED BY 'x'",
            "CREATE USER half IDENTIFIED BY 'x'", "GRANT SELECT ON main.* TO half", "GRANT ALL ON holdfast.* TO half");
        var refused = await Assert.ThrowsAsync<SourceFaultException>(() => MySqlCapture.Install(As(server, "nobody"), null, Cancel));
        Assert.Equal(("DP-368", true), (refused.Fault.Code, refused.Fault.IsPassing));
        refused = await Assert.ThrowsAsync<SourceFaultException>(
            () => MySqlSink.Open(As(server, "nobody"), TimeProvider.System, cancel: Cancel));
        Assert.Equal("DP-368", refused.Fault.Code);

        await using var sink = await MySqlSink.Open(As(server, "half"), TimeProvider.System, cancel: Cancel);
        await using var lane = await SinkRowExam.Lane(sink);
        await using var catalog = new MySqlCatalog(As(server, "half"));
        await SinkRowExam.IsRefused(lane, "DP-191", null, Insert((await catalog.Table("main", "t", Cancel))!, Of(1)));
    }

    [Fact]
    public async Task What_is_missing_is_named_and_the_statements_that_are_said_mend_it()
    {
        await using var server = await MariaDb.Start("--expire-logs-days=1");
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.t(id INT PRIMARY KEY)", "CREATE USER source IDENTIFIED BY 'x'",
            "CREATE USER sink IDENTIFIED BY 'x'", "GRANT SELECT ON main.* TO sink");
        var one = new StreamFilter { Tables = ["main.t"] };
        await using var read = new MySqlCatalog(As(server, "source"));
        var faults = await read.Checks(one, Cancel);
        Assert.Equal(["DP-354", "DP-370", "DP-373", "DP-373"], faults.Select(f => f.Code).Order());
        await server.Run([.. faults.Where(f => f.Code == "DP-373").Select(f => f.Workaround), "GRANT SELECT ON main.* TO source",
            .. faults.Where(f => f.Code == "DP-354").Select(f => f.Workaround.Split("; and ")[0])]);
        Assert.Equal(["DP-362"], (await read.Checks(one, Cancel)).Select(f => f.Code));

        await using var written = new MySqlCatalog(As(server, "sink"));
        faults = await written.SinkChecks(one, Cancel);
        Assert.Equal(["DP-373", "DP-373"], faults.Select(f => f.Code));
        Assert.Contains("INSERT, UPDATE, DELETE, TRIGGER on main.t", faults[0].Message, StringComparison.Ordinal);
        await server.Run([.. faults.Select(f => f.Workaround)]);
        Assert.Empty(await written.SinkChecks(one, Cancel));

        Assert.Empty(await read.DdlChecks(isSink: false, one, Cancel));
        faults = await written.DdlChecks(isSink: true, one, Cancel);
        Assert.Contains("ALTER, CREATE, DROP, INDEX on main.t", Assert.Single(faults).Message, StringComparison.Ordinal);
        await server.Run([.. faults.Select(f => f.Workaround)]);
        Assert.Empty(await written.DdlChecks(isSink: true, one, Cancel));
    }

    [Theory]
    [InlineData("GRANT ALL PRIVILEGES ON *.* TO `a`@`%` WITH GRANT OPTION", "main", "t", true)]
    [InlineData("GRANT INSERT, SELECT ON `main`.* TO `a`@`%`", "main", "t", true)]
    [InlineData(@"GRANT SELECT ON `ma\_n`.* TO `a`@`%`", "main", "t", false)]
    [InlineData("GRANT SELECT ON `ma_n`.* TO `a`@`%`", "main", "t", true)]
    [InlineData("GRANT SELECT ON `m%`.* TO `a`@`%`", "main", "t", true)]
    [InlineData("GRANT SELECT ON `main`.`u` TO `a`@`%`", "main", "t", false)]
    [InlineData("GRANT SELECT (`id`, `v`), INSERT ON `main`.`t` TO `a`@`%`", "main", "t", false)]
    [InlineData("GRANT SELECT ON `o``dd`.`t` TO `a`@`%`", "o`dd", "t", true)]
    [InlineData("GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*00'", "main", "t", false)]
    [InlineData("GRANT `reader`@`%` TO `a`@`%`", "main", "t", false)]
    public void A_right_is_read_out_of_what_the_server_shows(string line, string database, string table, bool isGiven) =>
        Assert.Equal(isGiven, new Grants([line]).Has("SELECT", database, table));

    /// <summary>Rights as MySQL 8 shows them with partial_revokes.</summary>
    [Fact]
    public void What_is_taken_back_for_a_database_is_not_given_there()
    {
        string[] lines = ["GRANT SELECT, INSERT ON *.* TO `a`@`%`", "REVOKE SELECT ON `main`.* FROM `a`@`%`"];
        var grants = new Grants(lines);
        Assert.False(grants.Has("SELECT", "main", "t"));
        Assert.True(grants.Has("INSERT", "main", "t"));
        Assert.True(grants.Has("SELECT", "other", "t"));
        Assert.True(new Grants([.. lines, "GRANT SELECT ON `main`.`t` TO `a`@`%`"]).Has("SELECT", "main", "t"));
    }

    private static MySqlServer As(MariaDb server, string user) =>
        new() { Host = "127.0.0.1", Port = server.Port, User = user, Password = "x", Tls = MySqlTls.Off };

    /// <summary>The one of both databases of the server that is read.</summary>
    private sealed class Only(ISource source) : ISource
    {
        public Task<SourceIdentity> Identify(CancellationToken cancel) => source.Identify(cancel);

        public Task<SourceRange> Range(CancellationToken cancel) => source.Range(cancel);

        public Task<Engine.Position?> At(DateTimeOffset time, CancellationToken cancel) => source.At(time, cancel);

        public IAsyncEnumerable<SourceEvent> Read(Engine.Position after, StreamFilter filter, CancellationToken cancel) =>
            source.Read(after, filter with { Tables = ["main.*"] }, cancel);

        public Task Confirm(Engine.Position durable, CancellationToken cancel) => source.Confirm(durable, cancel);

        public Task Beat(ulong? barrier, CancellationToken cancel) => source.Beat(barrier, cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
