namespace Holdfast.Contracts.Views;

/// <summary>Alerts that match are kept and shown, and not delivered, until it ends.</summary>
public sealed record Silence
{
    public required string Id { get; init; }
    public required SilenceMatcher Matcher { get; init; }
    public required string Reason { get; init; }
    public required string Owner { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>The end that was asked for, or when somebody ended it before.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    public bool EndedEarly { get; init; }
}

/// <summary>Matches the alerts that a silence is about: all lists that are given must match; of each list one entry is enough.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SilenceMatcher
{
    public IReadOnlyList<string> Scopes { get; init; } = [];
    public IReadOnlyList<string> Events { get; init; } = [];
    public IReadOnlyList<int> Levels { get; init; } = [];
    public IReadOnlyList<string> Regions { get; init; } = [];
    public IReadOnlyList<string> Hosts { get; init; } = [];
    public IReadOnlyList<string> Tasks { get; init; } = [];
    public IReadOnlyList<string> TaskTags { get; init; } = [];

    /// <summary>Targets; a <c>*</c> at the end stands for any rest.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];
}
