namespace Holdfast.Platform.Tests.State;

/// <summary>Requirements for versions of a collection's schema in every store that outlives its process.</summary>
public abstract class SchemaConformance : IAsyncLifetime
{
    private const int WaitMax = 60_000;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the store; each call of one test the same documents.</summary>
    protected abstract Task<IDocumentStore> OpenStore();

    protected abstract Task RemoveState();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await RemoveState();
        GC.SuppressFinalize(this);
    }

    private static Collection<Specimen> Third(Func<JsonObject, JsonObject> step) =>
        Specimen.Collection(schemaVersion: 3).Upgrade(3, step);

    private static JsonObject RegionFromText(JsonObject document)
    {
        if (document.Remove("text", out var text))
        {
            document["region"] = text;
        }

        return document;
    }

    [Fact(Timeout = WaitMax)]
    public async Task Documents_of_an_older_version_are_upgraded_when_the_collection_is_opened()
    {
        await With(Specimen.Collection(), documents => documents.UpsertMany(
            [.. Specimen.Many(2_345).Select(s => s with { Text = $"r{s.Load % 10} \u00fc" })], Cancel));
        await With(Third(RegionFromText), async documents =>
        {
            var all = await documents.Query(DocumentQuery<Specimen>.All.Take(5_000), Cancel);
            Assert.Equal(2_345, all.Items.Count);
            Assert.All(all.Items, item => Assert.Equal(
                ($"r{item.Document.Load % 10} \u00fc", (string?)null),
                (item.Document.Region, item.Document.Text)));
            Assert.False(await documents.Replace(new Specimen("s0001"), 1, Cancel));
            Assert.Equal(234, await documents.Count(
                DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "r7 \u00fc"), Cancel));
        });
    }

    [Fact(Timeout = WaitMax)]
    public async Task An_upgrade_happens_once()
    {
        await With(Specimen.Collection(), documents => documents.Insert(new Specimen("a") { Text = "x" }, Cancel));
        await With(Third(RegionFromText), _ => Task.CompletedTask);
        var again = 0;
        await With(Third(document => { again++; return document; }), async documents =>
            Assert.Equal("x", (await documents.Find("a", Cancel))!.Value.Document.Region));
        Assert.Equal(0, again);
    }

    [Fact(Timeout = WaitMax)]
    public async Task An_upgrade_that_fails_half_way_leaves_a_state_from_which_it_can_be_repeated()
    {
        await With(Specimen.Collection(), documents => documents.UpsertMany(
            [.. Specimen.Many(2_000).Select(s => s with { Text = "x" })], Cancel));
        var done = 0;
        await Assert.ThrowsAnyAsync<Exception>(() => With(
            Third(document => ++done == 1_500 ? throw new InvalidOperationException("cut") : RegionFromText(document)),
            _ => Task.CompletedTask));
        await With(Third(RegionFromText), async documents => Assert.Equal(2_000, await documents.Count(
            DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "x"), Cancel)));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Several_that_open_an_older_version_at_once_upgrade_it_once()
    {
        await With(Specimen.Collection(), documents => documents.UpsertMany(
            [.. Specimen.Many(500).Select(s => s with { Text = "x" })], Cancel));
        var steps = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => With(
            Third(document =>
            {
                Interlocked.Increment(ref steps);
                return RegionFromText(document);
            }),
            async documents => Assert.Equal(500, await documents.Count(
                DocumentQuery<Specimen>.All.Where(s => s.Region, Match.Equal, "x"), Cancel))))));
        Assert.Equal(500, steps);
    }

    [Fact(Timeout = WaitMax)]
    public async Task A_newer_version_is_refused_and_left_as_it_is()
    {
        await With(Third(RegionFromText), documents => documents.Insert(new Specimen("a"), Cancel));
        var refused = await Assert.ThrowsAsync<StateRefusedException>(
            () => With(Specimen.Collection(schemaVersion: 2), _ => Task.CompletedTask));
        Assert.Equal("PF-304", refused.Fault.Code);
        Assert.Contains("test.specimens has schema 3, this program knows up to 2", refused.Fault.Detail);
        await With(Third(RegionFromText), async documents => Assert.NotNull(await documents.Find("a", Cancel)));
    }

    [Fact(Timeout = WaitMax)]
    public async Task Another_index_is_made_and_one_that_is_not_declared_any_more_goes()
    {
        var few = new Collection<Specimen>("test.specimens", 1, s => s.Id).Index(s => s.Load);
        await With(few, documents => documents.UpsertMany(Specimen.Many(10), Cancel));
        await With(Specimen.Collection(), async documents =>
            Assert.Equal(10, await documents.Count(DocumentQuery<Specimen>.All.Where(s => s.Active, Match.Equal, false), Cancel)));
        await With(few, async documents =>
            Assert.Equal(1, await documents.Count(DocumentQuery<Specimen>.All.Where(s => s.Load, Match.Equal, 3), Cancel)));
    }

    private async Task With(Collection<Specimen> collection, Func<IDocuments<Specimen>, Task> use)
    {
        var store = await OpenStore();
        try
        {
            await use(store.Open(collection));
        }
        finally
        {
            await (store is IAsyncDisposable later ? later.DisposeAsync() : ValueTask.CompletedTask);
            (store as IDisposable)?.Dispose();
        }
    }
}
