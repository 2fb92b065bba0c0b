using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat;

/// <summary>
/// Twice a second: says in the store how far this collector's batches got, and reads how far the others' did.
/// </summary>
internal sealed class PeersLoop(
    IDocuments<CollectorRow> store, CollectorStanding standing, TimeProvider time, ILogger<PeersLoop> logger)
        : TickLoop(time, logger)
{
    private const int CollectorsMax = 1_000;

    /// <summary>Rows of collectors that ended so long ago are removed.</summary>
    private static readonly TimeSpan RowAgeMax = TimeSpan.FromDays(1);

    private static readonly TimeSpan AskMax = TimeSpan.FromSeconds(2);

    private TimeSpan? _pruned;

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    protected override async Task Tick(CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(AskMax, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await Exchange(either.Token);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new StateUnavailableException(
                $"The collectors' rows were not exchanged within {AskMax.TotalSeconds} s.", late);
        }
    }

    internal async Task Exchange(CancellationToken cancel)
    {
        var began = standing.Now;
        await store.UpsertMany([new CollectorRow(standing.Id, standing.ConfirmedSequence, Time.GetUtcNow())], cancel);
        standing.Told(began);
        var asked = standing.Now;
        var page = await store.Query(
            DocumentQuery<CollectorRow>.All.OrderBy(row => row.At, descending: true).Take(CollectorsMax), cancel);
        var others = page.Items.Where(item => !string.Equals(item.Document.Id, standing.Id, StringComparison.Ordinal));
        var sequences = others.ToDictionary(
            item => item.Document.Id, item => item.Document.ConfirmedSequence, StringComparer.Ordinal);
        standing.Read(sequences, asked);
        if (_pruned is null || asked - _pruned > TimeSpan.FromHours(1))
        {
            _pruned = asked;
            await store.DeleteMany(
                DocumentQuery<CollectorRow>.All
                    .Where(row => row.At, Match.Less, Time.GetUtcNow() - RowAgeMax).Take(CollectorsMax),
                cancel);
        }
    }
}
