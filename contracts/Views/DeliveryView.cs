namespace Holdfast.Contracts.Views;

/// <summary>One notification generation of one alert for one channel.</summary>
public record DeliveryView
{
    /// <summary>Stable over all attempts and restarts: receivers can drop a second one by it. ASCII.</summary>
    public required string Id { get; init; }

    public required string Alert { get; init; }

    public required string Fingerprint { get; init; }

    /// <inheritdoc cref="AlertView.Series"/>
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
}

/// <summary>One try to hand an alert to a channel. Holds no secret.</summary>
public sealed record Attempt
{
    public required DateTimeOffset At { get; init; }
    public required double DurationMs { get; init; }
    public required bool Ok { get; init; }

    /// <summary>The receiver's status, when it answered with one.</summary>
    public int? Answer { get; init; }

    /// <summary>Reason of the failure, beginning with an AL- code.</summary>
    public string? Reason { get; init; }

    /// <summary>The beginning of the receiver's answer.</summary>
    public string? Excerpt { get; init; }
}

/// <summary>Numbers of dead letters that go again, and of those with nothing left to deliver.</summary>
public sealed record Revival(int Resent, int Skipped);
