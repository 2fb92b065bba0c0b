using Holdfast.Heartbeat.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Leases;

/// <summary>
/// Says in the store twice a second how far this collector's batches got and what it may have out there. Reads the same of the others,
/// and what schedulers have heard of them.
/// </summary>
internal sealed class PeersLoop(
    IDocuments<CollectorRow> store, LeaseTermsStore termsStore, CollectorHealth health, TimeProvider time,
        ILogger<PeersLoop> logger) : TickLoop(time, logger)
{
    private const int PrunedMax = 1_000;

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
        var (others, asked) = await termsStore.Exchange(cancel);
        health.Read(others, asked);
        if (_pruned is null || asked - _pruned > TimeSpan.FromHours(1))
        {
            _pruned = asked;
            await store.DeleteMany(
                DocumentQuery<CollectorRow>.All
                    .Where(row => row.At, Match.Less, Time.GetUtcNow() - RowAgeMax).Take(PrunedMax),
                cancel);
        }
    }
}
