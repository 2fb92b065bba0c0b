namespace Holdfast.Contracts.Views;

/// <summary>A task and the components that serve it.</summary>
public sealed record TaskView
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }
    public required string Region { get; init; }
    public required ProtectionLevel Protection { get; init; }
    public required TaskSource Source { get; init; }
    public required string Subtopic { get; init; }

    /// <summary>INIT, RUNNING, SUSPEND, FAILED, FINISHED, RELEASING, RELEASED, DELETED or RUNNING_MODIFYING.</summary>
    public required string Status { get; init; }

    /// <summary>Reason for that state, where there is more to say of it.</summary>
    public string? StatusReason { get; init; }

    /// <summary>Time at which people last started, stopped or released it; null: not since it was created.</summary>
    public DateTimeOffset? StatusAt { get; init; }

    /// <summary>Its components go only to hosts that carry all of these.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    public required long StartTimestamp { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Grows with each change of what people want of it; If-Match takes it.</summary>
    public required long Version { get; init; }

    public ComponentView? IncrSync { get; init; }

    /// <summary>Of one task, not in lists: its components' configurations, secrets as "***". Null: they have none.</summary>
    public ShownConfigs? Configs { get; init; }

    public IReadOnlyList<string>? Stores { get; init; }
}

/// <summary>The source of a task's data; its Stores run in that region.</summary>
public sealed record TaskSource(string Name, string Region)
{
    /// <summary>Known facts about the source's log; null: none.</summary>
    public SourceLog? Log { get; init; }
}

/// <summary>Configurations of a task's components as people may read them: what may be a secret is <c>***</c>.</summary>
public sealed record ShownConfigs(JsonObject? IncrSync, JsonObject? Store, JsonObject? FullImport, JsonObject? FullVerification);
