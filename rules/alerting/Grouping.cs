namespace Holdfast.Rules.Alerting;

/// <summary>
/// Says when a parent that was delivered already is delivered once more to name the children that have come since. That is a second after
/// the first of them, so that those of one failure come together. Such deliveries are a minute apart at least, so that whoever is woken
/// by them has two messages to read and not two hundred. Pure.
/// </summary>
internal static class Grouping
{
    /// <summary>Children of one failure come within this.</summary>
    internal static TimeSpan Gather { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two digests of one parent.</summary>
    internal static TimeSpan Apart { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Children that come within this of each other are noted once.</summary>
    private static readonly TimeSpan Close = TimeSpan.FromMilliseconds(250);

    /// <summary>The parent with a child noted that came just now; the same instance when there is nothing to write.</summary>
    internal static Alert Noted(Alert parent, DateTimeOffset now)
    {
        if (parent.Condition != AlertCondition.Firing || (parent.DigestAt is not null && parent.ChildHeardAt + Close > now))
        {
            return parent;
        }

        var at = parent.DigestAt ?? new[] { now + Gather, parent.DigestedAt + Apart }.Max();
        return parent with { ChildHeardAt = now, DigestAt = at, DueAt = new[] { parent.DueAt, at }.Min() };
    }

    /// <summary>
    /// It had no child when it was written, and what is sent of it at this moment need not look for one. A child that has come since was
    /// heard of too late to be taken for named, so the parent's digest names it.
    /// </summary>
    internal static bool IsAlone(Alert parent, DateTimeOffset at) => parent.ChildHeardAt is null && at < parent.GenerationAt + Close;

    /// <summary>The parent as it is to go on once its digest is due: delivered again, looked at again, or named in it already.</summary>
    /// <param name="deliveries">Those of the parent.</param>
    internal static Alert Due(Alert parent, IReadOnlyCollection<Delivery> deliveries, DateTimeOffset now)
    {
        if (parent.DigestAt is not { } at || (at > now && parent.Condition == AlertCondition.Firing))
        {
            return parent;
        }

        var present = deliveries.Where(d => d.Generation == parent.Generation && !d.IsWithdrawn).ToList();
        var named = present.Count > 0 && present.All(d => d.SettledAt >= parent.ChildHeardAt + Close);
        return parent.Condition != AlertCondition.Firing || named ? parent with { DigestAt = null }
            // A delivery on its way names all that are there when it goes; whether it came in time is known afterwards.
            : present.Any(d => !d.Settled) ? parent with { DigestAt = now + Gather }
            : AlertTransition.NewGeneration(parent, now) with { Asked = false, DigestAt = null, DigestedAt = now };
    }

    /// <summary>With its digest not forgotten when it is looked at next.</summary>
    internal static Alert Scheduled(Alert alert) =>
        alert.DigestAt is { } at && !(alert.DueAt <= at) ? alert with { DueAt = at } : alert;
}
