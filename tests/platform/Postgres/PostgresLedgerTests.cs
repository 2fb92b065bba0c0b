using Holdfast.Stores.Postgres;
using Npgsql;

namespace Holdfast.Platform.Tests.Postgres;

/// <summary>The ledger of writes is one for all clients: a clock of one of them must not empty it for the others.</summary>
[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresLedgerTests(PostgresServer server) : IAsyncLifetime
{
    private readonly string _schema = PostgresServer.NewSchema();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await server.Drop(_schema);

    [Theory(Timeout = 60_000)]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task Whose_clock_is_hours_off_prunes_what_is_old_by_the_server_s_clock_and_nothing_else(int hours)
    {
        var store = await server.OpenReady(_schema, Cancel);
        using var closing = (IDisposable)store;
        await store.Open(Specimen.Collection()).Insert(new Specimen("a"), Cancel);
        var address = PostgresAddress.Read(server.Address(_schema)).Address!;
        await using var source = NpgsqlDataSource.Create(address.ConnectionString);
        await Ask(source,
            $"INSERT INTO \"{_schema}\".holdfast_writes (id, rows, at) SELECT gen_random_uuid(), 1, now() - interval '11 minutes'");
        await using var database = new PostgresDatabase(
            address, "test", new ManualTime(TimeProvider.System.GetUtcNow().AddHours(hours)), NullLoggerFactory.Instance);
        Assert.Equal(2L, await Ask(source, $"SELECT count(*) FROM \"{_schema}\".holdfast_writes"));
        await database.Ledger.DeleteOld();
        Assert.Equal(1L, await Ask(source, $"SELECT count(*) FROM \"{_schema}\".holdfast_writes"));
    }

    private static async Task<object?> Ask(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
