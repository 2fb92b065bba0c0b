using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Logs;

/// <summary>
/// While other collectors live, several times a second: learns what they were asked, and writes and reads answers. A row goes
/// when nobody waits for it any more, and whoever finds one for too long removes it: its asker has died.
/// </summary>
internal sealed class LogsLoop(
    IDocuments<LogRow> store, LogRequests requests, CollectorHealth health, TimeProvider time, ILogger<LogsLoop> logger)
    : TickLoop(time, logger)
{
    /// <summary>The age at which a request is removed: much longer than anybody waits.</summary>
    private static readonly TimeSpan RowAgeMax = TimeSpan.FromSeconds(30);

    /// <summary>The interval of a collector alone, which only removes what a former life left.</summary>
    private static readonly TimeSpan AloneInterval = TimeSpan.FromSeconds(10);

    private const int RowsMax = 4 * LogRequests.OpenMax;

    /// <summary>The moment at which each row was first seen, on this process's clock: those of two machines are never compared.</summary>
    private readonly Dictionary<string, TimeSpan> _seen = new(StringComparer.Ordinal);

    private TimeSpan? _looked;

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    protected override async Task Tick(CancellationToken cancel)
    {
        var now = health.Now;
        if (!health.Peers.AnyAlive(now) && now - _looked < AloneInterval)
        {
            return;
        }

        _looked = now;
        var rows = (await store.Query(DocumentQuery<LogRow>.All.Take(RowsMax), cancel)).Items;
        requests.Learn(rows, health.Id, now);
        while (requests.ForOthers.TryDequeue(out var answered))
        {
            // False: nobody waits for it any more.
            await store.Replace(answered.Document, answered.Version, cancel);
        }

        await Prune(rows, now, cancel);
    }

    private async Task Prune(IReadOnlyList<Versioned<LogRow>> rows, TimeSpan now, CancellationToken cancel)
    {
        foreach (var gone in _seen.Keys.Except(rows.Select(r => r.Document.Id), StringComparer.Ordinal).ToList())
        {
            _seen.Remove(gone);
        }

        foreach (var row in rows)
        {
            if (_seen.TryAdd(row.Document.Id, now) || now - _seen[row.Document.Id] < RowAgeMax)
            {
                continue;
            }

            await store.Delete(row.Document.Id, row.Version, cancel);
        }
    }
}
