using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Catalog;
using Holdfast.Engine.MySql.Sink;
using Holdfast.Engine.MySql.Source;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;
using Holdfast.Engines.Applier;
using Holdfast.Tests;
using static Holdfast.Engines.Tests.Rows;

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

    private static MySqlServer As(MariaDb server, string user) =>
        new() { Host = "127.0.0.1", Port = server.Port, User = user, Password = "x", Tls = MySqlTls.Off };

    /// <summary>Of both databases that the server has, the one that is read.</summary>
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
