namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A condition that holds now and is worth an alert. One per event and target. Stored while it is told.</summary>
internal sealed record Finding
{
    /// <summary>One of <see cref="AlertEvents"/>.</summary>
    public required string Event { get; init; }

    public required AlertScope Scope { get; init; }
    public required string Target { get; init; }
    public required AlertLevel Level { get; init; }
    public required string Summary { get; init; }
    public required string Description { get; init; }

    /// <summary>Sentence that people get once it is over.</summary>
    public required string Over { get; init; }

    public required string Region { get; init; }

    /// <summary>Time at which the condition began, as far as is known.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Names this time that it holds; given when it is told first.</summary>
    public string Occurrence { get; init; } = "";

    public string? Host { get; init; }
    public string? HostIp { get; init; }
    public string? Task { get; init; }
    public string? TaskName { get; init; }
    public ProtectionLevel? Protection { get; init; }

    /// <summary>The task's tags: alerts are routed by them.</summary>
    public IReadOnlyList<string>? TaskTags { get; init; }
    public string? Incident { get; init; }

    /// <summary>Affected parts of the target, by name: components, or a host's resources. They tell one cause from another.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    internal (string Event, string Target) Of => (Event, Target);

    internal bool IsSaidAs(Finding other) => Level == other.Level && Parts.SequenceEqual(other.Parts, StringComparer.Ordinal);

    internal AlertRaised Says(AlertCondition condition, DateTimeOffset now) => new()
    {
        Id = $"{Event}:{Target}:{Occurrence}",
        Event = Event,
        Scope = Scope,
        Target = Target,
        Level = (int)Level,
        Condition = condition,
        Summary = condition == AlertCondition.Firing ? Summary : Over,
        Description = condition == AlertCondition.Firing ? Description : $"{Over}. It began at {Since:O}: {Summary}.",
        Region = Region,
        Host = Host,
        HostIp = HostIp,
        Task = Task,
        TaskName = TaskName,
        Protection = Protection,
        TaskTags = TaskTags,
        Incident = Incident,
        At = now,
    };
}

/// <summary>A finding that people have been told of, so that whoever goes on knows what is to be resolved. Key: key.</summary>
internal sealed record FiringFinding(string Key, Finding Finding)
{
    internal static FiringFinding Of(Finding finding) => new(KeyOf(finding.Of), finding);

    internal static string KeyOf((string Event, string Target) of) => $"{of.Event}:{of.Target}";
}
