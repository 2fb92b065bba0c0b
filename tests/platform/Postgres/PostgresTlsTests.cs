namespace Holdfast.Platform.Tests.Postgres;

/// <summary>A real server with TLS, whose certificate is for localhost.</summary>
[Trait("Category", "process")]
[Collection(PostgresServer.Tests)]
public sealed class PostgresTlsTests(PostgresServer server) : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_believes_its_authority_and_calls_it_by_its_name_is_served_over_tls()
    {
        var schema = Begin();
        var store = PostgresServer.Open(Address("localhost", schema, server.Authority.File));
        await using var end = (IAsyncDisposable)store;
        await store.Ready(Cancel);
        Assert.Null(await store.CheckHealth(Cancel));
        var text = Stores.Postgres.PostgresAddress.Read(Address("localhost", schema, server.Authority.File)).Address!.ConnectionString;
        await using var source = Npgsql.NpgsqlDataSource.Create(text);
        await using var command = source.CreateCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        Assert.True((bool?)await command.ExecuteScalarAsync(Cancel));
        await server.Drop(schema);
    }

    [Fact]
    public async Task Another_authority_and_another_name_are_refused_at_once_and_the_error_says_so()
    {
        var schema = Begin();
        using var other = new Authority(_directory.Location, "other");
        var began = TimeProvider.System.GetTimestamp();
        await Refused(Address("localhost", schema, other.File));
        await Refused(Address("127.0.0.1", schema, server.Authority.File));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "it was not waited for");
    }

    private static async Task Refused(string address)
    {
        var store = PostgresServer.Open(address);
        await using var end = (IAsyncDisposable)store;
        var refused = await Assert.ThrowsAsync<StateRefusedException>(() => store.Ready(Cancel));
        Assert.Equal("PF-306", refused.Fault.Code);
        Assert.Contains("certificate", refused.Fault.Detail, StringComparison.Ordinal);
    }

    private string Begin()
    {
        server.SkipUnlessThere();
        Assert.SkipUnless(server.IsOwn, "HOLDFAST_TEST_POSTGRES names a server whose certificate is not known here");
        return PostgresServer.NewSchema();
    }

    private string Address(string host, string schema, string authorities) =>
        $"postgres://holdfast:secret@{host}:{server.Port}/postgres?sslmode=verify-full&sslrootcert={authorities}&schema={schema}";
}
