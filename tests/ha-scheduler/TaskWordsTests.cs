namespace Holdfast.HaScheduler.Tests;

/// <summary>How a task is told of: its event, its level.</summary>
public sealed class TaskWordsTests
{
    private static readonly AlertThresholds Limits = new();
    private static readonly Registration Incr = Scene.Component("t1", "h1");

    private static TaskDocument Task(ProtectionLevel protection = ProtectionLevel.High, string status = TaskIntent.Running,
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

    private static Snapshot Of(TaskDocument task, HostSnapshot host, params IReadOnlyList<Registration> components) =>
        Scene.Of([host], components) with { Tasks = new Dictionary<string, TaskDocument> { ["t1"] = task } };

    private static ComponentReport Runs(double? delay = null, long? checkpoint = null, ComponentState state = ComponentState.Running) =>
        Scene.Runs(Incr, state, state == ComponentState.Running ? 4711 : null) with { DelaySeconds = delay, Checkpoint = checkpoint };

    private static Health Look(Snapshot snapshot, HealthBefore? before = null) =>
        TaskHealth.Look(snapshot, Scene.Config, Limits, before ?? HealthBefore.Nothing);

    private static HealthBefore Failing(double seconds) =>
        HealthBefore.Nothing with { FailingSince = new Dictionary<string,
            DateTimeOffset> { [Incr.Id] = Scene.Now.AddSeconds(-seconds) } };

    [Theory]
    [InlineData("migration", AlertEvents.MigrationDelay)]
    [InlineData("synchronization", AlertEvents.SyncDelay)]
    public void The_delay_of_a_task_is_told_by_its_kind(string type, string expected) =>
        Assert.Equal(expected, Assert.Single(Look(Of(Task(type: type), Scene.Host("h1", runs: Runs(99)), Incr)).Findings).Event);

    [Theory]
    [InlineData("migration", AlertEvents.MigrationFailed)]
    [InlineData("synchronization", AlertEvents.SyncFailed)]
    public void The_failure_of_a_task_is_told_by_its_kind(string type, string expected) => Assert.Equal(expected, Assert.Single(
        Look(Of(Task(type: type), Scene.Host("h1", runs: Runs(state: ComponentState.Abnormal)), Incr), Failing(31)).Findings).Event);

    [Theory]
    [InlineData(ProtectionLevel.High, AlertLevel.Critical)]
    [InlineData(ProtectionLevel.Medium, AlertLevel.Warning)]
    [InlineData(ProtectionLevel.Low, AlertLevel.Caution)]
    public void The_protection_says_how_grave_it_is(ProtectionLevel protection, AlertLevel level)
    {
        var finding = Assert.Single(Look(Of(Task(protection), Scene.Host("h1", runs: Runs(1000)), Incr)).Findings);
        Assert.Equal((level, protection, "t1", "orders"), (finding.Level, finding.Protection!.Value, finding.Task, finding.TaskName));
    }
}
