using Holdfast.Alerting.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Deliver;

/// <summary>Asks <see cref="DeliveryOrder"/> whether a delivery that is due may go.</summary>
internal sealed partial class OrderCheck(DeliveryPlanner planner, DeliveryStore deliveries, ILogger<OrderCheck> logger)
{
    /// <summary>A delivery behind one that is due itself looks again after this.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>Decides whether a delivery may go, and writes down one that may not: it waits, or is dropped.</summary>
    internal async Task<bool> IsToGo(Versioned<Delivery> found, Alert? alert, DateTimeOffset now, CancellationToken cancel)
    {
        var delivery = found.Document;
        var isOnly = delivery is { Occurrence: 1, Generation: 1, Repeat: 0 } && alert is { Generation: 1 };
        var siblings = isOnly ? [] : await deliveries.Siblings(delivery, cancel);
        foreach (var old in DeliveryOrder.Overtaken(delivery, siblings, now))
        {
            await deliveries.Withdraw(old.Id, "AL-312 overtaken by the next occurrence", now, cancel);
            await planner.Plan(old.Alert, cancel);
        }

        var turn = alert is null ? OrderDecision.Drop : DeliveryOrder.Decide(alert, delivery, siblings);
        if (turn == OrderDecision.Wait)
        {
            await WaitInLine(found, siblings, now, cancel);
        }
        else if (turn == OrderDecision.Drop)
        {
            await deliveries.Withdraw(delivery.Id, "AL-312 overtaken: nothing is left to deliver", now, cancel);
            await planner.Plan(delivery.Alert, cancel);
            LogDropped(delivery.Id, delivery.Channel);
        }
        else if (DeliveryOrder.LacksItsEnd(alert!, delivery, siblings))
        {
            await planner.Plan(delivery.Alert, cancel);
        }

        return turn == OrderDecision.Go;
    }

    private async Task WaitInLine(
        Versioned<Delivery> found, IReadOnlyList<Delivery> siblings, DateTimeOffset now, CancellationToken cancel)
    {
        var behind = siblings.Where(s => s.IsBefore(found.Document)).Max(s => s.NextAttempt) ?? now;
        var until = behind > now ? behind : now + Again;
        await deliveries.Replace(found, found.Document with { NextAttempt = until }, cancel);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Delivery {Delivery} to {Channel} was overtaken and is dropped")]
    private partial void LogDropped(string delivery, string channel);
}
