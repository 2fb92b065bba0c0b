namespace Holdfast.HaScheduler.Tests;

/// <summary>A task that was well before is looked at again only when something of it has changed.</summary>
public sealed class StillWellTests
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

    private static long Ago(double seconds) => Scene.Now.AddSeconds(-seconds).ToUnixTimeSeconds();

    private static Health Look(Snapshot snapshot, HealthBefore? before = null) =>
        TaskHealth.Look(snapshot, Scene.Config, Limits, before ?? HealthBefore.Nothing);

    [Fact]
    public void What_was_well_is_looked_at_again_when_anything_of_it_is_another()
    {
        var memory = HealthBefore.Nothing with { Well = new StillWell() };
        var well = Of(Task(), Scene.Host("h1", runs: Runs(1, Ago(100))), Incr);
        var host = well.Hosts[0];
        Assert.Empty(Look(well, memory).Findings);
        Assert.Empty(Look(well, memory).Findings);
        Assert.Single(Look(well with { Hosts = [host with { Silence = Scene.Seconds(11) }] }, memory).Findings);
        Assert.Empty(Look(well, memory).Findings);
        Assert.Single(Look(well with { Hosts = [host.With(h => h with { Components = [Runs(31)] })] }, memory).Findings);
        Assert.Empty(Look(well, memory).Findings);
        var down = host with { Verdict = host.Verdict with { State = HostState.Down, Since = Scene.Now.AddSeconds(-31) } };
        Assert.Contains(Look(well with { Hosts = [down] }, memory).Findings, f => f.Event == AlertEvents.MigrationFailed);
        Assert.Empty(Look(well, memory).Findings);
        var abnormal = Incr with { CarriedState = ComponentState.Abnormal, FailedAt = Scene.Now.AddSeconds(-31) };
        var failed = well with { Registrations = [abnormal] };
        Assert.Single(Look(failed, memory).Findings);
        var stricter = Limits with { DelayThreshold = new Dictionary<string, int> { ["HIGH"] = 1, ["MEDIUM"] = 300, ["LOW"] = 900 } };
        Assert.Empty(Look(well, memory).Findings);
        var slower = well with { Hosts = [host.With(h => h with { Components = [Runs(2)] })] };
        Assert.Empty(Look(slower, memory).Findings);
        Assert.Single(TaskHealth.Look(slower, Scene.Config, stricter, memory).Findings);
    }
}
