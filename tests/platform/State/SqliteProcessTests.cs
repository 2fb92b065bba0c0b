using System.Diagnostics;

namespace Holdfast.Platform.Tests.State;

/// <summary>Requirements between processes that share a file, beside the exam of all stores.</summary>
[Trait("Category", "process")]
public sealed class SqliteProcessTests : IDisposable
{
    private const int WaitMax = 120_000;
    private readonly StateDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = WaitMax)]
    public async Task A_busy_writer_does_not_starve_another_process()
    {
        using var store = _directory.OpenStore();
        var documents = await WithCounter(store);
        using var busy = OtherProcess.Start(nameof(OtherProcess.InsertForever), _directory.File);
        _ = await busy.StandardOutput.ReadLineAsync(Cancel);
        var drain = OtherProcess.ReadThenKill(busy, int.MaxValue, Cancel);
        await DocumentsConformance.Increment(documents, "a", 100, Cancel);
        busy.Kill();
        await drain;
    }

    [Fact(Timeout = WaitMax)]
    public async Task Many_may_create_the_file_at_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_directory.OpenStore)));
        var inserts = await Task.WhenAll(stores.Select(
            (store, n) => Task.Run(() => store.Open(Specimen.Collection()).Insert(new Specimen($"{n}"), Cancel))));
        Assert.All(inserts, Assert.True);
        Assert.Equal(8, await stores[0].Open(Specimen.Collection()).Count(DocumentQuery<Specimen>.All, Cancel));
        Array.ForEach(stores, store => store.Dispose());
    }

    private static async Task<IDocuments<Specimen>> WithCounter(SqliteDocumentStore store)
    {
        var documents = store.Open(Specimen.Collection());
        await documents.Insert(new Specimen("a"), Cancel);
        return documents;
    }
}
