namespace Holdfast.Contracts.Views;

/// <summary>The decision about a subtopic, and when it changed; as it is stored. Key: id.</summary>
public sealed record StoreDecisionRecord
{
    public required string Id { get; init; }
    public required string Subtopic { get; init; }

    /// <summary><c>act</c>, or the code of the reason why nothing was done.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence with the figures in it.</summary>
    public required string Sentence { get; init; }

    /// <summary>Earliest time at which waiting alone can change it.</summary>
    public DateTimeOffset? Earliest { get; init; }

    public string? Workaround { get; init; }

    /// <summary>The act that would follow if it were not held.</summary>
    public string? Plan { get; init; }

    /// <summary>Ticket on which a person approves that.</summary>
    public string? Ticket { get; init; }

    /// <summary>Stores that may go, each with the reason; those that HA may delete are on their way.</summary>
    public IReadOnlyList<RedundantStore>? Surplus { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A Store that may go.</summary>
/// <param name="IsAllowed">HA deletes it; otherwise it is only shown.</param>
public sealed record RedundantStore(string Store, bool IsAllowed)
{
    /// <summary>Time since which it has failed, longer ago than it may be.</summary>
    public DateTimeOffset? AbnormalSince { get; init; }

    /// <summary>The Store that serves all that is needed, from where on, and where the earliest consumer is.</summary>
    public string? Keeper { get; init; }

    public long KeeperBegin { get; init; }

    public long Earliest { get; init; }

    /// <summary>Its host is to be empty; null: that is not why.</summary>
    public string? Drained { get; init; }

    /// <summary>In words; put together when somebody reads it, for thousands may go and stay for long.</summary>
    public string Because => AbnormalSince is { } since
        ? string.Create(CultureInfo.InvariantCulture, $"Abnormal since {Iso.Seconds(since)}, for clearAbnormalResourceHours or more")
        : $"{(Drained is null ? "nobody needs what it holds" : $"{Drained} is to be empty")}: {Keeper} "
            + $"serves all from {Clock(KeeperBegin)}, and the earliest consumer is at "
            + Clock(Earliest);

    private static string Clock(long position) => Iso.Seconds(DateTimeOffset.FromUnixTimeSeconds(position));
}
