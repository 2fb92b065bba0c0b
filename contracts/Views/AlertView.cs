namespace Holdfast.Contracts.Views;

/// <summary>One occurrence of a condition (event and target), however often it was raised.</summary>
public record AlertView
{
    /// <summary><c>{fingerprint}-{occurrence}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The same for one event on one target, whatever the occurrence.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>From 1; the highest one is the current.</summary>
    public required int Occurrence { get; init; }

    /// <summary>The fingerprint, from the second occurrence on: all but one alert of a condition are found by it.</summary>
    public string? RecurrenceOf => Occurrence > 1 ? Fingerprint : null;

    /// <summary>
    /// The series that all occurrences of this condition and their deliveries belong to: when it was first heard of, then the
    /// fingerprint. Series that begin together stand together in an index, where fingerprints would be scattered all over it.
    /// </summary>
    [JsonPropertyName("line")]
    public required string Series { get; init; }

    /// <summary>Id of the message that was counted last.</summary>
    [JsonPropertyName("saying")]
    public required string LastMessage { get; init; }

    public required string Event { get; init; }
    public required AlertScope Scope { get; init; }
    public required string Target { get; init; }

    /// <summary>1 (Stopped) to 5 (Reminder).</summary>
    public required int Level { get; init; }

    public required AlertCondition Condition { get; init; }
    public required SendingStatus Status { get; init; }
    public required string Summary { get; init; }

    /// <summary>The summary of the message that began it; null: it was not heard firing, or is of a release that did not keep it.</summary>
    public string? RaisedAs { get; init; }

    public required string Description { get; init; }
    public required string Region { get; init; }
    public string? Host { get; init; }
    public string? HostIp { get; init; }
    public string? Task { get; init; }
    public string? TaskName { get; init; }
    public ProtectionLevel? Protection { get; init; }
    public IReadOnlyList<string> TaskTags { get; init; } = [];
    public string? Incident { get; init; }

    /// <summary>The alert of the Down host that this one follows from: delivered with it, not by itself.</summary>
    public string? Parent { get; init; }

    /// <summary>When a child was noted last; of a parent.</summary>
    public DateTimeOffset? ChildHeardAt { get; init; }

    /// <summary>When it is delivered again to name its children; null: there is no need.</summary>
    public DateTimeOffset? DigestAt { get; init; }

    /// <summary>When it was last delivered again for that.</summary>
    public DateTimeOffset? DigestedAt { get; init; }

    /// <summary>The silence that keeps it from being delivered at the moment.</summary>
    public string? SilencedBy { get; init; }

    /// <summary>Present while it is Completed.</summary>
    public Ending? CompletedBy { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When the sweep looks at it next; null: never, for nothing will change by itself.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When the occurrence began, by the clock of who raised it.</summary>
    public required DateTimeOffset ActiveAt { get; init; }

    /// <summary>
    /// The last firing that was counted, by the clock of who raised it: later messages have later ones.
    /// </summary>
    public required DateTimeOffset LastTriggered { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>When that firing was heard, by this service's clock: the repeat interval and completion count from it.</summary>
    public required DateTimeOffset HeardAt { get; init; }

    /// <summary>Number of times that the condition was raised; 0 for one that was heard of only when it had ended.</summary>
    public required long Count { get; init; }

    /// <summary>
    /// The notification generation: how often it was decided to notify the channels; each has one delivery per generation at most.
    /// </summary>
    [JsonPropertyName("round")]
    public required int Generation { get; init; }

    /// <summary>When that was decided.</summary>
    [JsonPropertyName("roundAt")]
    public required DateTimeOffset GenerationAt { get; init; }

    /// <summary>A person asked for this generation: it goes to every matching channel.</summary>
    public bool Asked { get; init; }

    /// <summary>W3C trace context of the message that this generation answers.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The text that the search looks in.</summary>
    public required string Search { get; init; }
}
