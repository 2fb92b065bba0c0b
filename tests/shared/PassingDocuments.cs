using Holdfast.Platform.State;

namespace Holdfast.Tests;

/// <summary>Passes everything on to other documents; whoever derives from it comes between.</summary>
internal abstract class PassingDocuments<T>(IDocuments<T> documents) : IDocuments<T> where T : class
{
    public virtual Task<Versioned<T>?> Find(string id, CancellationToken cancel) => documents.Find(id, cancel);

    public virtual Task<bool> Insert(T document, long version, CancellationToken cancel) =>
        documents.Insert(document, version, cancel);

    public virtual Task<bool> Replace(T document, long expected, CancellationToken cancel) =>
        documents.Replace(document, expected, cancel);

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) => documents.Delete(id, expected, cancel);

    public Task UpsertMany(IReadOnlyCollection<T> all, CancellationToken cancel) => documents.UpsertMany(all, cancel);

    public Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) => documents.Query(query, cancel);

    public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => documents.Count(query, cancel);

    public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel) => documents.DeleteMany(query, cancel);

    public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) => documents.Touch(query, cancel);
}
