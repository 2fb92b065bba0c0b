using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Leases;

/// <summary>
/// Keeps the lease terms in the store. It keeps those in force, for a restart and for replicas that did not hear of them. It also keeps
/// those that each collector's hosts may still run by, for all other collectors and for its own next life.
/// </summary>
internal sealed class LeaseTermsStore(
    IDocuments<CollectorRow> collectors, IDocuments<TermsRow> store, IDocuments<HeardCollectors> heard, CurrentTerms terms,
    CollectorHealth health, TimeProvider time)
{
    private const int CollectorsMax = 1_000;

    /// <summary>Lives of schedulers, the latest first: far more than there are at a time.</summary>
    private const int SchedulersMax = 100;

    /// <summary>
    /// Reads what is stored, before the first grant. What a former life granted is in its row: it is one of the others now.
    /// </summary>
    internal async Task Load(CancellationToken cancel)
    {
        if (await store.Find(TermsRow.CurrentId, cancel) is { Document: var row })
        {
            terms.Step(rollout => rollout.Begin(row.Version, row.Terms));
        }

        await Exchange(cancel);
        terms.BecomeKnown();
    }

    /// <summary>
    /// Says in the store what is out there, then reads what the others have. Returns the highest sequence that each of them, or a
    /// scheduler that hears it, has told, and when this collector asked.
    /// </summary>
    internal async Task<(IReadOnlyDictionary<string, long> Others, TimeSpan Asked)> Exchange(CancellationToken cancel)
    {
        terms.Step(rollout => rollout.Pass(health.Now));
        var own = terms.Rollout.Own;
        await collectors.UpsertMany(
            [new CollectorRow(health.Id, health.ConfirmedSequence, health.Stamp(), own)], cancel);
        var asked = health.Now;
        terms.Step(rollout => rollout.SaidInRow(own, asked));
        var page = await collectors.Query(
            DocumentQuery<CollectorRow>.All.OrderBy(row => row.At, descending: true).Take(CollectorsMax), cancel);
        var others = page.Items
            .Where(item => !string.Equals(item.Document.Id, health.Id, StringComparison.Ordinal)).ToList();
        var sequences = Highest(others.ConvertAll(o => o.Document), await Heard(cancel));
        terms.Step(rollout => rollout.Read(
            others.Select(o => (o.Document.Id, o.Document.Longest, (o.Document.At, sequences[o.Document.Id]))), asked));
        await Settle(others, cancel);
        await Follow(cancel);
        return (sequences, asked);
    }

    private async Task<IReadOnlyList<HeardCollectors>> Heard(CancellationToken cancel)
    {
        var page = await heard.Query(
            DocumentQuery<HeardCollectors>.All.OrderBy(h => h.At, descending: true).Take(SchedulersMax), cancel);
        return [.. page.Items.Select(item => item.Document)];
    }

    /// <summary>A collector that cannot write its row lives all the same: the scheduler hears it.</summary>
    private Dictionary<string, long> Highest(IEnumerable<CollectorRow> rows, IEnumerable<HeardCollectors> schedulers) => schedulers
        .SelectMany(s => s.Sequences).Where(s => !string.Equals(s.Key, health.Id, StringComparison.Ordinal))
        .Concat(rows.Select(row => KeyValuePair.Create(row.Id, row.ConfirmedSequence)))
        .GroupBy(s => s.Key, s => s.Value, StringComparer.Ordinal)
        .ToDictionary(s => s.Key, s => s.Max(), StringComparer.Ordinal);

    /// <summary>Clears terms that have run out: a collector that starts after this need not wait for them.</summary>
    private async Task Settle(List<Versioned<CollectorRow>> others, CancellationToken cancel)
    {
        var runOut = terms.Rollout.RunOut;
        foreach (var row in others.Where(o => runOut.Contains(o.Document.Id)))
        {
            // One that lives has written its row again: then this changes nothing.
            await collectors.Replace(row.Document with { Longest = null }, row.Version, cancel);
        }
    }

    /// <summary>The higher version holds, here or in the store; whoever loses a race looks again soon.</summary>
    private async Task Follow(CancellationToken cancel)
    {
        var stored = await store.Find(TermsRow.CurrentId, cancel);
        var (version, granted) = terms.Rollout.Newest;
        if (stored is { Document: var row } && row.Version >= version)
        {
            terms.Step(rollout => rollout.Change(row.Version, row.Terms));
        }
        else if (version > 0)
        {
            var next = new TermsRow(TermsRow.CurrentId, version, granted, health.Id, time.GetUtcNow());
            _ = stored is { } known ? await store.Replace(next, known.Version, cancel) : await store.Insert(next, cancel);
        }
    }
}
