using Holdfast.Platform.State.Archive;

namespace Holdfast.Stores.Mongo;

/// <summary>All collections of a process in one MongoDB database.</summary>
internal sealed class MongoDocumentStore(MongoServer server) : IDocumentStore, IStateArchive, IDisposable
{
    private readonly OpenedCollections _opened = new();

    public Task Ready(CancellationToken cancel) => server.Ready(cancel);

    public IDocuments<T> Open<T>(Collection<T> collection) where T : class =>
        _opened.Open(collection, c => new MongoDocuments<T>(server, c));

    public Task<string?> CheckHealth(CancellationToken cancel) => server.CheckHealth(cancel);

    public void ReadAll(Action<ArchivedDocument> each, CancellationToken cancel) =>
        Asked(() => MongoArchive.ReadAll(server, each, cancel));

    public IReadOnlyDictionary<string, int> Schemas(CancellationToken cancel)
    {
        IReadOnlyDictionary<string, int> schemas = new Dictionary<string, int>(StringComparer.Ordinal);
        Asked(() => schemas = MongoArchive.Schemas(server, cancel));
        return schemas;
    }

    public void WriteAll(IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel) =>
        Asked(() => MongoArchive.WriteAll(server, documents, replace, cancel));

    private void Asked(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is MongoDB.Driver.MongoException or TimeoutException)
        {
            throw server.Unavailable(e);
        }
    }

    public void Dispose() => server.Dispose();
}
