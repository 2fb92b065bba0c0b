namespace Holdfast.Platform.Tests.State;

/// <summary>Requirements for every store that several processes use, also after one of them was killed in the middle.</summary>
public abstract class CrashConformance : IAsyncLifetime
{
    private const int WaitMax = 120_000;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Address by which another process opens the same documents: a file, or a server's address.</summary>
    protected abstract string Address { get; }

    /// <summary>True when a bulk is there as a whole or not at all; otherwise each of its documents is.</summary>
    protected virtual bool BulksAreOneStep => true;

    /// <summary>Opens the store; each call of one test the same documents.</summary>
    protected abstract Task<IDocumentStore> OpenStore();

    protected abstract Task RemoveState();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await RemoveState();
        GC.SuppressFinalize(this);
    }

    [Theory(Timeout = WaitMax)]
    [InlineData(500)]
    [InlineData(3_000)]
    public async Task A_process_killed_while_writing_loses_nothing_acknowledged(int linesBeforeKill)
    {
        using var store = (IDisposable)await OpenStore();
        var specimens = ((IDocumentStore)store).Open(Specimen.Collection());
        using var writer = OtherProcess.Start(nameof(OtherProcess.InsertForever), Address);
        var acknowledged = await OtherProcess.ReadThenKill(writer, linesBeforeKill, Cancel);
        // The kill may come before another line does, and the last one does not count.
        Assert.True(acknowledged.Count >= linesBeforeKill - 1);

        var page = await specimens.Query(DocumentQuery<Specimen>.All.Take(100_000), Cancel);
        var stored = page.Items.Select(item => item.Document.Id).ToHashSet();
        Assert.DoesNotContain(acknowledged, id => !stored.Contains(id));
        var bulks = stored.Where(id => id.StartsWith("0-", StringComparison.Ordinal)).GroupBy(id => id[..id.LastIndexOf('-')]);
        Assert.All(bulks, bulk => Assert.True(!BulksAreOneStep || bulk.Count() == 50, $"{bulk.Key}: {bulk.Count()} of 50"));
        Assert.True(await specimens.Insert(new Specimen("after"), Cancel));
    }

    [Fact(Timeout = WaitMax)]
    public async Task No_increment_is_lost_between_two_processes()
    {
        using var store = (IDisposable)await OpenStore();
        var specimens = ((IDocumentStore)store).Open(Specimen.Collection());
        await specimens.Insert(new Specimen("a"), Cancel);
        using var other = OtherProcess.Start(nameof(OtherProcess.Increment), Address);
        await DocumentsConformance.Increment(specimens, "a", 200, Cancel);
        await other.WaitForExitAsync(Cancel);
        Assert.Equal((400, 401L), await specimens.Find("a", Cancel) is { } a ? (a.Document.Load, a.Version) : default);
    }
}
