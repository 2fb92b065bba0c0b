namespace Holdfast.Rules.Alerting;

/// <summary>An alert's sending status from its deliveries, and when to look at it again. Pure.</summary>
internal static class Completion
{
    /// <summary>Not triggered again for this long: completed (docs/reference/oms.md, Sending status).</summary>
    internal static TimeSpan After { get; } = TimeSpan.FromHours(3);

    private static readonly TimeSpan LookMin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookMax = TimeSpan.FromMinutes(10);

    internal static bool Lapsed(Alert alert, DateTimeOffset now) => now - alert.HeardAt >= After;

    /// <summary>
    /// Deliveries still to be sent show first, so that none that waits or fails is hidden behind Completed; those that were
    /// given up show until the alert lapses. Of each channel the newest generation counts.
    /// </summary>
    internal static SendingStatus Decide(Alert alert, IReadOnlyCollection<Delivery> deliveries, DateTimeOffset now)
    {
        if (deliveries.Any(d => !d.Settled && d.Status == SendingStatus.Failed))
        {
            return SendingStatus.Failed;
        }

        if (deliveries.Any(d => !d.Settled))
        {
            return SendingStatus.Pending;
        }

        if (Lapsed(alert, now))
        {
            return SendingStatus.Completed;
        }

        var newest = deliveries.Where(d => !d.IsWithdrawn).GroupBy(d => d.Channel, StringComparer.Ordinal)
            .Select(all => all.Aggregate((a, b) => a.IsBefore(b) ? b : a).Status).ToList();
        return newest.Contains(SendingStatus.Failed) ? SendingStatus.Failed
            : alert.Condition == AlertCondition.Resolved ? SendingStatus.Completed
            : newest.Contains(SendingStatus.SentAgain) ? SendingStatus.SentAgain
            : newest.Count > 0 ? SendingStatus.Successful
            : deliveries.Count > 0 ? SendingStatus.Failed
            : SendingStatus.Pending;
    }

    /// <summary>With the status that its deliveries give it, and when to look again.</summary>
    /// <param name="quietUntil">When a silence of it ends, or its parent is to be looked at; null: it is not quiet.</param>
    internal static Alert Settled(
        Alert alert, IReadOnlyCollection<Delivery> deliveries, DateTimeOffset? quietUntil, DateTimeOffset now)
    {
        var wanted = Decide(alert, deliveries, now);
        var status = SendingLife.AllowsAlert(alert.Status, wanted) ? wanted : SendingStatus.Pending;
        var isCompleted = status == SendingStatus.Completed;
        return alert with
        {
            Status = status,
            CompletedBy = !isCompleted ? null : alert.Condition == AlertCondition.Resolved ? Ending.Recovery : Ending.Silence,
            CompletedAt = isCompleted ? alert.CompletedAt ?? now : null,
            DueAt = isCompleted ? null : status == wanted ? Due(alert, deliveries, quietUntil, now) : now,
        };
    }

    /// <summary>A delivery of it is about to change.</summary>
    internal static Alert ToBeLookedAt(Alert alert, DateTimeOffset now) =>
        alert.DueAt <= now + LookMin ? alert : alert with { DueAt = now + LookMin };

    private static DateTimeOffset Due(
        Alert alert, IReadOnlyCollection<Delivery> deliveries, DateTimeOffset? quietUntil, DateTimeOffset now)
    {
        var lapse = alert.HeardAt + After;
        var waiting = deliveries.Where(d => !d.Settled)
            .Select(DateTimeOffset? (d) => new[] { d.CreatedAt, alert.GenerationAt }.Max()).Min();
        if (waiting is { } oldest)
        {
            // Its delivery settles it; this look is for fallbacks, deadlines and what a crash has left.
            var look = (now - oldest) / 2;
            return now.AddTicks(Math.Clamp(look.Ticks, LookMin.Ticks, LookMax.Ticks));
        }

        // A silence may be ended before its end.
        DateTimeOffset[] looks = quietUntil is { } quiet ? [lapse, quiet, now + LookMin] : [lapse];
        return looks.Min();
    }
}
