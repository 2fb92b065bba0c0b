using System.Globalization;
using Holdfast.Platform.State;

namespace Holdfast.ConsoleUi.Access;

/// <summary>Keeps what people did.</summary>
internal sealed class Audit(IDocuments<AuditEntry> entries, TimeProvider time)
{
    private const int DetailMax = 2000;
    private static long _last;

    internal Task Note(string by, string address, string what, string on, string outcome, string? detail = null)
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry(NextId(now), now, by, what, on, outcome,
            detail?.Length > DetailMax ? detail[..DetailMax] + "…" : detail, address);
        // Told to the end, whatever becomes of the page that it comes from.
        return entries.Insert(entry, CancellationToken.None);
    }

    internal Task<Page<AuditEntry>> Read(string? by, string? cursor, int limit, CancellationToken cancel)
    {
        var query = DocumentQuery<AuditEntry>.All.OrderBy(a => a.At, descending: true).Take(limit).After(cursor);
        return entries.Query(string.IsNullOrEmpty(by) ? query : query.Where(a => a.By, Match.Equal, by), cancel);
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
