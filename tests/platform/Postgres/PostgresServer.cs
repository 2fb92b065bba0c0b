namespace Holdfast.Platform.Tests.Postgres;

/// <summary>The server that HOLDFAST_TEST_POSTGRES names, or one of these tests' own from the distribution's package.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    internal const string Tests = "postgres";
    private readonly TempDirectory _certificates = new();

    /// <summary>Options of a quick server: these tests do not look at losses by a crash of the machine.</summary>
    internal static readonly string[] Quick = ["fsync=off", "max_connections=200"];

    private readonly string? _given = Environment.GetEnvironmentVariable("HOLDFAST_TEST_POSTGRES");
    private PrivatePostgres? _own;

    internal int Port => _own!.Port;

    /// <summary>Only a server of these tests' own can be stopped by them.</summary>
    internal bool IsOwn => _given is null;

    public async ValueTask InitializeAsync()
    {
        if (_given is null && PrivatePostgres.Missing is null)
        {
            _own = await PrivatePostgres.Start(Quick);
            Authority = new Authority(_certificates.Location, "ca");
            var (certificate, key) = Authority.Issue("server", ["localhost"]);
            File.SetUnixFileMode(_certificates.Location, (UnixFileMode)0b111_101_101); // For the server's user.
            await _own.Secure(certificate, key);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_own?.DisposeAsync() ?? ValueTask.CompletedTask);
        _certificates.Dispose();
    }

    /// <summary>Of the certificate that it shows, which is for localhost.</summary>
    internal Authority Authority { get; private set; } = null!;

    /// <summary>An address with a schema of its own for one test.</summary>
    internal string Address(string schema, int? port = null, string more = "") => _given is { } given
        ? $"{given}{(given.Contains('?', StringComparison.Ordinal) ? '&' : '?')}schema={schema}{more}"
        : _own!.Address(schema, port, more);

    internal static string NewSchema() => $"t_{Guid.NewGuid():n}";

    internal void SkipUnlessThere() => Assert.SkipWhen(_given is null && PrivatePostgres.Missing is not null,
        $"{PrivatePostgres.Missing}, and HOLDFAST_TEST_POSTGRES names no server");

    internal static IDocumentStore Open(string address) => new Stores.Postgres.PostgresProvider()
        .Create(new StoreAddress(address), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>A store in that schema that serves; the test is skipped where there is no server.</summary>
    internal async Task<IDocumentStore> OpenReady(string schema, CancellationToken cancel)
    {
        SkipUnlessThere();
        var store = Open(Address(schema));
        await store.Ready(cancel);
        return store;
    }

    internal async Task Drop(string schema)
    {
        if (_given is null && _own is null)
        {
            return;
        }

        var address = Stores.Postgres.PostgresAddress.Read(Address(schema)).Address!;
        await using var source = Npgsql.NpgsqlDataSource.Create(address.ConnectionString);
        await using var command = source.CreateCommand($"DROP SCHEMA IF EXISTS \"{schema}\" CASCADE");
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    internal Task Start() => _own!.Start();

    internal Task Stop(string mode) => _own!.Stop(mode);
}

[CollectionDefinition(PostgresServer.Tests)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>;
