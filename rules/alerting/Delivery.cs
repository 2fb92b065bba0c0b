using System.Text.Json.Serialization;
using Holdfast.Contracts;

namespace Holdfast.Rules.Alerting;

/// <summary>One try to hand an alert to a channel. Holds no secret.</summary>
internal sealed record Attempt
{
    public required DateTimeOffset At { get; init; }
    public required double DurationMs { get; init; }
    public required bool Ok { get; init; }

    /// <summary>The receiver's status, when it answered with one.</summary>
    public int? Answer { get; init; }

    /// <summary>Why not, beginning with an AL- code.</summary>
    public string? Reason { get; init; }

    /// <summary>The beginning of the receiver's answer.</summary>
    public string? Excerpt { get; init; }
}

/// <summary>One notification generation of one alert for one channel.</summary>
internal sealed record Delivery
{
    /// <summary>Added to a channel's time limit: the store and the clocks of replicas need some too.</summary>
    internal static TimeSpan ClaimSlack { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts that are kept, the newest ones.</summary>
    private const int AttemptsKept = 20;

    /// <summary>Stable over all attempts and restarts: receivers can drop a second one by it. ASCII.</summary>
    public required string Id { get; init; }

    public required string Alert { get; init; }

    public required string Fingerprint { get; init; }

    /// <inheritdoc cref="Alert.Series"/>
    [JsonPropertyName("line")]
    public required string Series { get; init; }

    public required int Occurrence { get; init; }
    public required string Channel { get; init; }
    [JsonPropertyName("round")]
    public required int Generation { get; init; }

    /// <summary>From 1, when the receiver forgets what does not come again within its own cycle (OCP).</summary>
    public int Repeat { get; init; }

    /// <summary>The channel that this one stands in for.</summary>
    public string? InsteadOf { get; init; }

    public required AlertCondition Condition { get; init; }
    public required SendingStatus Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not tried by itself after this.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Null: settled, nothing more will be tried. While claimed: when the claim ends.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>When the attempt that settled it began: what was decided after this was not in it.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>When it was given up and became a dead letter; null once it is sent, revived or cancelled.</summary>
    public DateTimeOffset? DeadAt { get; init; }

    /// <summary>Which process is trying just now.</summary>
    public string? ClaimedBy { get; init; }

    /// <summary>After this the process is taken for dead and another one tries.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    public int AttemptCount { get; init; }

    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public string? TraceParent { get; init; }

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
