using Holdfast.Heartbeat.Intake;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Platform.State;

namespace Holdfast.Heartbeat.Leases;

/// <summary>
/// The store's side of the promises: what holds, for a restart and for replicas that did not hear it, and what each
/// collector may have out there, for all others and for its own next life.
/// </summary>
internal sealed class PromiseStore(
    IDocuments<CollectorRow> collectors, IDocuments<TermsRow> store, IDocuments<HeardCollectors> heard, CurrentTerms terms,
    CollectorStanding standing, TimeProvider time)
{
    private const int CollectorsMax = 1_000;

    /// <summary>Lives of schedulers, the latest first: far more than there are at a time.</summary>
    private const int SchedulersMax = 100;

    /// <summary>Before the first grant. What a former life granted is in its row: it is one of the others now.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        if (await store.Find(TermsRow.CurrentId, cancel) is { Document: var row })
        {
            terms.Step(promises => promises.Begin(row.Version, row.Promise));
        }

        await Exchange(cancel);
        terms.BecomeKnown();
    }

    /// <summary>
    /// Says in the store what is out there, then reads what the others have; the highest sequence that each of them, or a scheduler
    /// that hears it, has told, and when it asked.
    /// </summary>
    internal async Task<(IReadOnlyDictionary<string, long> Others, TimeSpan Asked)> Exchange(CancellationToken cancel)
    {
        terms.Step(promises => promises.Pass(standing.Now));
        var own = terms.Promises.Own;
        await collectors.UpsertMany(
            [new CollectorRow(standing.Id, standing.ConfirmedSequence, standing.Stamp(), own)], cancel);
        var asked = standing.Now;
        terms.Step(promises => promises.SaidInRow(own, asked));
        var page = await collectors.Query(
            DocumentQuery<CollectorRow>.All.OrderBy(row => row.At, descending: true).Take(CollectorsMax), cancel);
        var others = page.Items
            .Where(item => !string.Equals(item.Document.Id, standing.Id, StringComparison.Ordinal)).ToList();
        var sequences = Highest(others.ConvertAll(o => o.Document), await Heard(cancel));
        terms.Step(promises => promises.Read(
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
        .SelectMany(s => s.Sequences).Where(s => !string.Equals(s.Key, standing.Id, StringComparison.Ordinal))
        .Concat(rows.Select(row => KeyValuePair.Create(row.Id, row.ConfirmedSequence)))
        .GroupBy(s => s.Key, s => s.Value, StringComparer.Ordinal)
        .ToDictionary(s => s.Key, s => s.Max(), StringComparer.Ordinal);

    /// <summary>A collector whose promises have run out has none: one that starts after this needs not wait for them again.</summary>
    private async Task Settle(List<Versioned<CollectorRow>> others, CancellationToken cancel)
    {
        var runOut = terms.Promises.RunOut;
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
        var (version, promise) = terms.Promises.Newest;
        if (stored is { Document: var row } && row.Version >= version)
        {
            terms.Step(promises => promises.Change(row.Version, row.Promise));
        }
        else if (version > 0)
        {
            var next = new TermsRow(TermsRow.CurrentId, version, promise, standing.Id, time.GetUtcNow());
            _ = stored is { } known ? await store.Replace(next, known.Version, cancel) : await store.Insert(next, cancel);
        }
    }
}
