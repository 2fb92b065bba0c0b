using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Holdfast.Platform.Telemetry;

namespace Holdfast.Platform.State;

/// <summary>
/// Measures how long a store takes, by operation; waiting for its turn and for a commit that others share is part of it. Notes besides
/// what fails and what waits, for readiness.
/// </summary>
internal sealed class MeasuredDocuments<T>(IDocuments<T> documents, StoreLine reads, StoreLine writes, TimeProvider time)
    : IDocuments<T> where T : class
{
    public Task<Versioned<T>?> Find(string id, CancellationToken cancel) => Measured(Now, reads, documents.Find(id, cancel));

    public Task<IReadOnlyList<Versioned<T>?>> FindMany(IReadOnlyList<string> ids, CancellationToken cancel) =>
        Measured(Now, reads, documents.FindMany(ids, cancel));

    public Task<bool> Insert(T document, CancellationToken cancel) =>
        Measured(Now, writes, documents.Insert(document, cancel));

    public Task<bool> Insert(T document, long version, CancellationToken cancel) =>
        Measured(Now, writes, documents.Insert(document, version, cancel));

    public Task<bool> Replace(T document, long expected, CancellationToken cancel) =>
        Measured(Now, writes, documents.Replace(document, expected, cancel));

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) =>
        Measured(Now, writes, documents.Delete(id, expected, cancel));

    public Task UpsertMany(IReadOnlyCollection<T> all, CancellationToken cancel) =>
        Measured(Now, writes, Done(documents.UpsertMany(all, cancel)));

    public Task<IReadOnlyList<bool>> ChangeMany(IReadOnlyList<Change<T>> changes, CancellationToken cancel) =>
        Measured(Now, writes, documents.ChangeMany(changes, cancel));

    public Task<IReadOnlyList<Page<T>>> QueryMany(IReadOnlyList<DocumentQuery<T>> queries, CancellationToken cancel) =>
        Measured(Now, reads, documents.QueryMany(queries, cancel));

    public Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) => Measured(Now, reads, documents.Query(query, cancel));

    public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => Measured(Now, reads, documents.Count(query, cancel));

    public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel) =>
        Measured(Now, writes, documents.DeleteMany(query, cancel));

    public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) => Measured(Now, writes, documents.Touch(query, cancel));

    private long Now => time.GetTimestamp();

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    /// <param name="started">Taken before the store was asked: it may do all of its work before its first wait.</param>
    private Task<TResult> Measured<TResult>(long started, StoreLine line, Task<TResult> asked, [CallerMemberName] string operation = "")
    {
        var followed = line.Follow(asked);
        return StoreMeasures.IsAsked ? Awaited(started, followed, operation) : followed;
    }

    private async Task<TResult> Awaited<TResult>(long started, Task<TResult> asked, string operation)
    {
        try
        {
            var answer = await asked;
            StoreMeasures.Asked(operation, "ok", time.GetElapsedTime(started));
            return answer;
        }
        catch (StateUnavailableException)
        {
            StoreMeasures.Asked(operation, "unavailable", time.GetElapsedTime(started));
            throw;
        }
    }
}

/// <summary>One histogram for all collections: by collection too it would be hundreds of series.</summary>
internal static class StoreMeasures
{
    private static readonly Histogram<double> Durations = HoldfastTelemetry.Seconds(
        "holdfast.store.operation.duration", "Time that the document store takes for an operation, by outcome: ok or unavailable");

    /// <summary>Somebody collects: otherwise nothing comes between who asks and the store.</summary>
    internal static bool IsAsked => Durations.Enabled;

    internal static void Asked(string operation, string outcome, TimeSpan took) =>
        Durations.Record(took.TotalSeconds, new TagList { { "operation", operation }, { "outcome", outcome } });
}
