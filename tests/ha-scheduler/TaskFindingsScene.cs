namespace Holdfast.HaScheduler.Tests;

/// <summary>A task t1 with an Incr-Sync on host h1, and what is found of it.</summary>
internal static class TaskFindingsScene
{
    internal static readonly AlertThresholds Limits = new();
    internal static readonly Registration Incr = Scene.Component("t1", "h1");

    internal static TaskDocument Task(ProtectionLevel protection = ProtectionLevel.High, string status = TaskIntent.Running,
        string type = "migration", double changedAgo = 3600) => new()
        {
            Id = "t1",
            Name = "orders",
            Type = type,
            Region = "north",
            Protection = protection,
            Source = new TaskSource("mysql", "north"),
            IncrSync = new TaskComponent(["incr-sync"]),
            Status = status,
            StartTimestamp = 0,
            CreatedAt = Scene.Now.AddDays(-1),
            StatusAt = Scene.Now.AddSeconds(-changedAgo),
        };

    internal static Snapshot Of(TaskDocument task, HostSnapshot host, params IReadOnlyList<Registration> components) =>
        Scene.Of([host], components) with { Tasks = new Dictionary<string, TaskDocument> { ["t1"] = task } };

    internal static ComponentReport Runs(double? delay = null, long? checkpoint = null, ComponentState state = ComponentState.Running) =>
        Scene.Runs(Incr, state, state == ComponentState.Running ? 4711 : null) with { DelaySeconds = delay, Checkpoint = checkpoint };

    internal static long Ago(double seconds) => Scene.Now.AddSeconds(-seconds).ToUnixTimeSeconds();

    internal static Health Look(Snapshot snapshot, HealthBefore? before = null) =>
        TaskHealth.Look(snapshot, Scene.Config, Limits, before ?? HealthBefore.Nothing);

    internal static HealthBefore Told(params Finding[] findings) =>
        HealthBefore.Nothing with { Firing = findings.ToDictionary(f => f.Of) };

    internal static HealthBefore Failing(double seconds) =>
        HealthBefore.Nothing with { FailingSince = new Dictionary<string,
            DateTimeOffset> { [Incr.Id] = Scene.Now.AddSeconds(-seconds) } };

    /// <summary>A delay that was found a minute ago.</summary>
    internal static Finding Lagging { get; } =
        Look(Of(Task(), Scene.Host("h1", runs: Runs(99)), Incr)).Findings[0] with { Since = Scene.Now.AddMinutes(-1) };
}
