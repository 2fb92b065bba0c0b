namespace Holdfast.Platform.State;

/// <summary>Deletes the documents that are older than they are kept. Whoever calls it in each pass waits for it now and then.</summary>
/// <param name="documents">The collection.</param>
/// <param name="kept">The age up to which a document stays.</param>
/// <param name="every">The time between two deletions; the first one comes so long after the start.</param>
/// <param name="olderThan">The documents from before a moment.</param>
/// <param name="time">Wall clock: ages are of documents.</param>
public sealed class Retention<T>(
    IDocuments<T> documents, TimeSpan kept, TimeSpan every, Func<DateTimeOffset, DocumentQuery<T>> olderThan, TimeProvider time)
    where T : class
{
    /// <summary>The most that one deletion takes.</summary>
    private const int DeletedMax = 10_000;

    private DateTimeOffset _prunedAt = time.GetUtcNow();

    public bool IsDue(DateTimeOffset now) => now - _prunedAt > every;

    public async Task Prune(DateTimeOffset now, CancellationToken cancel)
    {
        if (IsDue(now))
        {
            _prunedAt = now;
            await documents.DeleteMany(olderThan(now - kept).Take(DeletedMax), cancel);
        }
    }
}
