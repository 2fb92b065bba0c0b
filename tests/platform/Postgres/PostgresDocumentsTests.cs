using Holdfast.Platform.State.Archive;

namespace Holdfast.Platform.Tests.Postgres;

[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresDocumentsTests(PostgresServer server) : DocumentsConformance
{
    private readonly string _schema = PostgresServer.NewSchema();

    protected override Task<IDocumentStore> OpenStore() => server.OpenReady(_schema, Cancel);

    protected override Task RemoveState() => server.Drop(_schema);
}

[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresCrashTests(PostgresServer server) : CrashConformance
{
    private readonly string _schema = PostgresServer.NewSchema();

    protected override string Address => server.Address(_schema);

    protected override Task<IDocumentStore> OpenStore() => server.OpenReady(_schema, Cancel);

    protected override Task RemoveState() => server.Drop(_schema);
}

[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresSchemaTests(PostgresServer server) : SchemaConformance
{
    private readonly string _schema = PostgresServer.NewSchema();

    protected override Task<IDocumentStore> OpenStore() => server.OpenReady(_schema, Cancel);

    protected override Task RemoveState() => server.Drop(_schema);
}

[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresArchiveTests(PostgresServer server) : ArchiveConformance
{
    private readonly string _schema = PostgresServer.NewSchema();

    protected override Task<IDocumentStore> OpenStore() => server.OpenReady(_schema, Cancel);

    protected override Task RemoveState() => server.Drop(_schema);

    [Fact(Timeout = 60_000)]
    public async Task A_store_that_services_use_is_not_replaced()
    {
        var (store, other) = (await OpenStore(), await OpenStore());
        using var closing = (IDisposable)store;
        using (var holding = (IDisposable)other)
        {
            await other.Open(Specimen.Collection()).Insert(new Specimen("a"), Cancel);
            var refused = Assert.Throws<StateRefusedException>(() => ((IStateArchive)store).WriteAll([], replace: true, Cancel));
            Assert.Equal("PF-309", refused.Fault.Code);
            Assert.NotNull(await other.Open(Specimen.Collection()).Find("a", Cancel));
        }
    }
}
