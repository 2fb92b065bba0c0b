namespace Holdfast.Platform.Tests.Postgres;

/// <summary>Answers that are lost, a server that is gone: what was said to hold does hold.</summary>
[Collection(PostgresServer.Tests)]
[Trait("Category", "process")]
public sealed class PostgresLossTests(PostgresServer server) : IAsyncLifetime
{
    private const int WaitMax = 120_000;
    private readonly string _schema = PostgresServer.NewSchema();
    private readonly List<IDocumentStore> _stores = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        server.SkipUnlessThere();
        Assert.SkipUnless(server.IsOwn, "needs a server that it may stop");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _stores.ForEach(store => ((IDisposable)store).Dispose());
        await server.Drop(_schema);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_write_whose_answer_was_lost_is_recognised_and_not_repeated()
    {
        await using var proxy = new CuttingProxy(server.Port);
        var documents = await Open(proxy.Port);
        var direct = await Open();

        await Lost(async () => Assert.True(await documents.Insert(new Specimen("a") { Load = 1 }, Cancel)));
        await Lost(async () => Assert.True(await documents.Replace(new Specimen("a") { Load = 2 }, 1, Cancel)));
        Assert.Equal((2, 2L), await State(direct, "a"));
        await Lost(async () => Assert.Equal(1, await documents.Touch(DocumentQuery<Specimen>.All, Cancel)));
        Assert.Equal((2, 3L), await State(direct, "a"));
        await Lost(async () => Assert.False(await documents.Replace(new Specimen("a") { Load = 9 }, 1, Cancel)));
        await Lost(() => documents.UpsertMany([.. Specimen.Many(100), new Specimen("a") { Load = 3 }], Cancel));
        Assert.Equal((3, 4L), await State(direct, "a"));
        Assert.Equal((99, 1L), await State(direct, "s0099"));
        await Lost(async () => Assert.Equal(10, await documents.DeleteMany(
            DocumentQuery<Specimen>.All.Where(s => s.Load, Match.GreaterOrEqual, 50).OrderBy(s => s.Load).Take(10), Cancel)));
        Assert.Equal(91, await direct.Count(DocumentQuery<Specimen>.All, Cancel));
        await Lost(async () => Assert.True(await documents.Delete("a", 4, Cancel)));
        Assert.Null(await direct.Find("a", Cancel));

        async Task Lost(Func<Task> write)
        {
            proxy.Cuts = 1;
            await write();
            Assert.True(proxy.Cuts <= 0, "no answer was lost");
        }
    }

    [Fact(Timeout = WaitMax)]
    public async Task An_insert_that_was_committed_and_deleted_by_another_meanwhile_does_not_come_back()
    {
        await using var proxy = new CuttingProxy(server.Port);
        var documents = await Open(proxy.Port);
        var direct = await Open();
        proxy.Cuts = 2; // Its answer, and the next question's: time for another to delete it.
        var inserting = documents.Insert(new Specimen("a"), Cancel);
        while (!await direct.Delete("a", 1, Cancel))
        {
            Assert.False(inserting.IsFaulted);
        }

        Assert.True(await inserting);
        Assert.Null(await direct.Find("a", Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Of_ten_writers_one_wins_each_round_although_answers_are_lost()
    {
        await using var proxy = new CuttingProxy(server.Port);
        var documents = await Open(proxy.Port);
        await documents.Insert(new Specimen("a"), Cancel);
        for (var version = 1; version <= 20; version++)
        {
            proxy.Cuts = 3;
            var expected = version;
            var won = await Task.WhenAll(Enumerable.Range(0, 10).Select(
                n => Task.Run(() => documents.Replace(new Specimen("a") { Load = n }, expected, Cancel))));
            var winner = Assert.Single(Enumerable.Range(0, 10), n => won[n]);
            proxy.Cuts = 0;
            Assert.Equal((winner, version + 1L), await State(documents, "a"));
        }
    }

    [Theory(Timeout = WaitMax)]
    [InlineData("immediate")]
    [InlineData("fast")]
    public async Task Writers_outlive_a_server_that_stops_and_starts_and_no_increment_is_lost_or_made_twice(string mode)
    {
        var documents = await Open();
        await documents.Insert(new Specimen("a"), Cancel);
        await documents.Insert(new Specimen("b"), Cancel);
        var writers = Enumerable.Range(0, 10).Select(n => Task.Run(
            () => DocumentsConformance.Increment(documents, n % 2 == 0 ? "a" : "b", 60, Cancel))).ToList();
        for (var stop = 0; stop < 2; stop++)
        {
            while ((await State(documents, "a"))!.Value.Load < 40 * (stop + 1))
            {
                Assert.DoesNotContain(writers, w => w.IsFaulted);
            }

            await server.Stop(mode);
            await server.Start();
        }

        await Task.WhenAll(writers);
        Assert.Equal((300, 301L), await State(documents, "a"));
        Assert.Equal((300, 301L), await State(documents, "b"));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_server_that_stays_away_is_said_to_be_away_and_found_again()
    {
        var documents = await Open();
        var store = _stores[0];
        await server.Stop("fast");
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            var away = await Assert.ThrowsAsync<StateUnavailableException>(() => documents.Insert(new Specimen("a"), Cancel));
            Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 5, 30);
            Assert.DoesNotContain("secret", away.Message);
            Assert.NotNull(await store.CheckHealth(Cancel));
        }
        finally
        {
            await server.Start();
        }

        Assert.Null(await store.CheckHealth(Cancel));
        Assert.True(await documents.Insert(new Specimen("a"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_start_waits_for_the_server()
    {
        await server.Stop("fast");
        var store = PostgresServer.Open(server.Address(_schema));
        _stores.Add(store);
        var ready = store.Ready(Cancel);
        await server.Start();
        await ready;
        Assert.True(await store.Open(Specimen.Collection()).Insert(new Specimen("a"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_database_that_cannot_be_used_is_refused_at_once()
    {
        var address = server.Address(_schema).Replace("/postgres?", "/nowhere?", StringComparison.Ordinal);
        using var store = (IDisposable)PostgresServer.Open(address);
        var refused = await Assert.ThrowsAsync<StateRefusedException>(() => ((IDocumentStore)store).Ready(Cancel));
        Assert.Equal("PF-306", refused.Fault.Code);
        Assert.Contains("nowhere", refused.Fault.Detail);
        Assert.DoesNotContain("secret", refused.ToString());
    }

    private async Task<IDocuments<Specimen>> Open(int? port = null)
    {
        var store = PostgresServer.Open(server.Address(_schema, port));
        _stores.Add(store);
        await store.Ready(Cancel);
        return store.Open(Specimen.Collection());
    }

    private static async Task<(int Load, long Version)?> State(IDocuments<Specimen> documents, string id) =>
        await documents.Find(id, Cancel) is { } found ? (found.Document.Load, found.Version) : null;
}
