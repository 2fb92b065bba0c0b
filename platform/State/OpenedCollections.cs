namespace Holdfast.Platform.State;

/// <summary>The collections that a store has opened, by name: opening one twice gives the same documents. Any threads.</summary>
public sealed class OpenedCollections
{
    private readonly Lock _opening = new();
    private readonly Dictionary<string, object> _opened = new(StringComparer.Ordinal);

    /// <param name="open">Opens it; called once for each name, by one thread at a time.</param>
    /// <exception cref="InvalidOperationException">Another type has taken the name.</exception>
    public IDocuments<T> Open<T>(Collection<T> collection, Func<Collection<T>, IDocuments<T>> open) where T : class
    {
        lock (_opening)
        {
            if (_opened.TryGetValue(collection.Name, out var opened))
            {
                return opened as IDocuments<T> ?? throw new InvalidOperationException(
                    $"Collection '{collection.Name}' is open with {opened.GetType().GenericTypeArguments[0]}, "
                    + $"not {typeof(T)}.");
            }

            var documents = open(collection);
            _opened.Add(collection.Name, documents);
            return documents;
        }
    }
}
