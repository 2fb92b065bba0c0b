using Holdfast.Alerting.Deliver;

namespace Holdfast.Alerting.Silences;

/// <summary>
/// Marks what fires when a silence is made or ended: people see at once what is silenced, and not when it is raised next. What
/// this leaves out, because there is too much of it or the process ends, the next message of each alert does.
/// </summary>
internal sealed class SilenceMarks(IDocuments<Alert> alerts, DeliveryPlanner planner)
{
    private const int PageSize = 250;
    private const int MarkedMax = 2_000;

    internal async Task Mark(SilenceMatcher matcher, CancellationToken cancel)
    {
        var (read, next) = (0, (string?)null);
        do
        {
            // Marking one does not move it in this order: when it was raised stays.
            var page = await alerts.Query(
                DocumentQuery<Alert>.All.Where(a => a.FiringAt, Match.Greater, DateTimeOffset.UnixEpoch).OrderBy(a => a.FiringAt)
                    .Take(PageSize).After(next), cancel);
            read += page.Items.Count;
            await planner.Plan([.. page.Items.Where(a => Silencing.Covers(matcher, a.Document))], cancel);
            next = page.Next;
        }
        while (next is not null && read < MarkedMax);
    }
}
