using System.Collections.Concurrent;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>
/// Remembers each object's latest decision, and stores it when it is another one than before. What stands well and always
/// did has no record.
/// </summary>
internal sealed class Why(IDocuments<DecisionRecord> documents, TimeProvider time)
{
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);

    /// <summary>At most so many are pruned at a time.</summary>
    private const int PruneMax = 10_000;

    private const int Page = 1000;

    private readonly ConcurrentDictionary<string, DecisionRecord> _latest = new(StringComparer.Ordinal);
    private DateTimeOffset _prunedAt = time.GetUtcNow();

    /// <summary>Of an object in a region that this replica leads.</summary>
    internal DecisionRecord? Latest(string @object) => _latest.GetValueOrDefault(@object);

    /// <summary>At the start, and whenever somebody else may have decided: what holds is not written a second time.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        var standing = await Standing(cancel);
        _latest.Clear();
        foreach (var record in standing.Values)
        {
            _latest[record.Object] = record;
        }
    }

    /// <summary>What is stored as holding, by object, whichever replica decided it.</summary>
    internal async Task<IReadOnlyDictionary<string, DecisionRecord>> Standing(CancellationToken cancel)
    {
        var standing = new Dictionary<string, DecisionRecord>(StringComparer.Ordinal);
        await foreach (var record in All(DocumentQuery<DecisionRecord>.All.Where(d => d.Until, Match.Equal, null).Take(Page), cancel))
        {
            // Of two that hold, the later does.
            if (standing.GetValueOrDefault(record.Object) is not { } other || other.At < record.At)
            {
                standing[record.Object] = record;
            }
        }

        return standing;
    }

    /// <summary>What is held back at the moment, by the key of the maintenance that does.</summary>
    internal async Task<ILookup<string, DecisionRecord>> HeldBackNow(CancellationToken cancel)
    {
        var held = new List<DecisionRecord>();
        var query = DocumentQuery<DecisionRecord>.All.Where(d => d.Until, Match.Equal, null)
            .Where(d => d.Maintenance, Match.NotEqual, null).Take(Page);
        await foreach (var record in All(query, cancel))
        {
            held.Add(record);
        }

        return held.ToLookup(h => h.Maintenance!, StringComparer.Ordinal);
    }

    internal Task<Page<DecisionRecord>> History(DecisionQuery asked, CancellationToken cancel) =>
        documents.Query(asked.ToQuery(), cancel);

    /// <summary>The record that held at that moment; null: none is known, so the object stood well if it was there.</summary>
    internal async Task<DecisionRecord?> HeldAt(string @object, DateTimeOffset at, CancellationToken cancel)
    {
        var query = DocumentQuery<DecisionRecord>.All.Where(d => d.Object, Match.Equal, @object)
            .Where(d => d.At, Match.LessOrEqual, at).OrderBy(d => d.At, descending: true).Take(1);
        return (await documents.Query(query, cancel)).Items is [var found] ? found.Document : null;
    }

    /// <summary>What HA would have done had it not been for this maintenance: each plan once, in the order of time.</summary>
    internal async Task<IReadOnlyList<HeldBackAct>> HeldBack(OpenMaintenance open, CancellationToken cancel)
    {
        var acts = new Dictionary<(string, string), HeldBackAct>();
        var query = DocumentQuery<DecisionRecord>.All.Where(d => d.Maintenance, Match.Equal, open.Key)
            .Where(d => d.At, Match.GreaterOrEqual, open.Work.At).OrderBy(d => d.At).Take(Page);
        await foreach (var record in All(query, cancel))
        {
            if (record.Plan is { } plan)
            {
                acts.TryAdd((record.Object, plan), new HeldBackAct(record.Object, plan, record.At));
            }
        }

        return [.. acts.Values.OrderBy(a => a.Since).ThenBy(a => a.Object, StringComparer.Ordinal)];
    }

    /// <param name="leads">Whether this replica leads a region; what it does not lead is another one's to record.</param>
    /// <param name="regionOf">The region of an object; null: it is not there any more.</param>
    internal async Task Record(
        IReadOnlyList<Decision> decisions, DateTimeOffset now, Func<string, bool> leads, Func<string, string?> regionOf,
        CancellationToken cancel)
    {
        var changed = new List<DecisionRecord>();
        var seen = new HashSet<string>(decisions.Count, StringComparer.Ordinal);
        foreach (var decision in decisions)
        {
            seen.Add(decision.Object);
            Note(decision, now, changed);
        }

        foreach (var (over, latest) in _latest)
        {
            if (!seen.Contains(over))
            {
                Over(latest, now, leads, regionOf, changed);
            }
        }

        await Store(changed, cancel);
        if (now - _prunedAt > PruneEvery)
        {
            _prunedAt = now;
            await Prune(now, cancel);
        }
    }

    private void Note(Decision decision, DateTimeOffset now, List<DecisionRecord> changed)
    {
        var before = _latest.GetValueOrDefault(decision.Object);
        if (before is { IsWell: true } && decision is Hold { Reason: var reason } && reason == Reason.Healthy)
        {
            return;
        }

        var record = Describe.Of(decision, now);
        if (before is null && record.IsWell)
        {
            _latest[record.Object] = record;
        }
        else if (before is null || !record.IsSameAs(before))
        {
            Replace(before, record, changed);
        }
        else
        {
            _latest[record.Object] = record with { Id = before.Id, At = before.At, AsSaid = before.AsSaid ?? before };
        }
    }

    /// <summary>The pass did not name it: it stands well, or is not there any more.</summary>
    private void Over(
        DecisionRecord latest, DateTimeOffset now, Func<string, bool> leads, Func<string, string?> regionOf,
        List<DecisionRecord> changed)
    {
        if (latest.IsWell)
        {
            _latest.TryRemove(latest.Object, out _);
        }
        else if (regionOf(latest.Object) is not { } region || leads(region))
        {
            Replace(latest, DecisionRecord.Well(latest.Object, now), changed);
        }
    }

    private static void Replace(DecisionRecord? before, DecisionRecord record, List<DecisionRecord> changed)
    {
        if (before is { Id.Length: > 0 })
        {
            changed.Add((before.AsSaid ?? before) with { Until = record.At });
        }

        // One decision for each object and pass: the id is another one's only if it is the same decision.
        changed.Add(record with { Id = $"{record.At:yyyyMMddHHmmssffffff}-{record.Object}" });
    }

    /// <summary>Remembered once it is stored: what could not be written is found again by the next pass.</summary>
    private async Task Store(List<DecisionRecord> changed, CancellationToken cancel)
    {
        if (changed.Count == 0)
        {
            return;
        }

        // A record of standing well is over at once: it is the end of what was before it, and nothing to be loaded.
        await documents.UpsertMany([.. changed.Select(c => c.IsWell ? c with { Until = c.At } : c)], cancel);
        foreach (var record in changed.Where(c => c.Until is null))
        {
            _latest[record.Object] = record;
        }
    }

    /// <summary>What still holds is carried on under the present time, so that no moment that is kept lacks its decision.</summary>
    private async Task Prune(DateTimeOffset now, CancellationToken cancel)
    {
        var old = now - Kept;
        var carried = new List<DecisionRecord>();
        foreach (var latest in _latest.Values.Where(l => l is { IsWell: false, Id.Length: > 0 } && l.At < old))
        {
            Replace(latest, latest with { At = now }, carried);
        }

        await Store(carried, cancel);
        await documents.DeleteMany(DocumentQuery<DecisionRecord>.All.Where(d => d.At, Match.Less, old).Take(PruneMax), cancel);
    }

    private async IAsyncEnumerable<DecisionRecord> All(
        DocumentQuery<DecisionRecord> query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? cursor = null;
        do
        {
            var page = await documents.Query(query.After(cursor), cancel);
            foreach (var item in page.Items)
            {
                yield return item.Document;
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }
}
