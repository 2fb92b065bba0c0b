using System.Diagnostics;
using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Deliver;

/// <summary>Carries out a person's orders: deliver it again, do not deliver it, try the dead letters again.</summary>
internal sealed class OperatorActions(
    DeliveryPlanner planner, AlertStore alerts, DeliveryStore deliveries, TimeProvider time)
{
    private const int RevivedAtOnce = 1000;

    /// <summary>A new generation to every matching channel, and what waits for its next attempt goes now.</summary>
    internal async Task<Outcome<Alert>> Resend(string id, CancellationToken cancel)
    {
        if (await alerts.Find(id, cancel) is not { } found)
        {
            return Faults.UnknownAlert(id);
        }

        var now = AlertNormalizer.Micros(time.GetUtcNow());
        var asked = AlertTransition.NewGeneration(found.Document, now) with { Asked = true, TraceParent = Activity.Current?.Id };
        if (!await alerts.Replace(found, asked, cancel))
        {
            return Faults.AlertChanged(id);
        }

        foreach (var waiting in (await deliveries.Of(asked, cancel)).Where(d => !d.Settled && d.ClaimedBy is null))
        {
            await deliveries.Change(
                waiting.Id, d => d.Settled || d.ClaimedBy is not null ? null : d with { NextAttempt = now }, cancel);
        }

        await planner.Plan(id, cancel);
        return asked;
    }

    /// <summary>Whatever of it is not sent yet will not be; what is being sent at this moment still may.</summary>
    internal async Task<Outcome<IReadOnlyList<Delivery>>> Cancel(string id, CancellationToken cancel)
    {
        if (await alerts.Find(id, cancel) is not { Document: var alert })
        {
            return Faults.UnknownAlert(id);
        }

        var now = AlertNormalizer.Micros(time.GetUtcNow());
        var cancelled = new List<Delivery>();
        foreach (var waiting in (await deliveries.Of(alert, cancel)).Where(d => !d.Settled))
        {
            if (await deliveries.Withdraw(waiting.Id, "AL-313 cancelled by a person", now, cancel) is { } withdrawn)
            {
                cancelled.Add(withdrawn);
            }
        }

        await planner.Plan(id, cancel);
        return cancelled;
    }

    /// <summary>One dead letter goes again, under its key.</summary>
    internal async Task<Outcome<Delivery>> Revive(string id, CancellationToken cancel)
    {
        if (await deliveries.Find(id, cancel) is not { } found)
        {
            return Faults.UnknownDelivery(id);
        }

        return found.Document.DeadAt is null ? Faults.NotDead(id)
            : await Revive(found.Document, cancel) is { } revived ? revived
            : Faults.NothingLeft(id);
    }

    /// <summary>All dead letters, or those of some channels, the oldest first; at most a thousand with one call.</summary>
    internal async Task<Revival> ReviveAll(IReadOnlyList<string> channels, CancellationToken cancel)
    {
        var (resent, skipped) = (0, 0);
        foreach (var dead in await deliveries.OldestDead(channels, RevivedAtOnce, cancel))
        {
            if (await Revive(dead.Document, cancel) is not null)
            {
                resent++;
            }
            else
            {
                skipped++;
            }
        }

        return new Revival(resent, skipped);
    }

    /// <summary>
    /// Null: the alert has gone on meanwhile. Old news that would arrive after newer news, a beginning whose end is
    /// known, is withdrawn instead of sent.
    /// </summary>
    private async Task<Delivery?> Revive(Delivery dead, CancellationToken cancel)
    {
        var now = AlertNormalizer.Micros(time.GetUtcNow());
        var alert = await alerts.Find(dead.Alert, cancel);
        var isHistory = alert is not { Document: var known } || known.Condition != dead.Condition || known.Generation != dead.Generation
            || (await deliveries.Siblings(dead, cancel)).Any(s => dead.IsBefore(s));
        // Should the look after this fail, the sweep looks.
        await alerts.Change(dead.Alert, Completion.ToBeLookedAt, cancel);
        var changed = await deliveries.Change(
            dead.Id, d => d.DeadAt is null ? null : isHistory ? d with { DeadAt = null } : d.Revived(now), cancel);
        await planner.Plan(dead.Alert, cancel);
        return isHistory ? null : changed;
    }
}
