using Holdfast.HaScheduler.State;
using Holdfast.Platform.Explain;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>
/// The decisions about hosts, components, tasks and regions that this replica leads. A decision is news when it is another one than
/// before. What is well and always was has no record.
/// </summary>
internal sealed class SchedulerDecisionLog(IDocuments<DecisionRecord> documents, TimeProvider time)
    : DecisionLog<DecisionRecord>(documents, new DecisionFields<DecisionRecord>(d => d.Object, d => d.At, d => d.Code), time)
{
    private const int Page = 1000;

    /// <summary>At the start, and whenever somebody else may have decided: what holds is not written a second time.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        var standing = await Standing(cancel);
        ForgetAll();
        foreach (var record in standing.Values)
        {
            Remember(record);
        }
    }

    /// <summary>Stored decisions that still hold, by object, of all replicas.</summary>
    internal async Task<IReadOnlyDictionary<string, DecisionRecord>> Standing(CancellationToken cancel)
    {
        var standing = new Dictionary<string, DecisionRecord>(StringComparer.Ordinal);
        var query = DocumentQuery<DecisionRecord>.All.Where(d => d.Until, Match.Equal, null).Take(Page);
        await foreach (var (record, _) in Documents.Pages(query, cancel))
        {
            // Of two that hold, the later does.
            if (standing.GetValueOrDefault(record.Object) is not { } other || other.At < record.At)
            {
                standing[record.Object] = record;
            }
        }

        return standing;
    }

    /// <summary>Decisions that a maintenance holds back at the moment, by the maintenance's key.</summary>
    internal async Task<ILookup<string, DecisionRecord>> HeldBackNow(CancellationToken cancel)
    {
        var held = new List<DecisionRecord>();
        var query = DocumentQuery<DecisionRecord>.All.Where(d => d.Until, Match.Equal, null)
            .Where(d => d.Maintenance, Match.NotEqual, null).Take(Page);
        await foreach (var (record, _) in Documents.Pages(query, cancel))
        {
            held.Add(record);
        }

        return held.ToLookup(h => h.Maintenance!, StringComparer.Ordinal);
    }

    /// <summary>The plans that this maintenance kept HA from carrying out: each once, in the order of time.</summary>
    internal async Task<IReadOnlyList<HeldBackAct>> HeldBack(OpenMaintenance open, CancellationToken cancel)
    {
        var acts = new Dictionary<(string, string), HeldBackAct>();
        var query = DocumentQuery<DecisionRecord>.All.Where(d => d.Maintenance, Match.Equal, open.Key)
            .Where(d => d.At, Match.GreaterOrEqual, open.Work.At).OrderBy(d => d.At).Take(Page);
        await foreach (var (record, _) in Documents.Pages(query, cancel))
        {
            if (record.Plan is { } plan)
            {
                acts.TryAdd((record.Object, plan), new HeldBackAct(record.Object, plan, record.At));
            }
        }

        return [.. acts.Values.OrderBy(a => a.Since).ThenBy(a => a.Object, StringComparer.Ordinal)];
    }

    /// <param name="leads">Tells whether this replica leads a region; other regions are recorded by their own leaders.</param>
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

        foreach (var latest in AllLatest)
        {
            if (!seen.Contains(latest.Object))
            {
                Over(latest, now, leads, regionOf, changed);
            }
        }

        await Store(changed, cancel);
        if (IsPruneDue(now))
        {
            await CarryOn(now, cancel);
            await Prune(now, cancel);
        }
    }

    private void Note(Decision decision, DateTimeOffset now, List<DecisionRecord> changed)
    {
        var before = Latest(decision.Object);
        if (before is { IsWell: true } && decision is Hold { Reason: var reason } && reason == Reason.Healthy)
        {
            return;
        }

        var record = Describe.Of(decision, now);
        if (before is null && record.IsWell)
        {
            Remember(record);
        }
        else if (before is null || !record.IsSameAs(before))
        {
            Replace(before, record, changed);
        }
        else
        {
            Remember(record with { Id = before.Id, At = before.At, AsSaid = before.AsSaid ?? before });
        }
    }

    /// <summary>The pass did not name it: it stands well, or is not there any more.</summary>
    private void Over(
        DecisionRecord latest, DateTimeOffset now, Func<string, bool> leads, Func<string, string?> regionOf,
        List<DecisionRecord> changed)
    {
        if (latest.IsWell)
        {
            Forget(latest.Object);
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
        await Documents.UpsertMany([.. changed.Select(c => c.IsWell ? c with { Until = c.At } : c)], cancel);
        foreach (var record in changed.Where(c => c.Until is null))
        {
            Remember(record);
        }
    }

    /// <summary>Renews decisions that still hold under the present time, so that no moment that is kept lacks its decision.</summary>
    private async Task CarryOn(DateTimeOffset now, CancellationToken cancel)
    {
        var carried = new List<DecisionRecord>();
        foreach (var latest in AllLatest.Where(l => l is { IsWell: false, Id.Length: > 0 } && l.At < now - DecisionLimits.Kept))
        {
            Replace(latest, latest with { At = now }, carried);
        }

        await Store(carried, cancel);
    }
}
