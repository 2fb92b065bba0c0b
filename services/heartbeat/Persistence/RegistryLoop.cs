using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Persistence;

/// <summary>The store's side of what is known, off the request path.</summary>
internal sealed record RegistryStore(
    IDocuments<HostRow> Hosts,
    IDocuments<RegistrationRow> Registrations,
    IDocuments<SequenceRow> Sequence,
    IDocuments<DesiredRow> Desired);

/// <summary>
/// Once a second: reads everything once, then writes what was heard since and reads what other collectors wrote. Until
/// the first reading is complete no heartbeat is answered: what a host should run would be unknown, not nothing.
/// </summary>
internal sealed class RegistryLoop(
    RegistryStore store,
    LeaseTermsStore termsStore,
    HostRegistry hosts,
    DesiredComponents desired,
    CollectorHealth health,
    TimeProvider time,
    ILogger<RegistryLoop> logger) : TickLoop(time, logger)
{
    private const int PageSize = 1_000;

    /// <summary>Marks in one row of the heartbeat sequence.</summary>
    private const int MarksMax = 5_000;

    /// <summary>
    /// Rows of the heartbeat sequence that are kept; a host's own row is never older than <see cref="HostRow.AgeMax"/>.
    /// </summary>
    internal const int SequenceRowsMax = 60;

    /// <summary>Stamps never step back, but what was stamped earlier may be written later by so much and is still found.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTimeOffset> _readUpTo = new(StringComparer.Ordinal);
    private bool _loaded;
    private long _row;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        if (!_loaded)
        {
            await Load(cancel);
            return;
        }

        var began = health.Now;
        await ReadOthers(cancel);
        await desired.ResolveDoubts(cancel);
        health.Freshened(began);
        await Flush(cancel);
    }

    internal async Task Load(CancellationToken cancel)
    {
        await termsStore.Load(cancel);
        var began = health.Now;
        await ReadAll(store.Hosts, DocumentQuery<HostRow>.All, Learn, cancel);
        await ReadAll(store.Registrations, DocumentQuery<RegistrationRow>.All, Learn, cancel);
        await ReadAll(store.Desired, DocumentQuery<DesiredRow>.All, Learn, cancel);
        var newest = await store.Sequence.Query(
            DocumentQuery<SequenceRow>.All.OrderBy(row => row.At, descending: true).Take(2 * SequenceRowsMax), cancel);
        foreach (var mark in newest.Items.SelectMany(item => item.Document.Marks))
        {
            hosts.Find(mark.Host)?.Learn(mark);
        }

        _loaded = true;
        health.Freshened(began);
        health.Load();
    }

    internal async Task Flush(CancellationToken cancel)
    {
        var entries = new List<HostEntry>();
        while (hosts.Touched.TryDequeue(out var entry))
        {
            // One that was forgotten meanwhile must not come back with a row of its own.
            if (ReferenceEquals(hosts.Find(entry.Host), entry))
            {
                entries.Add(entry);
            }
        }

        var at = health.Stamp();
        var now = health.Now;
        var taken = entries.ConvertAll(entry => entry.TakeForSaving(now, HostRow.AgeMax, health.Id, at));
        try
        {
            var rows = taken.Where(t => t.Row is not null).Select(t => t.Row!).ToList();
            foreach (var chunk in rows.Chunk(MarksMax))
            {
                await store.Hosts.UpsertMany(chunk, cancel);
            }

            await store.Sequence.UpsertMany([.. taken.Select(t => t.Mark).Chunk(MarksMax).Select(marks =>
                new SequenceRow($"{health.Id}/{++_row:D12}", health.Id, at, marks))], cancel);
            await Prune(cancel);
        }
        catch
        {
            Retake(entries);
            throw;
        }
    }

    private void Retake(List<HostEntry> entries)
    {
        foreach (var entry in entries)
        {
            entry.WasNotSaved();
            hosts.Touch(entry);
        }
    }

    /// <summary>Any collector prunes for all; what a host's own row already says is not needed twice.</summary>
    private async Task Prune(CancellationToken cancel)
    {
        var excess = await store.Sequence.Count(DocumentQuery<SequenceRow>.All, cancel) - SequenceRowsMax;
        if (excess > 0)
        {
            await store.Sequence.DeleteMany(
                DocumentQuery<SequenceRow>.All.OrderBy(row => row.At).Take((int)Math.Min(excess, PageSize)), cancel);
        }
    }

    private async Task ReadOthers(CancellationToken cancel)
    {
        foreach (var other in health.Peers.Seen.Keys)
        {
            var since = _readUpTo.GetValueOrDefault(other, DateTimeOffset.MinValue.Add(Overlap)) - Overlap;
            await ReadAll(store.Hosts, Written<HostRow>(r => r.By, r => r.At, other, since), Learn, cancel);
            await ReadAll(store.Registrations, Written<RegistrationRow>(r => r.By, r => r.At, other, since), Learn,
                cancel);
            await ReadAll(store.Desired, Written<DesiredRow>(r => r.By, r => r.At, other, since), Learn, cancel);
        }
    }

    /// <summary>
    /// The writing of one other collector, by that collector's own clock: two machines' clocks are never compared.
    /// </summary>
    private static DocumentQuery<T> Written<T>(
        System.Linq.Expressions.Expression<Func<T, string>> by,
        System.Linq.Expressions.Expression<Func<T, DateTimeOffset>> at,
        string writer,
        DateTimeOffset since) where T : class =>
        DocumentQuery<T>.All.Where(by, Match.Equal, writer).Where(at, Match.GreaterOrEqual, since).OrderBy(at);

    private void Learn(HostRow row)
    {
        ReadUpTo(row.By, row.At);
        hosts.Learn(row, health.Now, health.Terms.Lease);
    }

    private void Learn(RegistrationRow row)
    {
        ReadUpTo(row.By, row.At);
        hosts.Register(row.Registration);
        if (row.Past is { } past)
        {
            hosts.Remember(row.Host, past);
        }
    }

    private void Learn(DesiredRow row)
    {
        ReadUpTo(row.By, row.At);
        desired.Keep(row);
    }

    private void ReadUpTo(string by, DateTimeOffset at)
    {
        if (!_readUpTo.TryGetValue(by, out var before) || before < at)
        {
            _readUpTo[by] = at;
        }
    }

    private static async Task ReadAll<T>(
        IDocuments<T> documents, DocumentQuery<T> query, Action<T> learn, CancellationToken cancel) where T : class
    {
        string? cursor = null;
        do
        {
            var page = await documents.Query(query.Take(PageSize).After(cursor), cancel);
            foreach (var item in page.Items)
            {
                learn(item.Document);
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }
}
