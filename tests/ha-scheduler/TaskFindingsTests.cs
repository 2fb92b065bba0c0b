using static Holdfast.HaScheduler.Tests.TaskFindingsScene;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Findings about a task: both sides of each limit.</summary>
public sealed class TaskFindingsTests
{
    [Theory]
    [InlineData(ProtectionLevel.High, 30, false)]
    [InlineData(ProtectionLevel.High, 30.5, true)]
    [InlineData(ProtectionLevel.Medium, 300, false)]
    [InlineData(ProtectionLevel.Medium, 301, true)]
    [InlineData(ProtectionLevel.Low, 900, false)]
    [InlineData(ProtectionLevel.Low, 901, true)]
    [InlineData(ProtectionLevel.Ignore, 1e6, false)]
    public void A_delay_beyond_what_the_protection_allows_is_found(ProtectionLevel protection, double delay, bool isFound)
    {
        var found = Look(Of(Task(protection), Scene.Host("h1", runs: Runs(delay)), Incr)).Findings;
        Assert.Equal(isFound, found is [{ Event: AlertEvents.MigrationDelay }]);
        Assert.Equal(isFound ? 1 : 0, found.Count);
    }

    [Fact]
    public void While_its_host_is_silent_the_delay_grows_from_the_last_checkpoint()
    {
        HostSnapshot Silent(double seconds) => Scene.Host("h1", silent: seconds, runs: Runs(0, Ago(31)));
        Assert.Empty(Look(Of(Task(), Silent(10), Incr)).Findings);
        Assert.Single(Look(Of(Task(), Silent(10.5), Incr)).Findings);
        Assert.Empty(Look(Of(Task(), Silent(10.5), Incr) with { Feed = Scene.InterruptedFeed }).Findings);
    }

    [Fact]
    public void An_interruption_of_the_feed_that_is_over_makes_nobody_lag() => Assert.Empty(
        Look(Of(Task(), Scene.Host("h1", silent: 1, unheard: 500, runs: Runs(0, Ago(500))), Incr)).Findings);

    [Fact]
    public void A_delay_goes_on_through_a_move_and_ends_when_the_new_place_says_so()
    {
        var old = Scene.DownHost("h1") with { Reported = Scene.Reported("h1", "north", "n1", [Runs(0, Ago(60))]) };
        var moved = Scene.Component("t1", "h2", epoch: 2) with { Former = [new FormerPlace(Incr.Name!, "h1", 1)] };
        var on = Of(Task(), old, moved) with { Hosts = [old, Scene.Host("h2")] };
        var told = Assert.Single(Look(on).Findings);
        Assert.Equal(AlertEvents.MigrationDelay, told.Event);
        Assert.Single(Look(on with { Feed = Scene.InterruptedFeed }, Told(told)).Findings);
        var well = on with { Hosts = [old, Scene.Host("h2", runs: Scene.Runs(moved) with { DelaySeconds = 3 })] };
        Assert.Empty(Look(well, Told(told)).Findings);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void An_abnormal_component_fails_its_task_once_it_lasts(double seconds, bool isFound)
    {
        var host = Scene.Host("h1", runs: Runs(state: ComponentState.Abnormal) with { Error = "target refused" });
        Assert.Equal(Scene.Now, Look(Of(Task(), host, Incr)).FailingSince[Incr.Id]);
        var found = Look(Of(Task(), host, Incr), Failing(seconds)).Findings;
        Assert.Equal(isFound ? 1 : 0, found.Count);
        Assert.All(found, f => Assert.Contains("target refused", f.Summary, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_registration_knows_of_a_failure_counts_from_the_first_pass_of_a_life()
    {
        var failed = Incr with { FailedAt = Scene.Now.AddSeconds(-31) };
        Assert.Single(Look(Of(Task(), Scene.Host("h1", runs: Runs(state: ComponentState.Abnormal)), failed)).Findings);
        Assert.Empty(Look(Of(Task(), Scene.Host("h1", runs: Runs()), failed)).Findings);
    }

    [Fact]
    public void A_restart_that_has_not_run_yet_ends_no_failure_and_one_that_runs_does()
    {
        var host = Scene.Host("h1", runs: Runs(state: ComponentState.Starting));
        Assert.Single(Look(Of(Task(), host, Incr), Failing(31)).Findings);
        Assert.Empty(Look(Of(Task(), host, Incr)).Findings);
        var well = Look(Of(Task(), Scene.Host("h1", runs: Runs()), Incr), Failing(31));
        Assert.Empty(well.Findings);
        Assert.Empty(well.FailingSince);
    }

    [Theory]
    [InlineData(-30, false)]
    [InlineData(-31, true)]
    public void Left_on_a_host_that_is_down_it_has_failed_since_the_verdict(double downSince, bool isFound)
    {
        var host = Scene.DownHost("h1");
        host = host with { Verdict = host.Verdict with { Since = Scene.Now.AddSeconds(downSince) } };
        var found = Look(Of(Task(), host, Incr)).Findings;
        Assert.Equal(isFound ? [AlertEvents.MigrationFailed] : [], found.Select(f => f.Event));
    }

    [Fact]
    public void A_full_import_that_failed_fails_its_task_and_one_that_has_completed_does_not()
    {
        var import = Incr with { Id = "t1-full_import-1-0", Kind = ComponentKind.FullImport, FailedAt = Scene.Now.AddSeconds(-60) };
        ComponentReport Said(ComponentState state) => Scene.Runs(import, state, null);
        Assert.Single(Look(Of(Task(), Scene.Host("h1", runs: Said(ComponentState.Abnormal)), import)).Findings);
        Assert.Empty(Look(Of(Task(), Scene.Host("h1", runs: Said(ComponentState.Completed)), import)).Findings);
    }

    [Theory]
    [InlineData(TaskIntent.Suspended)]
    [InlineData("FAILED")]
    [InlineData("RELEASING")]
    public void An_incr_sync_that_outlives_its_task_is_found_after_a_grace(string status)
    {
        var stopped = Incr with { Desired = DesiredState.Stopped };
        var grace = 10 + Scene.Config.KillGraceSec;
        Assert.Empty(Look(Of(Task(status: status, changedAgo: grace), Scene.Host("h1", runs: Runs()), stopped)).Findings);
        var found = Look(Of(Task(status: status, changedAgo: grace + 1), Scene.Host("h1", runs: Runs()), stopped)).Findings;
        Assert.Equal(AlertEvents.SyncStatusInconsistent, Assert.Single(found).Event);
        var ended = Runs(state: ComponentState.Stopped);
        Assert.Empty(Look(Of(Task(status: status), Scene.Host("h1", runs: ended), stopped), Told(found[0])).Findings);
        Assert.Empty(Look(Of(Task(ProtectionLevel.Ignore, status), Scene.Host("h1", runs: Runs()), stopped)).Findings);
    }

    [Fact]
    public void What_a_silent_host_runs_is_not_known_and_neither_begins_nor_ends_it()
    {
        var stopped = Incr with { Desired = DesiredState.Stopped };
        Snapshot On(HostSnapshot host) => Of(Task(status: TaskIntent.Suspended), host, stopped);
        var found = Assert.Single(Look(On(Scene.Host("h1", runs: Runs()))).Findings);
        Assert.Empty(Look(On(Scene.Host("h1", silent: 11, runs: Runs()))).Findings);
        Assert.Same(found, Assert.Single(Look(On(Scene.Host("h1", silent: 11, runs: Runs())), Told(found)).Findings));
        Assert.Empty(Look(On(Scene.DownHost("h1")), Told(found)).Findings);
    }

    [Fact]
    public void A_released_task_that_still_runs_where_it_was_is_found()
    {
        var over = Incr with { Desired = DesiredState.Absent, Host = null, Name = null, Former = [new FormerPlace(Incr.Name!, "h1", 1)] };
        Assert.Single(Look(Of(Task(status: TaskIntent.Released), Scene.Host("h1", runs: Runs()), over)).Findings);
        Assert.Empty(Look(Of(Task(status: TaskIntent.Released), Scene.Host("h1"), over)).Findings);
    }

    [Fact]
    public void A_task_in_maintenance_raises_nothing_and_what_it_would_have_raised_is_held_back()
    {
        var work = new Maintenance("disks", "ann", Scene.Now.AddHours(1), "token", Scene.Now.AddHours(-1));
        var snapshot = Of(Task(), Scene.Host("h1", runs: Runs(99)), Incr) with
        {
            Maintenances = new Dictionary<string, Maintenance> { [MaintenanceScope.TaskKey("t1")] = work },
        };
        var health = Look(snapshot);
        Assert.Empty(health.Findings);
        var held = Assert.Single(health.HeldBack);
        Assert.Equal(("task:t1", Reason.InMaintenance, "task:t1"), (held.Object, held.Reason, held.Maintenance));
        Assert.Contains(AlertEvents.MigrationDelay, held.Plan, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_wants_to_run_has_not_failed()
    {
        var stopped = Incr with { Desired = DesiredState.Stopped, ByHand = DesiredState.Stopped };
        var host = Scene.Host("h1", runs: Scene.Runs(Incr, ComponentState.Abnormal));
        Assert.Empty(Look(Of(Task(), host, stopped), Failing(31)).Findings);
        Assert.Single(Look(Of(Task(), host, Incr), Failing(31)).Findings);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(5, null, 5)]
    [InlineData(null, ComponentState.Abnormal, 0)]
    [InlineData(null, ComponentState.Stopped, null)]
    public void One_that_does_not_run_yet_has_failed_if_it_is_known_to_have(int? failedAgo, ComponentState? carried, int? ago)
    {
        var component = Incr with
        {
            Desired = carried is null ? DesiredState.Running : DesiredState.Stopped,
            CarriedState = carried,
            FailedAt = failedAgo is { } f ? Scene.Now.AddSeconds(-f) : null,
        };
        var failing = Look(Of(Task(), Scene.Host("h1", runs: Runs(state: ComponentState.Starting)), component)).FailingSince;
        Assert.Equal(ago is { } s ? [Scene.Now.AddSeconds(-s)] : [], failing.Values);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void One_whose_host_was_deleted_has_failed_until_it_runs_elsewhere(double seconds, bool isFound)
    {
        var lost = Incr with { Host = null, Epoch = 2 };
        Assert.Equal(Scene.Now, Look(Of(Task(), Scene.Host("h2"), lost)).FailingSince[Incr.Id]);
        var found = Look(Of(Task(), Scene.Host("h2"), lost), Failing(seconds)).Findings;
        Assert.Equal(isFound ? ["Task orders has failed for 31 s: its Incr-Sync has lost its host and waits for room on another one"] : [],
            found.Select(f => f.Summary));
    }

    [Fact]
    public void One_that_never_had_a_host_has_not_failed_and_does_not_lag()
    {
        var created = Scene.Component("t1", null) with { CarriedCheckpoint = Ago(99) };
        var health = Look(Of(Task(), Scene.Host("h1"), created), Failing(31));
        Assert.Empty(health.Findings);
        Assert.Empty(health.FailingSince);
    }

    [Theory]
    [InlineData(40, 41, "t1-full_import-1-0")]
    [InlineData(40, 40, "t1-incr_trans-1-0")]
    [InlineData(41, 40, "t1-incr_trans-1-0")]
    public void Of_two_that_failed_the_one_that_did_so_earlier_is_told(int sync, int import, string told)
    {
        var copy = Incr with { Id = "t1-full_import-1-0", Kind = ComponentKind.FullImport, Name = "copy" };
        ComponentReport Failed(Registration component) => Scene.Runs(component, ComponentState.Abnormal, null);
        var found = Look(Of(Task(), Scene.Host("h1", runs: [Failed(Incr), Failed(copy)]),
            Incr with { FailedAt = Scene.Now.AddSeconds(-sync) }, copy with { FailedAt = Scene.Now.AddSeconds(-import) })).Findings;
        Assert.Equal([told], Assert.Single(found).Parts);
    }

    [Fact]
    public void A_failure_that_was_told_before_this_life_goes_on_for_the_component_that_it_names()
    {
        var told = Assert.Single(Look(Of(Task(), Scene.DownHost("h1"), Incr)).Findings) with { Since = Scene.Now.AddSeconds(-40) };
        var starting = Of(Task(), Scene.Host("h1", runs: Runs(state: ComponentState.Starting)), Incr);
        Assert.Equal(told.Since, Assert.Single(Look(starting, Told(told)).Findings).Since);
        Assert.Empty(Look(starting, Told(told with { Parts = ["t1-full_import-1-0"] })).Findings);
    }
}
