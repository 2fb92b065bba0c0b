using Holdfast.Platform.State;

namespace Holdfast.Tests;

/// <summary>
/// The exam that every store sits. A store's own tests derive from this and say how to open one; documents must still
/// be there when it is opened again.
/// </summary>
public abstract partial class DocumentsConformance : IAsyncLifetime
{
    protected const int WaitMax = 60_000;
    private IDocumentStore? _store;
    private IDocuments<Specimen>? _specimens;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected IDocumentStore Store => _store!;

    /// <summary>An empty collection for this test.</summary>
    protected IDocuments<Specimen> Specimens => _specimens!;

    /// <summary>Opens the store; each call of one test the same documents.</summary>
    protected abstract Task<IDocumentStore> OpenStore();

    /// <summary>True when a bulk is seen as a whole or not at all; otherwise each of its documents is.</summary>
    protected virtual bool BulksAreOneStep => true;

    /// <summary>Removes what the test stored; the store is closed.</summary>
    protected abstract Task RemoveState();

    public async ValueTask InitializeAsync()
    {
        _store = await OpenStore();
        _specimens = _store.Open(Specimen.Collection());
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        await RemoveState();
        GC.SuppressFinalize(this);
    }

    protected async Task Reopen()
    {
        await Close();
        await InitializeAsync();
    }

    private async Task Close()
    {
        if (_store is IAsyncDisposable later)
        {
            await later.DisposeAsync();
        }
        else
        {
            (_store as IDisposable)?.Dispose();
        }
    }

    /// <summary>The ids that a query gives, in its order.</summary>
    private async Task<IEnumerable<string>> Ids(DocumentQuery<Specimen> query) =>
        (await Specimens.Query(query, Cancel)).Items.Select(item => item.Document.Id);
}
