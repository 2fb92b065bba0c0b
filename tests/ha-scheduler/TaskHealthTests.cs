namespace Holdfast.HaScheduler.Tests;

/// <summary>Conditions that raise an alert and conditions that do not: both sides of each limit, for each event.</summary>
public sealed class TaskHealthTests
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

    private static HealthBefore Told(params Finding[] findings) =>
        HealthBefore.Nothing with { Firing = findings.ToDictionary(f => f.Of) };

    private static HealthBefore Failing(double seconds) =>
        HealthBefore.Nothing with { FailingSince = new Dictionary<string,
            DateTimeOffset> { [Incr.Id] = Scene.Now.AddSeconds(-seconds) } };

    [Theory]
    [InlineData(0.849, 0.1, 0.1, 0)]
    [InlineData(0.85, 0.1, 0.1, 1)]
    [InlineData(0.1, 0.85, 0.1, 1)]
    [InlineData(0.1, 0.1, 0.899, 0)]
    [InlineData(0.1, 0.1, 0.90, 1)]
    [InlineData(0.9, 0.9, 0.95, 3)]
    public void A_host_over_a_threshold_is_found_at_once(double cpu, double memory, double disk, int resources)
    {
        var found = Look(Scene.Of([Loaded(cpu, memory, disk)])).Findings;
        Assert.Equal(resources, found.Sum(f => f.Parts.Count));
        Assert.Equal(resources > 0, found is [{ Event: AlertEvents.HostThreshold, Target: "h1", Level: AlertLevel.Warning }]);
    }

    [Fact]
    public void A_host_is_over_its_threshold_until_it_is_five_points_below()
    {
        var told = Assert.Single(Look(Scene.Of([Loaded(0.86, 0.1, 0.1)])).Findings);
        Assert.Single(Look(Scene.Of([Loaded(0.80, 0.1, 0.1)]), Told(told)).Findings);
        Assert.Empty(Look(Scene.Of([Loaded(0.799, 0.1, 0.1)]), Told(told)).Findings);
        // Only what was over has to come down so far.
        Assert.Empty(Look(Scene.Of([Loaded(0.1, 0.84, 0.1)]), Told(told)).Findings);
    }

    [Fact]
    public void The_load_of_a_host_that_is_not_heard_is_what_it_was_and_a_dead_one_has_none()
    {
        var told = Assert.Single(Look(Scene.Of([Loaded(0.86, 0.1, 0.1)])).Findings);
        Assert.Same(told, Assert.Single(Look(Scene.Of([Loaded(0.1, 0.1, 0.1, silent: 11)]), Told(told)).Findings));
        Assert.Empty(Look(Scene.Of([Loaded(0.99, 0.1, 0.1, silent: 11)])).Findings);
        Assert.Empty(Look(Scene.Of([Scene.DownHost("h1")]), Told(told)).Findings);
    }

    private static HostSnapshot Loaded(double cpu, double memory, double disk, double silent = 1) =>
        Scene.Host("h1", silent: silent).With(h => h with { Report = h.Report with { Usage = new Usage(cpu, memory, disk) } });
}
