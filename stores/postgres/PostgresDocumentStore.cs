using Holdfast.Platform.State.Archive;

namespace Holdfast.Stores.Postgres;

/// <summary>All collections of a process in one schema of a PostgreSQL database.</summary>
internal sealed class PostgresDocumentStore(PostgresDatabase database) : IDocumentStore, IStateArchive, IAsyncDisposable, IDisposable
{
    private readonly OpenedCollections _opened = new();

    public Task Ready(CancellationToken cancel) => database.Ready(cancel);

    public IDocuments<T> Open<T>(Collection<T> collection) where T : class =>
        _opened.Open(collection, c => new PostgresDocuments<T>(database, c));

    public Task<string?> CheckHealth(CancellationToken cancel) => database.CheckHealth(cancel);

    public void ReadAll(Action<ArchivedDocument> each, CancellationToken cancel) =>
        database.Once(connection => PostgresArchive.ReadAll(connection, database.Schema, each, cancel));

    public IReadOnlyDictionary<string, int> Schemas(CancellationToken cancel)
    {
        IReadOnlyDictionary<string, int> schemas = new Dictionary<string, int>(StringComparer.Ordinal);
        database.Once(connection => schemas = PostgresArchive.Schemas(connection, database.Schema));
        return schemas;
    }

    public void WriteAll(IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel) => database.Once(
        connection => PostgresArchive.WriteAll(connection, database.Schema, database.Shown, documents, replace, cancel));

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public void Dispose() => database.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
