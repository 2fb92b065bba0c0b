using System.Globalization;
using Holdfast.Platform.State;

namespace Holdfast.Platform.Http;

/// <summary>
/// Something that a person or a program did, or tried to do, in the console or to credentials. Key: grows with time. Written
/// once and never changed, by every service alike.
/// </summary>
/// <param name="By">
/// A person's name, <c>token:NAME</c>, <c>installation token</c>, or <c>SERVICE@INSTANCE</c> for what it did itself.
/// </param>
/// <param name="What">In the words of the page: log in, change ha.config, drain.</param>
/// <param name="On">What it was done to.</param>
/// <param name="Outcome">done, or the code of the refusal.</param>
/// <param name="Detail">What was sent, without secrets.</param>
/// <param name="Address">From where; empty: from the service itself.</param>
public sealed record AuditEntry(
    string Id, DateTimeOffset At, string By, string What, string On, string Outcome, string? Detail, string Address)
{
    public static Collection<AuditEntry> Collection { get; } =
        new Collection<AuditEntry>("console.audit", 1, a => a.Id).Index(a => a.At).Index(a => a.By, a => a.At).Index(a => a.On);
}

/// <summary>Keeps what was done.</summary>
public sealed class Audit(IDocuments<AuditEntry> entries, TimeProvider time)
{
    private const int DetailMax = 2000;
    private static long _last;

    public Task Note(string by, string address, string what, string on, string outcome, string? detail = null)
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry(NextId(now), now, by, what, on, outcome,
            detail?.Length > DetailMax ? detail[..DetailMax] + "…" : detail, address);
        // Told to the end, whatever becomes of the page that it comes from.
        return entries.Insert(entry, CancellationToken.None);
    }

    public Task<Page<AuditEntry>> Read(string? by, string? cursor, int limit, CancellationToken cancel)
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
