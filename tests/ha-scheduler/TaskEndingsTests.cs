namespace Holdfast.HaScheduler.Tests;

/// <summary>An end of an alert says what is so: a task that somebody stopped is not "within 30 s of its source again".</summary>
public sealed class TaskEndingsTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1");

    [Fact]
    public void What_is_well_again_says_so() =>
        Assert.Equal("well again", Of(AlertEvents.SyncDelay, Some.Task("t1"), Incr));

    [Theory]
    [InlineData(AlertEvents.SyncDelay, "Task t1 is SUSPEND: its lag is not watched while it does not run")]
    [InlineData(AlertEvents.MigrationDelay, "Task t1 is SUSPEND: its lag is not watched while it does not run")]
    [InlineData(AlertEvents.SyncFailed, "Task t1 is SUSPEND: whether it has failed is not watched while it does not run")]
    [InlineData(AlertEvents.MigrationFailed, "Task t1 is SUSPEND: whether it has failed is not watched while it does not run")]
    public void A_task_that_was_stopped_is_not_within_its_limit(string @event, string said) =>
        Assert.Equal(said, Of(@event, Some.Task("t1") with { Status = TaskIntent.Suspended }, Incr));

    [Fact]
    public void A_component_that_was_stopped_or_deleted_by_hand_is_named()
    {
        var byHand = Incr with { Desired = DesiredState.Stopped, ByHand = DesiredState.Stopped };
        var stopped = Of(AlertEvents.SyncDelay, Some.Task("t1"), byHand);
        Assert.Equal("The Incr-Sync of task t1 was stopped by hand: its lag is not watched until it is started", stopped);
        var copy = Incr with { Kind = ComponentKind.FullImport, Id = "t1-full", Desired = DesiredState.Absent };
        Assert.Equal("The Full-Import of task t1 was deleted by hand", Of(AlertEvents.SyncFailed, Some.Task("t1"), copy, "t1-full"));
    }

    [Fact]
    public void What_is_not_watched_any_more_is_no_recovery()
    {
        var released = Some.Task("t1") with { Status = TaskIntent.Released };
        Assert.Contains("released", Of(AlertEvents.SyncDelay, released), StringComparison.Ordinal);
        Assert.Contains("not there any more", Of(AlertEvents.SyncDelay, null), StringComparison.Ordinal);
        Assert.Contains("IGNORE", Of(AlertEvents.SyncDelay, Some.Task("t1") with { Protection = ProtectionLevel.Ignore }, Incr),
            StringComparison.Ordinal);
        var work = new Maintenance("disks", "ann", Scene.Now.AddHours(1), "token", Scene.Now);
        var inWork = Snapshot(Some.Task("t1"), Incr) with
        {
            Maintenances = new Dictionary<string, Maintenance> { [MaintenanceScope.TaskKey("t1")] = work },
        };
        Assert.Contains("in maintenance", TaskEndings.Of(Told(AlertEvents.SyncDelay), inWork), StringComparison.Ordinal);
    }

    [Fact]
    public void An_inconsistency_ends_when_the_process_has_or_when_the_task_runs_again()
    {
        Assert.Equal("well again", Of(AlertEvents.SyncStatusInconsistent, Some.Task("t1") with { Status = TaskIntent.Suspended }));
        Assert.Contains("RUNNING again", Of(AlertEvents.SyncStatusInconsistent, Some.Task("t1")), StringComparison.Ordinal);
        Assert.Equal("well again", Of(AlertEvents.HostThreshold, null));
    }

    private static string Of(string @event, TaskDocument? task, Registration? component = null, string? part = null) =>
        TaskEndings.Of(Told(@event, part), Snapshot(task, component));

    private static Snapshot Snapshot(TaskDocument? task, Registration? component) =>
        Scene.Of([], component is null ? [] : [component]) with
        {
            Tasks = task is null ? new Dictionary<string, TaskDocument>() : new Dictionary<string, TaskDocument> { ["t1"] = task },
        };

    private static Finding Told(string @event, string? part = null) => new()
    {
        Event = @event,
        Scope = AlertScope.Task,
        Target = "t1",
        Level = AlertLevel.Warning,
        Summary = "Task t1 lags",
        Description = "",
        Over = "well again",
        Region = "north",
        Since = Scene.Now,
        Task = "t1",
        TaskName = "t1",
        Parts = part is null ? [] : [part],
    };

    [Theory]
    [InlineData("new", "told", "Task new is SUSPEND: its lag is not watched while it does not run")]
    [InlineData(null, "told", "Task told is not there any more")]
    [InlineData(null, null, "Task t1 is not there any more")]
    public void A_task_has_the_name_of_now_or_the_last_one_that_was_told(string? now, string? told, string said)
    {
        var task = now is null ? null : Some.Task("t1") with { Name = now, Status = TaskIntent.Suspended };
        Assert.Equal(said, TaskEndings.Of(Told(AlertEvents.SyncDelay) with { TaskName = told }, Snapshot(task, null)));
    }
}
