using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Deliver;

/// <summary>
/// Settles every alert that is due for a look: deliveries that a crash left out, silences and parents that have ended,
/// fallbacks, completion. Deletes what is older than the longest range that anyone can ask for.
/// </summary>
internal sealed class AlertSweep(
    DeliveryPlanner planner, IDocuments<Alert> alerts, IDocuments<Delivery> deliveries, TimeProvider time,
        ILogger<AlertSweep> logger) : TickLoop(time, logger)
{
    private const int Page = 500;
    private const int PagesMax = 20;
    private const int SettledAtOnce = 16;
    private const int DeletedAtOnce = 2000;

    internal static TimeSpan Kept { get; } = TimeSpan.FromDays(93);

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromSeconds(5);

    private long? _forgot;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        for (var pages = 0; pages < PagesMax; pages++)
        {
            var now = AlertNormalizer.Micros(Time.GetUtcNow());
            var due = (await alerts.Query(
                DocumentQuery<Alert>.All.Where(a => a.DueAt, Match.LessOrEqual, now).OrderBy(a => a.DueAt).Take(Page), cancel)).Items;
            await ForEachBounded.Run(due, SettledAtOnce, (alert, stop) => planner.Plan(alert.Document.Id, stop), cancel);
            if (due.Count < Page)
            {
                break;
            }
        }

        if (_forgot is not { } forgot || Time.GetElapsedTime(forgot) >= ForgetEvery)
        {
            await Forget(cancel);
            _forgot = Time.GetTimestamp();
        }
    }

    private async Task Forget(CancellationToken cancel)
    {
        var before = AlertNormalizer.Micros(Time.GetUtcNow() - Kept);
        await deliveries.DeleteMany(
            DocumentQuery<Delivery>.All.Where(d => d.CreatedAt, Match.Less, before).OrderBy(d => d.CreatedAt).Take(DeletedAtOnce), cancel);
        await alerts.DeleteMany(
            DocumentQuery<Alert>.All.Where(a => a.Status, Match.Equal, SendingStatus.Completed)
                .Where(a => a.LastTriggered, Match.Less, before).OrderBy(a => a.LastTriggered).Take(DeletedAtOnce),
            cancel);
    }
}
