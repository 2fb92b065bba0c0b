using System.Collections.Concurrent;
using System.Linq.Expressions;
using Holdfast.Platform.State;

namespace Holdfast.Platform.Explain;

/// <summary>The fields of a stored decision by which decisions are found; the collection has each of them in an index.</summary>
/// <param name="Object">The name of what it was decided about.</param>
/// <param name="At">Since when it holds.</param>
/// <param name="Code">An act, or the reason why not; null: nobody asks for decisions by it.</param>
public sealed record DecisionFields<T>(
    Expression<Func<T, string>> Object, Expression<Func<T, DateTimeOffset>> At, Expression<Func<T, string>>? Code = null);

/// <summary>
/// The decisions of a service: the latest about each object in memory, those that were news in the store for
/// <see cref="DecisionLimits.Kept"/>. The service says what is news and how a decision reads.
/// </summary>
public abstract class DecisionLog<T>(IDocuments<T> documents, DecisionFields<T> fields, TimeProvider time) where T : class
{
    private readonly ConcurrentDictionary<string, T> _latest = new(StringComparer.Ordinal);
    private readonly Func<T, string> _objectOf = fields.Object.Compile();
    private readonly Retention _retention = Retention.Of(documents, DecisionLimits.Kept, DecisionLimits.PruneEvery,
        before => DocumentQuery<T>.All.Where(fields.At, Match.Less, before), time);

    protected IDocuments<T> Documents => documents;

    /// <summary>The latest about each object, in no order.</summary>
    protected IEnumerable<T> AllLatest => _latest.Select(l => l.Value);

    /// <summary>The last decision about an object that this replica decides about; null: none is known.</summary>
    public T? Latest(string @object) => _latest.GetValueOrDefault(@object);

    /// <summary>Decisions as they were stored, the newest first.</summary>
    public Task<Page<T>> History(DecisionQuery asked, CancellationToken cancel)
    {
        var query = DocumentQuery<T>.All.OrderBy(fields.At, descending: true).Take(asked.Limit).After(asked.Cursor);
        query = asked.Objects switch
        {
            null => query,
            [var one] => query.Where(fields.Object, Match.Equal, one),
            _ => query.Where(fields.Object, Match.In, asked.Objects),
        };
        query = asked.From is null ? query : query.Where(fields.At, Match.GreaterOrEqual, asked.From);
        query = asked.To is null ? query : query.Where(fields.At, Match.LessOrEqual, asked.To);
        return documents.Query(asked.Code is null ? query : query.Where(fields.Code!, Match.Equal, asked.Code), cancel);
    }

    /// <summary>The one that was stored last about an object, by whichever replica, at the moment or before; null: none is kept.</summary>
    public async Task<T?> StoredLast(string @object, DateTimeOffset? at, CancellationToken cancel) =>
        (await History(new DecisionQuery([@object], To: at, Limit: 1), cancel)).Items is [var found] ? found.Document : null;

    protected void Remember(T latest) => _latest[_objectOf(latest)] = latest;

    protected void Forget(string @object) => _latest.TryRemove(@object, out _);

    protected void ForgetAll() => _latest.Clear();

    /// <summary>The next call of <see cref="Prune"/> deletes.</summary>
    protected bool IsPruneDue(DateTimeOffset now) => _retention.IsDue(now);

    /// <summary>Deletes old decisions, now and then; called by each pass.</summary>
    protected Task Prune(DateTimeOffset now, CancellationToken cancel) => _retention.Prune(now, cancel);
}

/// <summary>For how long decisions are kept, in every service.</summary>
public static class DecisionLimits
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    internal static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);
}
