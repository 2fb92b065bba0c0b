namespace Holdfast.Platform.Tests.Postgres;

/// <summary>Two servers, the second follows the first synchronously: the first is lost, the second is promoted.</summary>
[Trait("Category", "process")]
public sealed class PostgresFailoverTests : IAsyncLifetime
{
    private const int WaitMax = 120_000;
    private PrivatePostgres? _first;
    private PrivatePostgres? _second;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (PrivatePostgres.Missing is null)
        {
            _first = await PrivatePostgres.Start([.. PostgresServer.Quick, "synchronous_standby_names=second"]);
            _second = await _first.StartStandby("second", PostgresServer.Quick);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_first?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_second?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact(Timeout = WaitMax)]
    public async Task Writers_go_on_at_the_promoted_server_and_no_increment_is_lost_or_made_twice()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        var store = PostgresServer.Open(string.Create(CultureInfo.InvariantCulture,
            $"postgres://holdfast@127.0.0.1:{_first!.Port},127.0.0.1:{_second!.Port}/postgres?sslmode=disable&schema=failover"));
        using var closing = (IDisposable)store;
        await store.Ready(Cancel);
        var documents = store.Open(Specimen.Collection());
        await documents.Insert(new Specimen("a"), Cancel);
        await documents.Insert(new Specimen("b"), Cancel);
        var writers = Enumerable.Range(0, 10).Select(n => Task.Run(
            () => DocumentsConformance.Increment(documents, n % 2 == 0 ? "a" : "b", 60, Cancel))).ToList();
        while ((await documents.Find("a", Cancel))!.Value.Document.Load < 40)
        {
            Assert.DoesNotContain(writers, w => w.IsFaulted);
        }

        await _first.Stop("immediate");
        Assert.DoesNotContain(writers, w => w.IsCompletedSuccessfully);
        await _second.Promote();

        await Task.WhenAll(writers);
        foreach (var id in new[] { "a", "b" })
        {
            var (document, version) = (await documents.Find(id, Cancel))!.Value;
            Assert.Equal((300, 301L), (document.Load, version));
        }

        Assert.Null(await store.CheckHealth(Cancel));
    }
}
