using System.Text.Json.Serialization;

namespace Holdfast.Rules.Alerting;

/// <summary>A delivery as it is stored, and what becomes of it.</summary>
internal sealed record Delivery : DeliveryView
{
    /// <summary>Added to a channel's time limit: the store and the clocks of replicas need some too.</summary>
    internal static TimeSpan ClaimSlack { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts that are kept, the newest ones.</summary>
    private const int AttemptsKept = 20;

    internal bool Settled => NextAttempt is null;

    internal bool IsDelivered => Status is SendingStatus.Successful or SendingStatus.SentAgain;

    internal static Delivery Of(Alert alert, string channel, DateTimeOffset now, int repeat = 0) => new()
    {
        Id = $"{alert.Id}-{alert.Generation}{(repeat == 0 ? "" : $".{repeat}")}-{Alerting.Alert.Digest(channel, 10)}",
        Alert = alert.Id,
        Fingerprint = alert.Fingerprint,
        Series = alert.Series,
        Occurrence = alert.Occurrence,
        Channel = channel,
        Generation = alert.Generation,
        Repeat = repeat,
        Condition = alert.Condition,
        Status = SendingStatus.Pending,
        CreatedAt = now,
        Deadline = now + Retry.AgeMax,
        NextAttempt = now,
        TraceParent = alert.TraceParent,
    };

    /// <summary>Whether it is of an earlier generation of the same series.</summary>
    internal bool IsBefore(Delivery other) =>
        (Occurrence, Generation, Repeat).CompareTo((other.Occurrence, other.Generation, other.Repeat)) < 0;

    internal Delivery Claimed(string by, DateTimeOffset until) =>
        this with { ClaimedBy = by, ClaimedUntil = until, NextAttempt = until };

    /// <summary>With one attempt more and the claim given back.</summary>
    internal Delivery With(Attempt attempt, Retry.Step step) => this with
    {
        Status = step.Status,
        NextAttempt = step.NextAttempt,
        SettledAt = step.NextAttempt is null ? attempt.At : null,
        DeadAt = step.NextAttempt is null && !attempt.Ok ? attempt.At : null,
        ClaimedBy = null,
        ClaimedUntil = null,
        AttemptCount = AttemptCount + 1,
        Attempts = [.. Attempts.TakeLast(AttemptsKept - 1), attempt],
    };

    /// <summary>Given up without an attempt: a dead letter.</summary>
    internal Delivery Abandoned(string reason, DateTimeOffset now) =>
        With(new Attempt { At = now, DurationMs = 0, Ok = false, Reason = reason },
            new Retry.Step(SendingStatus.Failed, null, reason))
            with { AttemptCount = AttemptCount };

    /// <summary>Given up because there is nothing left to deliver, or because a person asked for it: nothing to resend.</summary>
    internal Delivery Withdrawn(string reason, DateTimeOffset now) => Abandoned(reason, now) with { DeadAt = null };

    internal bool IsWithdrawn => Status == SendingStatus.Failed && Settled && DeadAt is null;

    /// <summary>A dead letter that is tried again, under the same key.</summary>
    internal Delivery Revived(DateTimeOffset now) =>
        this with { NextAttempt = now, SettledAt = null, DeadAt = null, Deadline = now + Retry.AgeMax };
}
