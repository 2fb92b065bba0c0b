using Holdfast.Alerting.State;
using Holdfast.Platform;

namespace Holdfast.Alerting.Deliver;

/// <summary>
/// Makes deliveries and sending status what the alert's state asks for (<see cref="AlertPipeline.Plan"/>). Safe to run at any time,
/// by anyone: what a crash or another replica left out is found again.
/// </summary>
internal sealed class DeliveryPlanner
{
    private readonly AlertStore _alerts;
    private readonly DeliveryStore _deliveries;
    private readonly PipelineContexts _contexts;
    private readonly TimeProvider _time;
    private readonly RequestCoalescer<Versioned<Alert>, bool> _planning;

    public DeliveryPlanner(AlertStore alerts, DeliveryStore deliveries, PipelineContexts contexts, TimeProvider time)
    {
        (_alerts, _deliveries, _contexts, _time) = (alerts, deliveries, contexts, time);
        _planning = new(PlanTogether, IngestWaves.StepMax);
    }

    /// <param name="Existing">Its deliveries, where the caller knows them; null: they are asked for.</param>
    internal sealed record Unplanned(Versioned<Alert> Found, IReadOnlyList<Delivery>? Existing);

    private sealed record Planned(Versioned<Alert> Found, DeliveryPlan Plan)
    {
        internal Alert Alert => Plan.Alert;
    }

    internal async Task Plan(string id, CancellationToken cancel)
    {
        if (await _alerts.Find(id, cancel) is { } found)
        {
            await PlanMany([new(found, null)], await _contexts.Read(cancel), cancel);
        }
    }

    /// <summary>The same for several, as they were just read.</summary>
    internal async Task Plan(IReadOnlyList<Versioned<Alert>> known, CancellationToken cancel) =>
        await PlanMany([.. known.Select(k => new Unplanned(k, null))], await _contexts.Read(cancel), cancel);

    /// <summary>
    /// After a delivery: with the alert as it was read for it, and with channels and silences as they were a moment ago.
    /// What that misses is found when the alert is looked at next. Those that come at the same time are planned together.
    /// </summary>
    internal Task PlanAfter(Versioned<Alert> known, CancellationToken cancel) => _planning.Ask(known, cancel);

    private async Task<IReadOnlyList<bool>> PlanTogether(IReadOnlyList<Versioned<Alert>> known)
    {
        var each = known.GroupBy(k => k.Document.Id, StringComparer.Ordinal).Select(same => same.MaxBy(k => k.Version));
        await PlanMany(
            [.. each.Select(k => new Unplanned(k, null))], await _contexts.Recent(CancellationToken.None), CancellationToken.None);
        return [.. known.Select(_ => true)];
    }

    /// <summary>
    /// Deliveries of all of them in one step, then what became of the alerts in one; who lost a race is looked at anew. A new
    /// generation is written before its deliveries: no other message may have its number.
    /// </summary>
    internal async Task PlanMany(IReadOnlyList<Unplanned> some, PipelineContext context, CancellationToken cancel)
    {
        for (var races = 0; races < AlertStore.RacesMax && some.Count > 0; races++)
        {
            var now = AlertNormalizer.Micros(_time.GetUtcNow());
            var plans = await Decide(some, context, now, cancel);
            await _deliveries.AddMany([.. plans.SelectMany(p => p.Plan.Missing)], cancel);
            var changed = plans.Where(p => AlertPipeline.NeedsWriting(p.Found.Document, p.Alert, now)).ToList();
            var written = await _alerts.WriteMany([.. changed.Select(p => ((Versioned<Alert>?)p.Found, p.Alert))], cancel);
            var again = new List<Unplanned>();
            foreach (var (at, one) in changed.Index())
            {
                if (!written[at] && await _alerts.Find(one.Alert.Id, cancel) is { } found)
                {
                    again.Add(new(found, null));
                }
                else if (written[at] && one.Alert.Generation != one.Found.Document.Generation)
                {
                    again.Add(new(new(one.Alert, one.Found.Version + 1), null));
                }
            }

            some = again;
        }
    }

    private async Task<IReadOnlyList<Planned>> Decide(
        IReadOnlyList<Unplanned> some, PipelineContext context, DateTimeOffset now, CancellationToken cancel)
    {
        var asked = some.Where(s => s.Existing is null).Select(s => s.Found.Document).ToList();
        var of = asked.Zip(await _deliveries.OfMany(asked, cancel)).ToDictionary(d => d.First.Id, d => d.Second, StringComparer.Ordinal);
        var plans = new List<Planned>(some.Count);
        foreach (var (found, existing) in some)
        {
            var inTime = await _deliveries.TakeForNow(existing ?? of[found.Document.Id], now, cancel);
            var known = await _deliveries.AbandonOrphans(inTime, context.Channels, now, cancel);
            var inhibitedUntil = await InhibitedUntil(found.Document, now, cancel);
            plans.Add(new(found, AlertPipeline.Plan(found.Document, known, context, inhibitedUntil, now)));
        }

        return plans;
    }

    private async Task<DateTimeOffset?> InhibitedUntil(Alert alert, DateTimeOffset now, CancellationToken cancel) =>
        alert.Parent is not { } id || alert.Condition == AlertCondition.Resolved
            ? null
            : Inhibition.QuietUntil(await _alerts.Find(id, cancel) is { } found ? AheadOfNow.Taken(found.Document, now) : null, now);
}
