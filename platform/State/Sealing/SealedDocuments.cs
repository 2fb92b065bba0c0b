namespace Holdfast.Platform.State.Sealing;

/// <summary>
/// Seals the secrets of documents on their way into the store, and opens them on their way out; in memory they are as they are.
/// </summary>
internal sealed class SealedDocuments<T>(IDocuments<T> documents, Collection<T> collection, SecretKeys keys)
    : IDocuments<T> where T : class
{
    private readonly Func<T, Func<string, string>, T> _each = collection.Secrets!.Each;

    public async Task<Versioned<T>?> Find(string id, CancellationToken cancel) =>
        await documents.Find(id, cancel) is { } found ? Opened(found) : null;

    public async Task<IReadOnlyList<Versioned<T>?>> FindMany(IReadOnlyList<string> ids, CancellationToken cancel) =>
        [.. (await documents.FindMany(ids, cancel)).Select(found => found is { } there ? Opened(there) : (Versioned<T>?)null)];

    public Task<bool> Insert(T document, CancellationToken cancel) => documents.Insert(Sealed(document), cancel);

    public Task<bool> Insert(T document, long version, CancellationToken cancel) =>
        documents.Insert(Sealed(document), version, cancel);

    public Task<bool> Replace(T document, long expected, CancellationToken cancel) =>
        documents.Replace(Sealed(document), expected, cancel);

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) => documents.Delete(id, expected, cancel);

    public Task UpsertMany(IReadOnlyCollection<T> all, CancellationToken cancel) => documents.UpsertMany([.. all.Select(Sealed)], cancel);

    public Task<IReadOnlyList<bool>> ChangeMany(IReadOnlyList<Change<T>> changes, CancellationToken cancel) =>
        documents.ChangeMany([.. changes.Select(change => change with { Document = Sealed(change.Document) })], cancel);

    public async Task<IReadOnlyList<Page<T>>> QueryMany(IReadOnlyList<DocumentQuery<T>> queries, CancellationToken cancel) =>
        [.. (await documents.QueryMany(queries, cancel)).Select(Opened)];

    public async Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) => Opened(await documents.Query(query, cancel));

    public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => documents.Count(query, cancel);

    public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel) => documents.DeleteMany(query, cancel);

    public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) => documents.Touch(query, cancel);

    /// <summary>Seals anew what is stored plain, or with a key that seals no more; counts those that could not be opened.</summary>
    internal async Task<(int Done, int Unopened)> Reseal(CancellationToken cancel)
    {
        const int PageSize = 200;
        var (done, unopened) = (0, 0);
        await foreach (var item in documents.Pages(DocumentQuery<T>.All.Take(PageSize), cancel))
        {
            if (IsCurrent(item.Document))
            {
                continue;
            }

            try
            {
                // One that was changed meanwhile was sealed by that.
                done += await Replace(Opened(item).Document, item.Version, cancel) ? 1 : 0;
            }
            catch (StateUnavailableException unread) when (unread.Message.StartsWith(SecretKeys.UnopenedCode, StringComparison.Ordinal))
            {
                unopened++;
            }
        }

        return (done, unopened);
    }

    private bool IsCurrent(T stored)
    {
        var isCurrent = true;
        _each(stored, secret =>
        {
            isCurrent &= keys.IsCurrent(secret);
            return secret;
        });
        return isCurrent;
    }

    private T Sealed(T document)
    {
        var where = Where(document);
        return _each(document, secret => keys.Seal(secret, where));
    }

    private Versioned<T> Opened(Versioned<T> stored)
    {
        var where = Where(stored.Document);
        return stored with { Document = _each(stored.Document, secret => keys.Open(secret, where)) };
    }

    private Page<T> Opened(Page<T> page) => page with { Items = [.. page.Items.Select(Opened)] };

    private string Where(T document) => $"{collection.Name}/{collection.IdOf(document)}";
}
