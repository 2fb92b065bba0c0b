using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Documents of which what is found is as it was when it was asked for, and comes when the test says so.</summary>
internal sealed class SlowReads<T>(IDocuments<T> documents) : IDocuments<T> where T : class
{
    /// <summary>Something has been found and not been told.</summary>
    internal TaskCompletionSource Found { get; } = new();

    internal TaskCompletionSource GoOn { get; } = new();

    public async Task<Versioned<T>?> Find(string id, CancellationToken cancel)
    {
        var found = await documents.Find(id, cancel);
        Found.TrySetResult();
        await GoOn.Task;
        return found;
    }

    public Task<bool> Insert(T document, CancellationToken cancel) => documents.Insert(document, cancel);

    public Task<bool> Replace(T document, long expected, CancellationToken cancel) => documents.Replace(document, expected, cancel);

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) => documents.Delete(id, expected, cancel);

    public Task UpsertMany(IReadOnlyCollection<T> all, CancellationToken cancel) => documents.UpsertMany(all, cancel);

    public Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) => documents.Query(query, cancel);

    public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => documents.Count(query, cancel);

    public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel) => documents.DeleteMany(query, cancel);

    public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) => documents.Touch(query, cancel);
}
