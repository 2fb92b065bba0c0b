namespace Holdfast.Contracts.Views;

/// <summary>A channel's name, kind, and which alerts it is for: the part that is the same for every kind.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public record ChannelRouting
{
    /// <summary>1 to 50 letters of any script, digits or underscores; unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>One of those that GET /api/v1/channels/schema lists.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Off: nothing goes out, what waits is kept.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Alert scopes, <c>system</c> and <c>task</c>; empty: all.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Only these events; empty: all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Only these levels, 1 (Stopped) to 5 (Reminder); empty: all.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [];

    /// <summary>Only these regions; empty: all.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Only alerts of tasks with one of these tags; empty: all.</summary>
    public IReadOnlyList<string> TaskTags { get; init; } = [];

    /// <summary>A channel that gets what this one has not taken for a minute, or for good.</summary>
    public string? Fallback { get; init; }

    /// <summary>Messages a minute, 1 to 60,000, over all replicas; absent: the kind's own limit, or none.</summary>
    public int? MessagesPerMinute { get; init; }

    /// <summary>Attempts at one time in one process, 1 to 256.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Set by the service. A channel hears what is raised after this.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the service.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A channel as it is answered. Its settings stay JSON: kinds come and go without those who read it.</summary>
public sealed record ChannelView : ChannelRouting
{
    /// <summary>The kind's own settings, under its name; and what a later release says besides.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Rest { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
}
