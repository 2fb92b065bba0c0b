using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels;

/// <summary>A channel's name, kind, and which alerts it is for: the part that is the same for every kind.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal record ChannelRouting
{
    /// <summary>1 to 50 letters of any script, digits or underscores; unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>One of <see cref="ChannelKinds"/>; GET /api/v1/channels/schema lists them.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Off: nothing goes out, what waits is kept.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Only these pages: <c>system</c>, <c>task</c>; empty: both.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Only these events; empty: all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Only these levels, 1 (Stopped) to 5 (Reminder); empty: all.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [];

    /// <summary>Only these regions; empty: all.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Only alerts of tasks with one of these tags; empty: all.</summary>
    public IReadOnlyList<string> TaskTags { get; init; } = [];

    /// <summary>A channel that is told what this one has not taken for a minute, or for good.</summary>
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

/// <summary>A channel as people define it. In JSON its settings are the member that has its kind's name.</summary>
[JsonConverter(typeof(ChannelJson))]
internal sealed record ChannelDefinition : ChannelRouting
{
    public ChannelDefinition()
    {
    }

    internal ChannelDefinition(ChannelRouting routing)
        : base(routing)
    {
    }

    /// <summary>Of its kind; null: none were given.</summary>
    public ChannelSettings? Settings { get; init; }

    /// <summary>Kinds whose settings were given besides: the rules refuse them.</summary>
    internal IReadOnlyList<string> Astray { get; init; } = [];

    /// <summary>The longest that one attempt may take.</summary>
    internal TimeSpan Timeout => TimeSpan.FromSeconds(Settings?.TimeoutSeconds ?? ChannelSettings.TimeoutDefault);

    /// <summary>0: no limit.</summary>
    internal int PerMinute => MessagesPerMinute ?? Settings?.PerMinute ?? 0;

    /// <summary>The receiver forgets what it is not told again; null: it does not.</summary>
    internal TimeSpan? RepeatWithin => Settings?.RepeatWithin;
}
