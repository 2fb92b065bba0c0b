using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A collection whose replacements can be kept on their way: sent, and not there yet.</summary>
internal sealed class HeldDocuments<T>(IDocuments<T> documents) : IDocuments<T> where T : class
{
    private volatile TaskCompletionSource? _gate;

    private readonly TaskCompletionSource _caught = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A replacement is on its way.</summary>
    internal Task Caught => _caught.Task;

    /// <summary>What became of those that were kept.</summary>
    internal List<bool> Arrived { get; } = [];

    internal void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void LetGo()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    public async Task<bool> Replace(T document, long expected, CancellationToken cancel)
    {
        if (_gate is not { } gate)
        {
            return await documents.Replace(document, expected, cancel);
        }

        _caught.TrySetResult();
        await gate.Task;
        var done = await documents.Replace(document, expected, cancel);
        Arrived.Add(done);
        return done;
    }

    public Task<Versioned<T>?> Find(string id, CancellationToken cancel) => documents.Find(id, cancel);

    public Task<bool> Insert(T document, CancellationToken cancel) => documents.Insert(document, cancel);

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) => documents.Delete(id, expected, cancel);

    public Task UpsertMany(IReadOnlyCollection<T> all, CancellationToken cancel) => documents.UpsertMany(all, cancel);

    public Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) => documents.Query(query, cancel);

    public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => documents.Count(query, cancel);

    public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel) => documents.DeleteMany(query, cancel);

    public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) => documents.Touch(query, cancel);
}
