using Holdfast.Contracts;

namespace Holdfast.Rules.Alerting;

/// <summary>Whether a delivery that is due may go out now.</summary>
internal enum Turn
{
    Go,

    /// <summary>Earlier news of the same condition for the same channel is not settled.</summary>
    Wait,

    /// <summary>Overtaken: the channel was told something later, or never heard of what has ended.</summary>
    Drop,
}

/// <summary>The order in which a channel hears of one condition: a late "firing" never follows its "resolved".</summary>
internal static class Turns
{
    /// <param name="siblings">The other deliveries of the same fingerprint to the same channel.</param>
    internal static Turn Decide(Alert alert, Delivery delivery, IReadOnlyCollection<Delivery> siblings)
    {
        if (siblings.Any(s => s.IsBefore(delivery) && !s.Settled))
        {
            return Turn.Wait;
        }

        var asked = alert.Asked && alert.Round == delivery.Round;
        var isOvertaken = siblings.Any(s => delivery.IsBefore(s) && s.Told);
        var isPointless = delivery.Condition == AlertCondition.Resolved && !asked
            && !siblings.Any(s => s.Alert == delivery.Alert && s.Condition == AlertCondition.Firing && s.Told);
        return isOvertaken || isPointless || IsOver(alert, delivery) ? Turn.Drop : Turn.Go;
    }

    /// <summary>
    /// A beginning that came so late into the store that its end found nobody to be told: all is told, so it is not begun.
    /// </summary>
    private static bool IsOver(Alert alert, Delivery delivery) => delivery.Condition == AlertCondition.Firing
        && alert is { Condition: AlertCondition.Resolved, Status: SendingStatus.Completed };

    /// <summary>It is over by now and its end is nobody's yet: that is to be durable before the beginning is told.</summary>
    internal static bool LacksItsEnd(Alert alert, Delivery delivery, IReadOnlyCollection<Delivery> siblings) =>
        delivery.Condition == AlertCondition.Firing && alert.Condition == AlertCondition.Resolved
        && !siblings.Any(s => s.Alert == delivery.Alert && s.Condition == AlertCondition.Resolved);

    /// <summary>
    /// News of earlier occurrences that nobody is telling just now: a later occurrence makes it history, whether it was
    /// a beginning or an end.
    /// </summary>
    internal static IEnumerable<Delivery> Overtaken(Delivery by, IEnumerable<Delivery> siblings, DateTimeOffset now) =>
        siblings.Where(s => !s.Settled && s.Occurrence < by.Occurrence && !(s.ClaimedUntil > now));
}
