namespace Holdfast.Platform.State;

/// <summary>Deletes what is older than it is kept. Whoever calls it in each pass waits for it now and then.</summary>
/// <param name="kept">The age up to which a document stays.</param>
/// <param name="every">The time between two deletions; the first one comes so long after the start.</param>
/// <param name="delete">Deletes what is from before a moment, or as much of it as one pass has time for.</param>
/// <param name="time">Wall clock: ages are of documents.</param>
public sealed class Retention(
    TimeSpan kept, TimeSpan every, Func<DateTimeOffset, CancellationToken, Task> delete, TimeProvider time)
{
    /// <summary>The most that one deletion takes.</summary>
    private const int DeletedMax = 10_000;

    private DateTimeOffset _prunedAt = time.GetUtcNow();

    /// <summary>Of documents of which nothing else knows.</summary>
    /// <param name="documents">The collection.</param>
    /// <param name="olderThan">The documents from before a moment.</param>
    public static Retention Of<T>(IDocuments<T> documents, TimeSpan kept, TimeSpan every,
        Func<DateTimeOffset, DocumentQuery<T>> olderThan, TimeProvider time) where T : class =>
        new(kept, every, (before, cancel) => documents.DeleteMany(olderThan(before).Take(DeletedMax), cancel), time);

    public bool IsDue(DateTimeOffset now) => now - _prunedAt >= every;

    public async Task Prune(DateTimeOffset now, CancellationToken cancel)
    {
        if (IsDue(now))
        {
            _prunedAt = now;
            await delete(now - kept, cancel);
        }
    }
}
