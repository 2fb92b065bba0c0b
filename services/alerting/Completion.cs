using Holdfast.Contracts;

namespace Holdfast.Alerting;

/// <summary>An alert's sending status from its deliveries.</summary>
internal static class Completion
{
    /// <summary>Not triggered again for this long: completed (reference, section 7).</summary>
    internal static TimeSpan After { get; } = TimeSpan.FromHours(3);

    internal static bool Lapsed(Alert alert, DateTimeOffset now) => now - alert.HeardAt >= After;

    /// <summary>
    /// What is still to be sent shows first, so that nothing that waits or fails is hidden behind Completed; what was
    /// given up shows until the alert lapses. Of each channel the newest round counts.
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

        var newest = deliveries.GroupBy(d => d.Channel, StringComparer.Ordinal)
            .Select(rounds => rounds.MaxBy(d => d.Round)!.Status).ToList();
        return newest.Contains(SendingStatus.Failed) ? SendingStatus.Failed
            : alert.Condition == AlertCondition.Resolved ? SendingStatus.Completed
            : newest.Count == 0 ? SendingStatus.Pending
            : newest.Contains(SendingStatus.SentAgain) ? SendingStatus.SentAgain
            : SendingStatus.Successful;
    }
}
