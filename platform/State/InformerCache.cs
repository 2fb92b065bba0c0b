using System.Collections.Concurrent;

namespace Holdfast.Platform.State;

/// <summary>
/// A whole collection held in memory by the one service that owns it: reads cost nothing, every change is a
/// compare-and-set in the store first. What another replica writes is seen by <see cref="Refresh"/> and
/// <see cref="Load"/>, and by a change that loses against it; what has become of a write without an answer, by <see cref="Settle"/>.
/// </summary>
/// <param name="documents">The collection in the store.</param>
/// <param name="id">A document's id.</param>
/// <param name="held">Documents that are held in memory, as a query and as the same condition; null: all.</param>
/// <param name="life">
/// For collections that use ids again: a value that tells a document from one that had its id before. Documents of older releases all
/// begin at version 1, so the versions of two of them can be the same. Null: ids are never used again.
/// </param>
/// <param name="made">
/// For collections that use ids again: the time at which a document was made. Its versions begin there (<see cref="FirstOf"/>), so a
/// delayed write for the document before it names none of them. Null: versions begin at 1.
/// </param>
public sealed partial class InformerCache<T>(IDocuments<T> documents, Func<T, string> id,
    (DocumentQuery<T> Query, Func<T, bool> Is)? held = null, Func<T, object>? life = null, Func<T, DateTimeOffset>? made = null)
    : IInformerCache where T : class
{
    /// <summary>Races within one change; more than this is a defect.</summary>
    private const int AttemptsMax = 10;

    private const int LoadPage = 1000;

    /// <summary>Documents that are asked for at once.</summary>
    private const int FindsAtOnce = 64;

    private readonly ConcurrentDictionary<string, Versioned<T>> _all = new(StringComparer.Ordinal);

    /// <summary>All documents as they were at one moment, in one piece of memory: a walk over it is quick.</summary>
    private volatile Walk _walk = new(-1, []);

    private long _changes;

    private sealed record Walk(long Changes, Versioned<T>[] Documents);

    public event Action<string>? Written;

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

    /// <summary>Everything that is to be held, also when it has been read before: what is gone is forgotten.</summary>
    public async Task Load(CancellationToken cancel)
    {
        var before = _all.ToDictionary(a => a.Key, a => a.Value.Version, StringComparer.Ordinal);
        await foreach (var item in documents.Pages((held?.Query ?? DocumentQuery<T>.All).Take(LoadPage), cancel))
        {
            var key = id(item.Document);
            Take(key, item, before.Remove(key, out var version) ? version : 0);
        }

        foreach (var (key, version) in before)
        {
            ForgetIfStill(key, version);
        }
    }

    public Task Refresh(IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        ids.ForEachInGroups(FindsAtOnce, key => Refresh(key, cancel));

    /// <summary>The first version of a document that was made then: milliseconds, more than one document's writes take up.</summary>
    public static long FirstOf(DateTimeOffset made) => Math.Max(1, made.ToUnixTimeMilliseconds());

    /// <summary>False when the id is taken.</summary>
    public Task<bool> Insert(T document, CancellationToken cancel) =>
        Insert(document, made is null ? 1 : FirstOf(made(document)), cancel);

    /// <param name="document">It must not be there.</param>
    /// <param name="version">Its first one; see <see cref="FirstOf"/>.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>False when the id is taken.</returns>
    public async Task<bool> Insert(T document, long version, CancellationToken cancel)
    {
        if (!await Write(id(document), New, documents.Insert(document, version, cancel)))
        {
            await Refresh(id(document), cancel);
            return false;
        }

        Take(id(document), new Versioned<T>(document, version), 0);
        Written?.Invoke(id(document));
        return true;
    }

    /// <summary>Inserts it, or replaces whatever is there, also what is not held in memory any more.</summary>
    /// <param name="demand">Called immediately before each attempt to replace; what it throws ends this.</param>
    public async Task Put(T document, Action demand, CancellationToken cancel)
    {
        var key = id(document);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await Insert(document, cancel))
            {
                return;
            }

            if (await documents.Find(key, cancel) is { } found)
            {
                demand();
                if (await Write(key, found.Version, documents.Replace(document, found.Version, cancel)))
                {
                    Take(key, new Versioned<T>(document, found.Version + 1), found.Version);
                    Written?.Invoke(key);
                    return;
                }
            }
        }

        throw new StateUnavailableException($"'{key}' changed {AttemptsMax} times while it was being replaced");
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

            if (ReferenceEquals(after, before.Document)
                || await Write(key, before.Version, documents.Replace(after, before.Version, cancel)))
            {
                var now = ReferenceEquals(after, before.Document) ? before : new Versioned<T>(after, before.Version + 1);
                if (!ReferenceEquals(after, before.Document))
                {
                    _all.AddOrUpdate(key, now, (_, other) => other.Version > now.Version ? other : now);
                    Interlocked.Increment(ref _changes);
                    Written?.Invoke(key);
                }

                return now;
            }

            await Refresh(key, cancel);
        }

        throw new StateUnavailableException($"'{key}' changed {AttemptsMax} times while it was being changed");
    }

    public async Task<bool> Delete(string key, CancellationToken cancel)
    {
        if (!_all.TryGetValue(key, out var before)
            || !await Write(key, before.Version, documents.Delete(key, before.Version, cancel)))
        {
            await Refresh(key, cancel);
            return false;
        }

        ForgetIfStill(key, before.Version);
        Written?.Invoke(key);
        return true;
    }

    /// <summary>Deletes what was judged, and not what has come under its key since.</summary>
    public Task<bool> DeleteIfStill(T judged, CancellationToken cancel) =>
        _all.TryGetValue(id(judged), out var now) && ReferenceEquals(now.Document, judged)
            ? Delete(id(judged), cancel)
            : Task.FromResult(false);

    /// <summary>Not held in memory any more; the store keeps it.</summary>
    public void Drop(string key) => Forget(key);

    private async Task Refresh(string key, CancellationToken cancel)
    {
        // Read first: what is written here meanwhile is newer than what is found.
        var before = _all.TryGetValue(key, out var known) ? known.Version : 0;
        if (await documents.Find(key, cancel) is { } found && held?.Is(found.Document) != false)
        {
            Take(key, found, before);
        }
        else
        {
            ForgetIfStill(key, before);
        }
    }

    /// <param name="before">
    /// The version that was held when the store was asked; 0: none. A lower version than that is another document with the
    /// same id; a higher one that has come since is newer than the answer.
    /// </param>
    private void Take(string key, Versioned<T> found, long before)
    {
        var changed = true;
        _all.AddOrUpdate(key, found, (_, known) =>
        {
            changed = known.Version != found.Version ? known.Version < found.Version || known.Version == before
                : known.Version == before && life is not null && !life(known.Document).Equals(life(found.Document));
            return changed ? found : known;
        });
        if (changed)
        {
            Interlocked.Increment(ref _changes);
        }
    }

    private void ForgetIfStill(string key, long version)
    {
        if (_all.TryGetValue(key, out var known) && known.Version == version
            && ((ICollection<KeyValuePair<string, Versioned<T>>>)_all).Remove(new(key, known)))
        {
            Interlocked.Increment(ref _changes);
        }
    }

    private void Forget(string key)
    {
        if (_all.TryRemove(key, out _))
        {
            Interlocked.Increment(ref _changes);
        }
    }
}
