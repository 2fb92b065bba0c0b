namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A component that a task brings: an argument vector, and the text of its configuration where it has one.</summary>
internal sealed record TaskComponent(IReadOnlyList<string> Command)
{
    /// <summary>May hold secrets: nothing shows it as it is.</summary>
    public string? Config { get; init; }

    internal bool IsAs(TaskComponent other) =>
        Config == other.Config && Command.SequenceEqual(other.Command, StringComparer.Ordinal);
}

/// <summary>States that people can want of a task, in the reference's words; <c>TaskStates</c> says what has become of that.</summary>
internal static class TaskIntent
{
    internal const string Running = "RUNNING";
    internal const string Suspended = "SUSPEND";
    internal const string Released = "RELEASED";
}

/// <summary>A data migration or synchronization task. Key: id.</summary>
internal sealed record TaskDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>migration or synchronization.</summary>
    public required string Type { get; init; }

    /// <summary>Region in which its Incr-Sync runs.</summary>
    public required string Region { get; init; }

    public required ProtectionLevel Protection { get; init; }
    public required TaskSource Source { get; init; }
    public required TaskComponent IncrSync { get; init; }
    public TaskComponent? Store { get; init; }
    public TaskComponent? FullImport { get; init; }
    public TaskComponent? FullVerification { get; init; }

    /// <summary>Its components go only to hosts that carry all of these.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
    public required string Status { get; init; }

    /// <summary>Uses the same Stores as other tasks over its source; null: as its type has it.</summary>
    public bool? ShareStore { get; init; }

    /// <summary>Position that its Store starts from, unix seconds.</summary>
    public required long StartTimestamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Time at which the status was set; null: at its creation.</summary>
    public DateTimeOffset? StatusAt { get; init; }

    /// <summary>Last change of its name, protection, tags, commands or configurations; null: none since its creation.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Its components that the scheduler places, with their commands.</summary>
    internal IEnumerable<(ComponentKind Kind, TaskComponent Component)> Placed
    {
        get
        {
            yield return (ComponentKind.IncrSync, IncrSync);
            if (FullImport is not null)
            {
                yield return (ComponentKind.FullImport, FullImport);
            }

            if (FullVerification is not null)
            {
                yield return (ComponentKind.FullVerification, FullVerification);
            }
        }
    }

    /// <summary>Synchronization tasks share a source's Stores unless they were told not to; a migration task never does.</summary>
    internal bool SharesStore => ShareStore ?? Type != "migration";

    internal string Subtopic => SharesStore ? Source.Name : $"{Id}-{Source.Name}";

    internal DesiredState Desired => Status switch
    {
        TaskIntent.Running => DesiredState.Running,
        TaskIntent.Released => DesiredState.Absent,
        _ => DesiredState.Stopped,
    };

    /// <summary>Copies the task with each of its configurations passed through the function.</summary>
    internal TaskDocument WithConfigs(Func<string, string?> make)
    {
        return this with
        {
            IncrSync = Made(IncrSync)!,
            Store = Made(Store),
            FullImport = Made(FullImport),
            FullVerification = Made(FullVerification),
        };

        TaskComponent? Made(TaskComponent? component) =>
            component?.Config is { } config ? component with { Config = make(config) } : component;
    }
}
