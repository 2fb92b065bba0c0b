using Holdfast.Platform.State;
using Holdfast.Platform.Tests.State;
using Holdfast.Stores.Mongo;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>Against the server that HOLDFAST_TEST_MONGODB names, in a database of each test's own.</summary>
internal static class MongoTestServer
{
    internal static async Task<IDocumentStore> Open(string database)
    {
        var store = new MongoProvider().Create(new StoreAddress(Address(database)), TimeProvider.System, NullLoggerFactory.Instance);
        await store.Ready(TestContext.Current.CancellationToken);
        return store;
    }

    internal static async Task Drop(string database)
    {
        using var client = new MongoClient(Address(database));
        await client.DropDatabaseAsync(database, CancellationToken.None);
    }

    private static string Address(string database)
    {
        var given = Environment.GetEnvironmentVariable("HOLDFAST_TEST_MONGODB");
        Assert.SkipWhen(string.IsNullOrEmpty(given), "HOLDFAST_TEST_MONGODB names no server: mongodb://…");
        var url = new MongoUrlBuilder(given);
        // The users of a server are in another database than each test's.
        url.AuthenticationSource ??= url.DatabaseName ?? "admin";
        url.DatabaseName = database;
        return url.ToString();
    }
}

[Trait("Category", "process")]
public sealed class MongoDocumentsTests : DocumentsConformance
{
    private readonly string _database = $"t_{Guid.NewGuid():n}";

    /// <summary>A write is of one document here: each of a bulk is stored by itself.</summary>
    protected override bool BulksAreOneStep => false;

    protected override Task<IDocumentStore> OpenStore() => MongoTestServer.Open(_database);

    protected override Task RemoveState() => MongoTestServer.Drop(_database);
}

[Trait("Category", "process")]
public sealed class MongoSchemaTests : SchemaConformance
{
    private readonly string _database = $"t_{Guid.NewGuid():n}";

    protected override Task<IDocumentStore> OpenStore() => MongoTestServer.Open(_database);

    protected override Task RemoveState() => MongoTestServer.Drop(_database);
}
