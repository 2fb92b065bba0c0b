using Holdfast.Platform.State;
using Holdfast.Platform.State.Archive;

namespace Holdfast.Stores.Postgres;

/// <summary>All collections of a process in one schema of a PostgreSQL database.</summary>
internal sealed class PostgresDocumentStore(PostgresDatabase database) : IDocumentStore, IStateArchive, IAsyncDisposable, IDisposable
{
    private readonly Lock _opening = new();
    private readonly Dictionary<string, object> _opened = new(StringComparer.Ordinal);

    public Task Ready(CancellationToken cancel) => database.Ready(cancel);

    public IDocuments<T> Open<T>(Collection<T> collection) where T : class
    {
        lock (_opening)
        {
            if (_opened.TryGetValue(collection.Name, out var opened))
            {
                return opened as IDocuments<T> ?? throw new InvalidOperationException(
                    $"Collection '{collection.Name}' is open with {opened.GetType().GenericTypeArguments[0]}, "
                    + $"not {typeof(T)}.");
            }

            var documents = new PostgresDocuments<T>(database, collection);
            _opened.Add(collection.Name, documents);
            return documents;
        }
    }

    public Task<string?> CheckHealth(CancellationToken cancel) => database.CheckHealth(cancel);

    public void ReadAll(Action<ArchivedDocument> each, CancellationToken cancel) =>
        database.Once(connection => PostgresArchive.ReadAll(connection, database.Schema, each, cancel));

    public void WriteAll(IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel) => database.Once(
        connection => PostgresArchive.WriteAll(connection, database.Schema, database.Shown, documents, replace, cancel));

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public void Dispose() => database.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
