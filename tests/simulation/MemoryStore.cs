namespace Holdfast.Simulation.Tests;

/// <summary>
/// Documents in memory, in no process: what was written outlives everybody. It sits the same exam as every store.
/// Documents are values that nobody changes, so they are kept as they are and not as text.
/// </summary>
internal sealed class MemoryStore : IDocumentStore
{
    private readonly Dictionary<string, object> _collections = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Collection, document before and after (null: there was or is none), called after each write.</summary>
    internal Action<string, object?, object?>? Written { get; set; }

    public IDocuments<T> Open<T>(Collection<T> collection) where T : class
    {
        lock (_gate)
        {
            if (!_collections.TryGetValue(collection.Name, out var opened))
            {
                _collections[collection.Name] = opened = new MemoryDocuments<T>(this, collection, _gate);
            }

            return opened as IDocuments<T> ?? throw new InvalidOperationException(
                $"Collection '{collection.Name}' holds another type than {typeof(T)}.");
        }
    }

    public Task<string?> CheckHealth(CancellationToken cancel) => Task.FromResult<string?>(null);

    internal MemoryDocuments<T>? Find<T>(string name) where T : class =>
        _collections.GetValueOrDefault(name) as MemoryDocuments<T>;
}
