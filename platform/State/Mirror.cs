using System.Collections.Concurrent;

namespace Holdfast.Platform.State;

/// <summary>
/// A whole collection held in memory by the one service that owns it: reads cost nothing, every change is a
/// compare-and-set in the store first.
/// </summary>
public sealed class Mirror<T>(IDocuments<T> documents, Func<T, string> id) where T : class
{
    /// <summary>Races within one change; more than this is a defect.</summary>
    private const int AttemptsMax = 10;

    private const int LoadPage = 1000;

    private readonly ConcurrentDictionary<string, Versioned<T>> _all = new(StringComparer.Ordinal);

    /// <summary>All documents as they were at one moment, in one piece of memory: a walk over it is quick.</summary>
    private volatile Walk _walk = new(-1, []);

    private long _changes;

    private sealed record Walk(long Changes, Versioned<T>[] Documents);

    public IEnumerable<T> All => AllVersioned.Select(v => v.Document);

    /// <summary>Grows with every change: who has looked at all may skip them until it does.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    public int Count => _all.Count;

    public T? Find(string key) => _all.TryGetValue(key, out var found) ? found.Document : null;

    /// <summary>The document with its version.</summary>
    public Versioned<T>? FindVersioned(string key) => _all.TryGetValue(key, out var found) ? found : null;

    public IReadOnlyList<Versioned<T>> AllVersioned
    {
        get
        {
            var walk = _walk;
            var changes = Changes;
            if (walk.Changes != changes)
            {
                // A change made while this is read is counted after it is made, so the next one reads again.
                _walk = walk = new Walk(changes, [.. _all.Values]);
            }

            return walk.Documents;
        }
    }

    public Task Load(CancellationToken cancel) => Load(DocumentQuery<T>.All, cancel);

    /// <summary>Only what matches is held in memory.</summary>
    public async Task Load(DocumentQuery<T> query, CancellationToken cancel)
    {
        string? cursor = null;
        do
        {
            var page = await documents.Query(query.Take(LoadPage).After(cursor), cancel);
            foreach (var item in page.Items)
            {
                Keep(id(item.Document), item);
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>False when the id is taken.</summary>
    public async Task<bool> Insert(T document, CancellationToken cancel)
    {
        if (!await documents.Insert(document, cancel))
        {
            await Refresh(id(document), cancel);
            return false;
        }

        Keep(id(document), new Versioned<T>(document, 1));
        return true;
    }

    /// <summary>
    /// Applies <paramref name="change"/> to the newest document until a compare-and-set succeeds. Null when there is no
    /// such document or the change declines by returning null.
    /// </summary>
    public async Task<Versioned<T>?> Change(string key, Func<T, T?> change, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (!_all.TryGetValue(key, out var before) || change(before.Document) is not { } after)
            {
                return null;
            }

            if (ReferenceEquals(after, before.Document) || await documents.Replace(after, before.Version, cancel))
            {
                var now = ReferenceEquals(after, before.Document) ? before : new Versioned<T>(after, before.Version + 1);
                if (!ReferenceEquals(after, before.Document))
                {
                    _all.AddOrUpdate(key, now, (_, other) => other.Version > now.Version ? other : now);
                    Interlocked.Increment(ref _changes);
                }

                return now;
            }

            await Refresh(key, cancel);
        }

        throw new StateUnavailableException($"'{key}' changed {AttemptsMax} times while it was being changed");
    }

    public async Task<bool> Delete(string key, CancellationToken cancel)
    {
        if (!_all.TryGetValue(key, out var before) || !await documents.Delete(key, before.Version, cancel))
        {
            await Refresh(key, cancel);
            return false;
        }

        Forget(key);
        return true;
    }

    /// <summary>Not held in memory any more; the store keeps it.</summary>
    public void Drop(string key) => Forget(key);

    private async Task Refresh(string key, CancellationToken cancel)
    {
        if (await documents.Find(key, cancel) is { } found)
        {
            Keep(key, found);
        }
        else
        {
            Forget(key);
        }
    }

    private void Keep(string key, Versioned<T> document)
    {
        _all[key] = document;
        Interlocked.Increment(ref _changes);
    }

    private void Forget(string key)
    {
        _all.TryRemove(key, out _);
        Interlocked.Increment(ref _changes);
    }
}
