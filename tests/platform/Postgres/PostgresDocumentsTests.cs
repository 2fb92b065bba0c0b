using Holdfast.Platform.State;
using Holdfast.Platform.Tests.State;

namespace Holdfast.Platform.Tests.Postgres;

[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresDocumentsTests(PostgresServer server) : DocumentsConformance
{
    private readonly string _schema = PostgresServer.NewSchema();

    protected override async Task<IDocumentStore> OpenStore()
    {
        server.SkipUnlessThere();
        var store = PostgresServer.Open(server.Address(_schema));
        await store.Ready(Cancel);
        return store;
    }

    protected override Task RemoveState() => server.Drop(_schema);
}

[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresSchemaTests(PostgresServer server) : SchemaConformance
{
    private readonly string _schema = PostgresServer.NewSchema();

    protected override async Task<IDocumentStore> OpenStore()
    {
        server.SkipUnlessThere();
        var store = PostgresServer.Open(server.Address(_schema));
        await store.Ready(Cancel);
        return store;
    }

    protected override Task RemoveState() => server.Drop(_schema);
}
