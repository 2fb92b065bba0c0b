using static Holdfast.HaScheduler.Tests.TaskFindingsScene;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A finding neither begins nor ends by what is not known: both sides of what is known.</summary>
public sealed class TaskFindingsKnownTests
{
    [Theory]
    [InlineData(ComponentState.Abnormal, null)]
    [InlineData(ComponentState.Starting, ComponentState.Abnormal)]
    public void One_that_has_failed_begins_no_delay_and_ends_none(ComponentState reported, ComponentState? carried)
    {
        var failed = Incr with { Desired = carried is null ? DesiredState.Running : DesiredState.Stopped, CarriedState = carried };
        var snapshot = Of(Task(), Scene.Host("h1", runs: Runs(checkpoint: Ago(99), state: reported)), failed);
        Assert.Empty(Look(snapshot).Findings);
        var goesOn = Assert.Single(Look(snapshot, Told(Lagging)).Findings);
        Assert.Equal((AlertEvents.MigrationDelay, Lagging.Since), (goesOn.Event, goesOn.Since));
    }

    [Fact]
    public void What_nobody_wants_to_run_and_what_copies_or_has_completed_does_not_lag()
    {
        var stopped = Incr with { Desired = DesiredState.Stopped, ByHand = DesiredState.Stopped };
        Assert.Empty(Look(Of(Task(), Scene.Host("h1", runs: Runs(99)), stopped), Told(Lagging)).Findings);
        var import = Incr with { Kind = ComponentKind.FullImport };
        Assert.Empty(Look(Of(Task(), Scene.Host("h1", runs: Scene.Runs(import) with { DelaySeconds = 99 }), import)).Findings);
        var completed = Runs(checkpoint: Ago(99), state: ComponentState.Completed);
        Assert.Empty(Look(Of(Task(), Scene.Host("h1", silent: 10.5, runs: completed), Incr)).Findings);
    }

    [Fact]
    public void A_delay_goes_on_while_its_component_has_no_host()
    {
        var lost = Incr with { Host = null, Epoch = 2 };
        Assert.Empty(Look(Of(Task(), Scene.Host("h2"), lost)).Findings);
        Assert.Same(Lagging, Assert.Single(Look(Of(Task(), Scene.Host("h2"), lost), Told(Lagging)).Findings));
        var found = Assert.Single(Look(Of(Task(), Scene.Host("h2"), lost with { CarriedCheckpoint = Ago(31) })).Findings);
        Assert.Contains("last checkpoint of its Incr-Sync: it has lost its host;", found.Description, StringComparison.Ordinal);
        Assert.Contains("errors of the Incr-Sync, at its Store", found.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_feed_is_interrupted_only_what_is_heard_to_run_says_its_delay()
    {
        var starting = Of(Task(), Scene.Host("h1", runs: Runs(checkpoint: Ago(99), state: ComponentState.Starting)), Incr);
        Assert.Single(Look(starting).Findings);
        Assert.Empty(Look(starting with { Feed = Scene.InterruptedFeed }).Findings);
        var down = Scene.DownHost("h1") with { Reported = Scene.Reported("h1", "north", "n1", [Runs(0, Ago(99))]) };
        Assert.Contains(Lagging, Look(Of(Task(), down, Incr) with { Feed = Scene.InterruptedFeed }, Told(Lagging)).Findings);
    }

    [Theory]
    [InlineData(null, 30, false)]
    [InlineData(null, 30.5, true)]
    [InlineData(19.0, 11, false)]
    [InlineData(19.0, 11.5, true)]
    public void Without_a_checkpoint_silence_is_added_to_the_last_delay(double? delay, double silent, bool isFound)
    {
        var found = Look(Of(Task(), Scene.Host("h1", silent: silent, runs: Runs(delay)), Incr)).Findings;
        Assert.Equal(isFound ? [AlertEvents.MigrationDelay] : [], found.Select(f => f.Event));
    }

    [Fact]
    public void The_delay_of_one_that_has_not_run_yet_and_has_no_checkpoint_is_not_known()
    {
        Snapshot Starting(double silent) =>
            Of(Task(), Scene.Host("h1", silent: silent, runs: Runs(state: ComponentState.Starting)), Incr);
        Assert.Empty(Look(Starting(40)).Findings);
        Assert.Same(Lagging, Assert.Single(Look(Starting(1), Told(Lagging)).Findings));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(1.0, true)]
    public void One_that_runs_and_says_no_delay_is_not_behind(double? delay, bool isFound)
    {
        var none = Limits with { DelayThreshold = new Dictionary<string, int> { ["HIGH"] = 0 } };
        var snapshot = Of(Task(), Scene.Host("h1", HostState.Quarantined, runs: Runs(delay)), Incr);
        Assert.Equal(isFound, TaskHealth.Look(snapshot, Scene.Config, none, HealthBefore.Nothing).Findings.Count == 1);
    }

    [Fact]
    public void A_finding_that_goes_on_has_begun_when_it_was_told()
    {
        var late = Look(Of(Task(), Scene.Host("h1", runs: Runs(99)), Incr), Told(Lagging));
        Assert.Equal(Lagging.Since, Assert.Single(late.Findings).Since);
        var runs = Still(Scene.Host("h1", silent: 10, runs: Runs()));
        Assert.Equal(Scene.Now, Assert.Single(Look(runs).Findings).Since);
        Assert.Equal(Outlives.Since, Assert.Single(Look(runs, Told(Outlives)).Findings).Since);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(10.5, true)]
    public void What_a_silent_host_runs_is_what_it_was(double silent, bool goesOn)
    {
        var ended = Scene.Host("h1", silent: silent, runs: Runs(state: ComponentState.Stopped));
        Assert.Equal(goesOn ? [Outlives] : [], Look(Still(ended), Told(Outlives)).Findings);
        var moved = Scene.Component("t1", "h2", epoch: 2) with
        {
            Desired = DesiredState.Stopped,
            Former = [new FormerPlace(Incr.Name!, "h1", 1)],
        };
        var former = Still(ended, moved) with { Hosts = [ended, Scene.Host("h2")] };
        Assert.Equal(goesOn ? [Outlives] : [], Look(former, Told(Outlives)).Findings);
    }

    [Fact]
    public void A_host_that_has_not_said_what_it_runs_ends_nothing_and_one_that_is_Down_runs_nothing()
    {
        var unheard = Scene.Host("h1") with { Reported = null };
        Assert.Same(Outlives, Assert.Single(Look(Still(unheard), Told(Outlives)).Findings));
        Assert.Empty(Look(Still(unheard)).Findings);
        var down = Scene.DownHost("h1") with { Reported = Scene.Reported("h1", "north", "n1", [Runs()]) };
        Assert.Empty(Look(Still(down), Told(Outlives)).Findings);
    }

    /// <summary>An Incr-Sync that outlives its task, found a minute ago.</summary>
    private static Finding Outlives { get; } =
        Look(Still(Scene.Host("h1", runs: Runs()))).Findings[0] with { Since = Scene.Now.AddMinutes(-1) };

    private static Snapshot Still(HostSnapshot host, Registration? component = null) => Of(
        Task(status: TaskIntent.Suspended), host, component ?? Incr with { Desired = DesiredState.Stopped });
}
