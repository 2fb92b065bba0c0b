namespace Holdfast.Platform.State;

/// <summary>A document with the version that a compare-and-set must name. Versions start at 1, or where
/// whoever inserts it says, and grow by 1.</summary>
public readonly record struct Versioned<T>(T Document, long Version);

/// <summary>A page of a query; <paramref name="Next"/> is null on the last one.</summary>
public sealed record Page<T>(IReadOnlyList<Versioned<T>> Items, string? Next);

/// <summary>One compare-and-set of many; <paramref name="Expected"/> null: the document is new.</summary>
public readonly record struct Change<T>(T Document, long? Expected) where T : class;

/// <summary>
/// One collection of documents. Each call is one atomic step, durable when its task completes; there are no joins and
/// no transactions over several calls. A call that could not ask the store throws
/// <see cref="StateUnavailableException"/>: null, false and an empty page always mean that the store was asked and said
/// so. A write that was cancelled, or that failed so, may still have taken effect: who must know reads again. A
/// condition or an order on a field that is in no index is a programming error:
/// <see cref="InvalidOperationException"/>.
/// </summary>
public interface IDocuments<T> where T : class
{
    /// <summary>The document, or null when there is none.</summary>
    Task<Versioned<T>?> Find(string id, CancellationToken cancel);

    /// <summary>Each of them, in their order, or null; not of one moment.</summary>
    async Task<IReadOnlyList<Versioned<T>?>> FindMany(IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var found = new List<Versioned<T>?>(ids.Count);
        foreach (var some in ids.Chunk(ManyAtOnce))
        {
            found.AddRange(await Task.WhenAll(some.Select(id => Find(id, cancel))));
        }

        return found;
    }

    /// <summary>Stores a new document at version 1; false when the id is taken.</summary>
    Task<bool> Insert(T document, CancellationToken cancel) => Insert(document, 1, cancel);

    /// <summary>
    /// Inserts at another version, 1 or more. Where an id is used again, the version is one that no document of the id has had.
    /// Otherwise a delayed compare-and-set for the document before could hit this one.
    /// </summary>
    Task<bool> Insert(T document, long version, CancellationToken cancel);

    /// <summary>
    /// Compare-and-set: stores at <paramref name="expected"/> + 1; false when that is not the version any more.
    /// </summary>
    Task<bool> Replace(T document, long expected, CancellationToken cancel);

    /// <summary>Compare-and-set delete; false when that is not the version any more.</summary>
    Task<bool> Delete(string id, long expected, CancellationToken cancel);

    /// <summary>
    /// Stores all, new or not, each at its version + 1 or at 1; the last of two with one id holds. In one step where the store
    /// has such (SQLite, PostgreSQL), else each by itself (MongoDB): durable all of them when the task completes. For state
    /// with one writer.
    /// </summary>
    Task UpsertMany(IReadOnlyCollection<T> documents, CancellationToken cancel);

    /// <summary>
    /// Many compare-and-sets, each by itself: says of each whether it was done, durable when the task completes. No two may be
    /// of one document. Shared by all where the store has steps of many (SQLite); here in the plain way.
    /// </summary>
    async Task<IReadOnlyList<bool>> ChangeMany(IReadOnlyList<Change<T>> changes, CancellationToken cancel)
    {
        var done = new List<bool>(changes.Count);
        foreach (var some in changes.Chunk(ManyAtOnce))
        {
            done.AddRange(await Task.WhenAll(some.Select(change => change.Expected is { } expected
                ? Replace(change.Document, expected, cancel) : Insert(change.Document, cancel))));
        }

        return done;
    }

    /// <summary>The page of each query, in their order; not of one moment.</summary>
    async Task<IReadOnlyList<Page<T>>> QueryMany(IReadOnlyList<DocumentQuery<T>> queries, CancellationToken cancel)
    {
        var pages = new List<Page<T>>(queries.Count);
        foreach (var some in queries.Chunk(ManyAtOnce))
        {
            pages.AddRange(await Task.WhenAll(some.Select(query => Query(query, cancel))));
        }

        return pages;
    }

    /// <summary>Of many that are asked for one by one, so many are on their way at a time.</summary>
    private const int ManyAtOnce = 64;

    /// <summary>Documents that match, in the query's order (ties by id), at most its limit.</summary>
    Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel);

    /// <summary>Counts the documents that match; order, limit and cursor are ignored.</summary>
    Task<long> Count(DocumentQuery<T> query, CancellationToken cancel);

    /// <summary>
    /// Deletes what matches, the first in the query's order and at most its limit; says how many. Takes no cursor.
    /// </summary>
    Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel);

    /// <summary>
    /// Every document that matches gets its version + 1 and stays what it is, in one durable step for each: whoever
    /// still holds a version from before loses its compare-and-set. Order and limit are ignored, no cursor is taken;
    /// says how many.
    /// </summary>
    Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel);
}

/// <summary>The store could not be asked: it is gone, full, locked for too long or broken.</summary>
public sealed class StateUnavailableException : Exception
{
    public StateUnavailableException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>The store can be reached and must not be used: corrupted, newer schema, not writable.</summary>
public sealed class StateRefusedException : Exception
{
    public StateRefusedException(Fault fault) : base($"{fault.Code} {fault.Detail} {fault.Workaround}") =>
        Fault = fault;

    public Fault Fault { get; }
}
