namespace Holdfast.Rules.Alerting;

/// <summary>Whether a delivery that is due may go out now.</summary>
internal enum OrderDecision
{
    Go,

    /// <summary>Earlier news of the same condition for the same channel is not settled.</summary>
    Wait,

    /// <summary>Overtaken: the channel got something later, or never heard of what has ended.</summary>
    Drop,
}

/// <summary>The order in which a channel hears of one condition: a late "firing" never follows its "resolved".</summary>
internal static class DeliveryOrder
{
    /// <param name="siblings">The other deliveries of the same fingerprint to the same channel.</param>
    internal static OrderDecision Decide(Alert alert, Delivery delivery, IReadOnlyCollection<Delivery> siblings)
    {
        if (siblings.Any(s => s.IsBefore(delivery) && !s.Settled))
        {
            return OrderDecision.Wait;
        }

        var asked = alert.Asked && alert.Generation == delivery.Generation;
        var isOvertaken = siblings.Any(s => delivery.IsBefore(s) && s.IsDelivered);
        var isPointless = delivery.Condition == AlertCondition.Resolved && !asked
            && !siblings.Any(s => s.Alert == delivery.Alert && s.Condition == AlertCondition.Firing && s.IsDelivered);
        return isOvertaken || isPointless || IsOver(alert, delivery) ? OrderDecision.Drop : OrderDecision.Go;
    }

    /// <summary>
    /// A beginning that came so late into the store that its end found no channel to notify: nothing is left to deliver.
    /// </summary>
    private static bool IsOver(Alert alert, Delivery delivery) => delivery.Condition == AlertCondition.Firing
        && alert is { Condition: AlertCondition.Resolved, Status: SendingStatus.Completed };

    /// <summary>It is over by now and its end is nobody's yet: that is to be durable before the beginning is delivered.</summary>
    internal static bool LacksItsEnd(Alert alert, Delivery delivery, IReadOnlyCollection<Delivery> siblings) =>
        delivery.Condition == AlertCondition.Firing && alert.Condition == AlertCondition.Resolved
        && !siblings.Any(s => s.Alert == delivery.Alert && s.Condition == AlertCondition.Resolved);

    /// <summary>
    /// Deliveries of earlier occurrences that nobody is sending just now: a later occurrence makes it history, whether it was
    /// a beginning or an end.
    /// </summary>
    internal static IEnumerable<Delivery> Overtaken(Delivery by, IEnumerable<Delivery> siblings, DateTimeOffset now) =>
        siblings.Where(s => !s.Settled && s.Occurrence < by.Occurrence && !(s.ClaimedUntil > now));
}
