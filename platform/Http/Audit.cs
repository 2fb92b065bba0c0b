using Holdfast.Contracts.Views;
using Holdfast.Platform.State;

namespace Holdfast.Platform.Http;

/// <summary>Chooses entries; a field that is null or empty does not count.</summary>
/// <param name="By">Exactly this person or program.</param>
/// <param name="What">Exactly this, in the words of the page.</param>
/// <param name="On">Exactly this object.</param>
/// <param name="Outcome">done, or a code.</param>
/// <param name="From">Not before.</param>
/// <param name="To">Before.</param>
public sealed record AuditFilter(
    string? By = null, string? What = null, string? On = null, string? Outcome = null, DateTimeOffset? From = null,
    DateTimeOffset? To = null)
{
    internal DocumentQuery<AuditEntry> Query()
    {
        var query = DocumentQuery<AuditEntry>.All.OrderBy(a => a.At, descending: true);
        query = string.IsNullOrEmpty(By) ? query : query.Where(a => a.By, Match.Equal, By);
        query = string.IsNullOrEmpty(What) ? query : query.Where(a => a.What, Match.Equal, What);
        query = string.IsNullOrEmpty(On) ? query : query.Where(a => a.On, Match.Equal, On);
        query = string.IsNullOrEmpty(Outcome) ? query : query.Where(a => a.Outcome, Match.Equal, Outcome);
        query = From is { } from ? query.Where(a => a.At, Match.GreaterOrEqual, from) : query;
        return To is { } to ? query.Where(a => a.At, Match.Less, to) : query;
    }
}

/// <summary>Keeps what was done.</summary>
public sealed class Audit(IDocuments<AuditEntry> entries, TimeProvider time)
{
    private const int DetailMax = 2000;
    private const int PageMax = 500;
    private static long _last;

    public static Collection<AuditEntry> Collection { get; } =
        new Collection<AuditEntry>("console.audit", 1, a => a.Id).Index(a => a.At).Index(a => a.By, a => a.At)
            .Index(a => a.What, a => a.At).Index(a => a.On, a => a.At).Index(a => a.Outcome, a => a.At);

    public Task Note(string by, string address, string what, string on, string outcome, string? detail = null)
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry(NextId(now), now, by, what, on, outcome,
            detail?.Length > DetailMax ? detail[..DetailMax] + "…" : detail, address);
        // Told to the end, whatever becomes of the page that it comes from.
        return entries.Insert(entry, CancellationToken.None);
    }

    /// <summary>The newest first.</summary>
    public Task<Page<AuditEntry>> Read(AuditFilter filter, string? cursor, int limit, CancellationToken cancel) =>
        entries.Query(filter.Query().Take(limit).After(cursor), cancel);

    /// <summary>All of them, the newest first, a page at a time.</summary>
    public IAsyncEnumerable<AuditEntry> All(AuditFilter filter, CancellationToken cancel) =>
        entries.Pages(filter.Query().Take(PageMax), cancel).Select(entry => entry.Document);

    /// <summary>
    /// Deletes entries that are older than they are kept, then the oldest of those that are too many. It deletes at most so many at one
    /// time, so that a clock that is wrong for a while does not take everything.
    /// </summary>
    /// <returns>Number of deleted entries.</returns>
    public async Task<int> Forget(TimeSpan age, long countMax, int atOnce, CancellationToken cancel)
    {
        var oldest = DocumentQuery<AuditEntry>.All.OrderBy(a => a.At);
        var deleted = await entries.DeleteMany(oldest.Where(a => a.At, Match.Less, time.GetUtcNow() - age).Take(atOnce), cancel);
        var surplus = await entries.Count(DocumentQuery<AuditEntry>.All, cancel) - countMax;
        return surplus <= 0 || deleted >= atOnce ? deleted
            : deleted + await entries.DeleteMany(oldest.Take((int)Math.Min(surplus, atOnce - deleted)), cancel);
    }

    private static string NextId(DateTimeOffset now)
    {
        var ticks = now.UtcTicks;
        long seen, next;
        do
        {
            seen = Interlocked.Read(ref _last);
            next = Math.Max(seen + 1, ticks);
        }
        while (Interlocked.CompareExchange(ref _last, next, seen) != seen);
        return string.Create(CultureInfo.InvariantCulture, $"{next:D19}-{Environment.ProcessId}");
    }
}
