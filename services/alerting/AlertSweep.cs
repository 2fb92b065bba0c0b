using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// Goes round all alerts that are not completed and settles each: deliveries that a crash left out, sending statuses,
/// completion. Deletes what is older than the longest range that anyone can ask for.
/// </summary>
internal sealed class AlertSweep(
    Ledger ledger, IDocuments<Alert> alerts, IDocuments<Delivery> deliveries, TimeProvider time,
        ILogger<AlertSweep> logger) : TickLoop(time, logger)
{
    private const int Page = 200;
    private const int DeletedAtOnce = 1000;
    private string? _cursor;

    internal static TimeSpan Kept { get; } = TimeSpan.FromDays(93);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    protected override async Task Tick(CancellationToken cancel)
    {
        var page = await alerts.Query(
            DocumentQuery<Alert>.All.Where(a => a.Status, Match.NotEqual, SendingStatus.Completed).Take(Page)
                .After(_cursor), cancel);
        foreach (var open in page.Items)
        {
            await ledger.Settle(open.Document.Id, cancel);
        }

        _cursor = page.Next;
        if (_cursor is null)
        {
            await Forget(cancel);
        }
    }

    private async Task Forget(CancellationToken cancel)
    {
        var before = Saying.Micros(Time.GetUtcNow() - Kept);
        await deliveries.DeleteMany(
            DocumentQuery<Delivery>.All.Where(d => d.CreatedAt, Match.Less, before).Take(DeletedAtOnce), cancel);
        await alerts.DeleteMany(
            DocumentQuery<Alert>.All.Where(a => a.LastTriggered, Match.Less, before)
                .Where(a => a.Status, Match.Equal, SendingStatus.Completed)
                .Take(DeletedAtOnce),
            cancel);
    }
}
