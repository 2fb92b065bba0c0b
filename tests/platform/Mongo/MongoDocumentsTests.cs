using System.Diagnostics;
using Holdfast.Stores.Mongo;
using MongoDB.Driver;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// The server that HOLDFAST_TEST_MONGODB names, else one of these tests' own where mongod is installed, else one in a container; a
/// database of each test's own in it.
/// </summary>
public sealed class MongoTestServer : IAsyncLifetime
{
    internal const string Tests = "mongodb";
    private const string Program = "/usr/bin/mongod";
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private string? _address = Environment.GetEnvironmentVariable("HOLDFAST_TEST_MONGODB") is { Length: > 0 } given ? given : null;
    private Process? _own;
    private IAsyncDisposable? _container;
    private string? _noContainer = ContainerServer.Missing;

    public async ValueTask InitializeAsync()
    {
        if (_address is null && File.Exists(Program))
        {
            var port = FreePort.Next();
            _own = Process.Start(Program, ["--dbpath", _folder.Location, "--bind_ip", "127.0.0.1", "--port", $"{port}", "--quiet"]);
            _address = $"mongodb://127.0.0.1:{port}/"; // A store waits until it answers.
        }
        else if (_address is null && _noContainer is null)
        {
            (_address, _container, _noContainer) = await ContainerServer.MongoDb();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            _own.Kill();
            await _own.WaitForExitAsync(CancellationToken.None).WaitAsync(EndMax, TimeProvider.System);
        }

        await (_container?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    internal async Task<IDocumentStore> Open(string database)
    {
        Assert.SkipWhen(_address is null,
            $"HOLDFAST_TEST_MONGODB names no server (mongodb://…), {Program} is not there, {_noContainer}");
        var store = new MongoProvider().Create(new StoreAddress(Address(database)), TimeProvider.System, NullLoggerFactory.Instance);
        await store.Ready(TestContext.Current.CancellationToken);
        return store;
    }

    internal async Task Drop(string database)
    {
        if (_address is not null)
        {
            using var client = new MongoClient(Address(database));
            await client.DropDatabaseAsync(database, CancellationToken.None);
        }
    }

    internal string Address(string database)
    {
        var url = new MongoUrlBuilder(_address);
        // The users of a server are in another database than each test's.
        url.AuthenticationSource ??= url.DatabaseName ?? "admin";
        url.DatabaseName = database;
        return url.ToString();
    }
}

[CollectionDefinition(MongoTestServer.Tests)]
public sealed class MongoTests : ICollectionFixture<MongoTestServer>;

[Collection(MongoTestServer.Tests)]
[Trait("Category", "process")]
public sealed class MongoDocumentsTests(MongoTestServer server) : DocumentsConformance
{
    private readonly string _database = $"t_{Guid.NewGuid():n}";

    /// <summary>A write is of one document here: each of a bulk is stored by itself.</summary>
    protected override bool BulksAreOneStep => false;

    protected override Task<IDocumentStore> OpenStore() => server.Open(_database);

    protected override Task RemoveState() => server.Drop(_database);
}

[Collection(MongoTestServer.Tests)]
[Trait("Category", "process")]
public sealed class MongoArchiveTests(MongoTestServer server) : ArchiveConformance
{
    private readonly string _database = $"t_{Guid.NewGuid():n}";

    /// <summary>One server has no transactions: services are stopped for a backup, and a restore that was cut off is begun again.</summary>
    protected override bool IsOneStep => false;

    protected override Task<IDocumentStore> OpenStore() => server.Open(_database);

    protected override Task RemoveState() => server.Drop(_database);
}

[Collection(MongoTestServer.Tests)]
[Trait("Category", "process")]
public sealed class MongoCrashTests(MongoTestServer server) : CrashConformance
{
    private readonly string _database = $"t_{Guid.NewGuid():n}";

    protected override bool BulksAreOneStep => false;

    protected override string Address => server.Address(_database);

    protected override Task<IDocumentStore> OpenStore() => server.Open(_database);

    protected override Task RemoveState() => server.Drop(_database);
}

[Collection(MongoTestServer.Tests)]
[Trait("Category", "process")]
public sealed class MongoSchemaTests(MongoTestServer server) : SchemaConformance
{
    private readonly string _database = $"t_{Guid.NewGuid():n}";

    protected override Task<IDocumentStore> OpenStore() => server.Open(_database);

    protected override Task RemoveState() => server.Drop(_database);
}
