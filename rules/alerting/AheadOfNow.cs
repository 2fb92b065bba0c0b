namespace Holdfast.Rules.Alerting;

/// <summary>
/// A stored time ahead of now was written while a clock ran ahead, and that clock was set right since. Such a time is taken for now, so
/// that nobody waits until the clock has come there again. Pure; gives back the same instance where no time is ahead.
/// </summary>
internal static class AheadOfNow
{
    /// <summary>Clocks of replicas differ by less than this.</summary>
    internal static TimeSpan Tolerance { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A message that is on its way now was sent up to this long ago, and is not to be taken for old.</summary>
    internal static TimeSpan Underway { get; } = TimeSpan.FromMinutes(1);

    /// <summary>No attempt takes longer, and so no claim lasts longer.</summary>
    internal static TimeSpan ClaimMax { get; } = TimeSpan.FromSeconds(60) + Delivery.ClaimSlack;

    /// <summary>No delivery waits longer for its next attempt.</summary>
    internal static TimeSpan WaitMax { get; } = Retry.AskedMax + Retry.DelayMax;

    /// <summary>No alert waits longer for its next look.</summary>
    internal static TimeSpan LookMax { get; } = Completion.After + TimeSpan.FromMinutes(10);

    internal static bool IsAhead(Alert alert, DateTimeOffset now) => !ReferenceEquals(alert, Taken(alert, now));

    internal static bool IsAhead(Delivery delivery, DateTimeOffset now) => !ReferenceEquals(delivery, Taken(delivery, now));

    internal static bool IsAhead(DateTimeOffset? at, DateTimeOffset now) => at > now + Tolerance;

    internal static Alert Taken(Alert alert, DateTimeOffset now)
    {
        DateTimeOffset?[] ours = [alert.HeardAt, alert.GenerationAt, alert.CompletedAt, alert.ChildHeardAt, alert.DigestedAt];
        var isAhead = ours.Any(at => IsAhead(at, now)) || alert.DigestAt > now + Grouping.Apart + Tolerance
            || alert.LastTriggered > now + AlertNormalizer.AheadMax + Tolerance
            || alert.ResolvedAt > now + AlertNormalizer.AheadMax + Tolerance
            || alert.DueAt > now + LookMax;
        var sent = now - Underway;
        return !isAhead ? alert : alert with
        {
            ActiveAt = Past(alert.ActiveAt, sent, now),
            LastTriggered = Past(alert.LastTriggered, sent, now),
            ResolvedAt = Past(alert.ResolvedAt, sent, now),
            HeardAt = Past(alert.HeardAt, now, now),
            GenerationAt = Past(alert.GenerationAt, now, now),
            CompletedAt = Past(alert.CompletedAt, now, now),
            ChildHeardAt = Past(alert.ChildHeardAt, now, now),
            DigestedAt = Past(alert.DigestedAt, now, now),
            DigestAt = Past(alert.DigestAt, now, now),
            DueAt = Past(alert.DueAt, now, now),
        };
    }

    /// <summary>One that waits goes now; one that is being sent gets the time that an attempt may take.</summary>
    internal static Delivery Taken(Delivery delivery, DateTimeOffset now)
    {
        DateTimeOffset?[] ours =
            [delivery.CreatedAt, delivery.SettledAt, delivery.DeadAt, .. delivery.Attempts.Select(a => (DateTimeOffset?)a.At)];
        var isAhead = ours.Any(at => IsAhead(at, now)) || delivery.NextAttempt > now + WaitMax
            || delivery.ClaimedUntil > now + ClaimMax + Tolerance;
        var next = delivery.ClaimedBy is null ? now : now + ClaimMax;
        var settled = now - Underway;
        return !isAhead ? delivery : delivery with
        {
            CreatedAt = Past(delivery.CreatedAt, now, now),
            Deadline = Past(delivery.Deadline, now + Retry.AgeMax, now + Retry.AgeMax),
            NextAttempt = Past(delivery.NextAttempt, next, next),
            ClaimedUntil = Past(delivery.ClaimedUntil, next, next),
            SettledAt = Past(delivery.SettledAt, settled, now),
            DeadAt = Past(delivery.DeadAt, now, now),
            Attempts = [.. delivery.Attempts.Select(a => a with { At = Past(a.At, now, now) })],
        };
    }

    /// <summary>It is probed now.</summary>
    internal static ChannelHealth Taken(ChannelHealth health, DateTimeOffset now)
    {
        DateTimeOffset?[] ours =
            [health.FailedAt, health.OpenedAt, health.ClosedAt, health.DeliveredAt, .. health.LastMinute.Select(at => (DateTimeOffset?)at)];
        var isAhead = ours.Any(at => IsAhead(at, now)) || health.ProbeAt > now + Breaker.ProbeMax + Tolerance;
        return !isAhead ? health : health with
        {
            FailedAt = Past(health.FailedAt, now, now),
            OpenedAt = Past(health.OpenedAt, now, now),
            ClosedAt = Past(health.ClosedAt, now, now),
            DeliveredAt = Past(health.DeliveredAt, now, now),
            ProbeAt = Past(health.ProbeAt, now, now),
            LastMinute = [.. health.LastMinute.Select(at => Past(at, now, now))],
        };
    }

    /// <summary>Begun or ended by a person, it begins or ends now; what people gave as times stays.</summary>
    internal static Silence Taken(Silence silence, DateTimeOffset now)
    {
        var hasEnded = silence.EndedEarly && IsAhead(silence.EndsAt, now);
        return !hasEnded && !IsAhead(silence.CreatedAt, now) ? silence : silence with
        {
            CreatedAt = Past(silence.CreatedAt, now, now),
            StartsAt = silence.StartsAt == silence.CreatedAt ? Past(silence.StartsAt, now, now) : silence.StartsAt,
            EndsAt = hasEnded ? now : silence.EndsAt,
        };
    }

    internal static DateTimeOffset Past(DateTimeOffset at, DateTimeOffset taken, DateTimeOffset limit) => at > limit ? taken : at;

    private static DateTimeOffset? Past(DateTimeOffset? at, DateTimeOffset taken, DateTimeOffset limit) => at > limit ? taken : at;
}
