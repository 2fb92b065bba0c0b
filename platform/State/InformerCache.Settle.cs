using System.Collections.Concurrent;

namespace Holdfast.Platform.State;

/// <summary>Writes that failed or were cancelled: they have taken effect, will, or never do.</summary>
public sealed partial class InformerCache<T>
{
    /// <summary>In place of the version that a write names: that of an insertion.</summary>
    private const long New = 0;

    /// <summary>The version that the write named, by the document's id.</summary>
    private readonly ConcurrentDictionary<string, long> _unanswered = new(StringComparer.Ordinal);

    /// <summary>
    /// Finds out what has become of writes without an answer. Nobody may have a reason to write such a document ever again. Memory would
    /// then hold what was before, and the store would say something else for good.
    /// </summary>
    public Task Settle(CancellationToken cancel) => _unanswered.IsEmpty ? Task.CompletedTask
        : _unanswered.ForEachInGroups(FindsAtOnce, u => Settle(u.Key, u.Value, cancel));

    /// <summary>
    /// As <see cref="IDocuments{T}.Touch"/>. What is held here has a version from before until it is read again.
    /// </summary>
    public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) => documents.Touch(query, cancel);

    private async Task Settle(string key, long named, CancellationToken cancel)
    {
        await Refresh(key, cancel);
        if (named != New && FindVersioned(key) is { } still && still.Version == named)
        {
            await Outdate(key, still, cancel);
        }

        _unanswered.TryRemove(new(key, named));
        Written?.Invoke(key);
    }

    /// <summary>The write may be on its way yet, as behind a lock of the database: it names a version that is no more.</summary>
    private async Task Outdate(string key, Versioned<T> still, CancellationToken cancel)
    {
        if (await documents.Replace(still.Document, still.Version, cancel))
        {
            Take(key, still with { Version = still.Version + 1 }, still.Version);
        }
        else
        {
            await Refresh(key, cancel);
        }
    }

    /// <summary>As <see cref="IDocuments{T}.Replace"/>, of what was read from the store: it may not be held, or only from now on.</summary>
    public Task<bool> Replace(T document, long expected, CancellationToken cancel)
    {
        var key = id(document);
        return Write(key, expected, ThenRead());

        async Task<bool> ThenRead()
        {
            var isReplaced = await documents.Replace(document, expected, cancel);
            await Refresh(key, cancel);
            if (isReplaced)
            {
                Written?.Invoke(key);
            }

            return isReplaced;
        }
    }

    private async Task<bool> Write(string key, long named, Task<bool> write)
    {
        try
        {
            return await write;
        }
        catch
        {
            _unanswered[key] = named;
            throw;
        }
    }
}
