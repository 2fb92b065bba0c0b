using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The restart of docs/reference/oms.md, Failure of an Incr-Sync, with ours: backing off, and another host after some.</summary>
public sealed class IncrSyncHealthTests
{
    internal static readonly Registration Running = Scene.Component("t1", "h1", epoch: 4) with { Seq = 2 };

    /// <summary>checkRequestIntervalSec 600, unit 60 s, three restarts in place.</summary>
    internal static readonly HaConfig Config = Scene.Config;

    [Fact]
    public void A_failed_one_is_restarted_where_it_is_under_a_higher_epoch_and_the_same_name()
    {
        var restart = Assert.IsType<Restart>(Decide(Running));
        Assert.Equal(1, restart.Restarts);
        var after = ComponentChange.Restarted(Running, restart.Restarts, Scene.Now);
        Assert.Equal((Running.Name, "h1", 5L, 2L, Scene.Now), (after.Name, after.Host, after.Epoch, after.Seq, after.OperatedAt));
    }

    [Theory]
    [InlineData(ComponentState.Starting)]
    [InlineData(ComponentState.Running)]
    [InlineData(ComponentState.Stopped)]
    [InlineData(ComponentState.Migrating)]
    public void The_normal_states_are_left_alone(ComponentState state) => Assert.Null(TryDecide(Running, state: state));

    [Fact]
    public void A_failure_under_an_older_epoch_says_nothing() => Assert.Null(TryDecide(Running, reportedEpoch: 3));

    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public void After_an_operation_it_is_left_alone_for_the_request_interval(int secondsAgo, bool held)
    {
        var decision = Decide(Running with { FailedAt = Scene.Now, OperatedAt = Scene.Now.AddSeconds(-secondsAgo) });
        Assert.Equal(held, decision is Hold { Reason.Code: "HA-204" });
        Assert.Equal(!held, decision is Restart);
    }

    [Theory]
    [InlineData(1, 119, false)]
    [InlineData(1, 120, true)]
    [InlineData(2, 359, false)]
    [InlineData(2, 360, true)]
    public void Failures_in_a_row_wait_n_squared_plus_n_minutes(int restarts, int secondsAgo, bool tries)
    {
        var failed = Running with { FailedAt = Scene.Now, Restarts = restarts, OperatedAt = Scene.Now.AddSeconds(-secondsAgo) };
        var decision = Decide(failed, Config with { CheckRequestIntervalSec = 0 });
        Assert.Equal(tries, decision is Restart r && r.Restarts == restarts + 1);
        Assert.Equal(!tries, decision is Hold { Reason.Code: "HA-212" });
    }

    [Fact]
    public void The_first_sight_of_a_failure_that_must_wait_is_written_down()
    {
        var note = Assert.IsType<NoteFailure>(Decide(Running with { Restarts = 1, OperatedAt = Scene.Now.AddSeconds(-100) }));
        Assert.Equal(1, note.Restarts);
    }

    [Fact]
    public void A_quiet_time_as_long_as_the_wait_makes_it_a_first_failure_again()
    {
        var config = Config with { CheckRequestIntervalSec = 0 };
        var quiet = Running with { Restarts = 2, OperatedAt = Scene.Now.AddSeconds(-361) };
        Assert.Equal(1, Assert.IsType<Restart>(Decide(quiet, config)).Restarts);
        var tooSoon = quiet with { OperatedAt = Scene.Now.AddSeconds(-360) };
        Assert.Equal(3, Assert.IsType<Restart>(Decide(tooSoon, config)).Restarts);
        // It did not run in that time: it waited.
        Assert.Equal(3, Assert.IsType<Restart>(Decide(quiet with { FailedAt = Scene.Now.AddSeconds(-300) }, config)).Restarts);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public void After_every_third_restart_in_a_row_it_is_tried_on_another_host(int restarts, bool moves)
    {
        var failed = Running with { FailedAt = Scene.Now, Restarts = restarts, OperatedAt = Scene.Now.AddDays(-1) };
        var decision = Decide(failed);
        if (moves)
        {
            var begin = Assert.IsType<BeginMove>(decision);
            Assert.Equal((MoveCause.Failing, "h2", true), (begin.To.Cause, begin.To.Target, begin.To.Starts));
        }
        else
        {
            Assert.IsType<Restart>(decision);
        }
    }

    [Fact]
    public void With_no_other_host_to_try_it_is_restarted_again_where_it_is()
    {
        var failed = Running with { FailedAt = Scene.Now, Restarts = 3, OperatedAt = Scene.Now.AddDays(-1) };
        var alone = Scene.Of([Host(failed, ComponentState.Abnormal, failed.Epoch)], failed);
        Assert.Equal(4, Assert.IsType<Restart>(Decider.Decide(alone, Config).About(failed)).Restarts);
    }

    [Fact]
    public void One_that_runs_again_by_itself_is_no_failure_any_more() =>
        Assert.IsType<NoteRecovery>(Decide(Running with { FailedAt = Scene.Now }, state: ComponentState.Running));

    [Fact]
    public void Switched_off_nothing_is_restarted()
    {
        var failed = Running with { FailedAt = Scene.Now };
        Decide(failed, Config with { EnableConnector = false }).HeldFor(Reason.SwitchedOff);
        Decide(failed, Config with { Enable = false }).HeldFor(Reason.SwitchedOff);
        Assert.IsType<Restart>(Decide(failed, Config with { EnableHost = false }));
    }

    [Theory]
    [InlineData(ComponentKind.FullImport)]
    [InlineData(ComponentKind.FullVerification)]
    public void Full_copies_and_comparisons_are_shown_as_failed_and_left_alone(ComponentKind kind)
    {
        Decide(Running with { Kind = kind }).HeldFor(Reason.NotMoved);
        var lost = Running with { Kind = kind };
        Decider.Decide(Scene.Of([Scene.DownHost("h1"), Scene.Host("h2")], lost), Config).About(lost).HeldFor(Reason.NotMoved);
    }

    [Fact]
    public void What_an_unheard_host_said_last_is_not_acted_on()
    {
        var failed = Running with { FailedAt = Scene.Now };
        var stale = Host(failed, ComponentState.Abnormal, failed.Epoch) with { Unheard = Scene.Seconds(16), Silence = TimeSpan.Zero };
        Decider.Decide(Scene.Of([stale, Scene.Host("h2")], failed), Config).About(failed).HeldFor(Reason.Unheard);
    }

    [Fact]
    public void A_failure_that_a_move_carried_along_is_restarted_once_its_rest_is_over()
    {
        var carried = Running with
        {
            Desired = DesiredState.Stopped, CarriedState = ComponentState.Abnormal, OperatedAt = Scene.Now.AddSeconds(-601),
        };
        var tasks = new Dictionary<string, TaskDocument> { ["t1"] = Task(TaskIntent.Running) };
        var snapshot = Scene.Of([Host(carried, ComponentState.Stopped, 4), Scene.Host("h2")], carried);
        Assert.IsType<Restart>(Decider.Decide(snapshot with { Tasks = tasks }, Config).About(carried));
        tasks["t1"] = Task(TaskIntent.Suspended);
        Assert.DoesNotContain(Decider.Decide(snapshot with { Tasks = tasks }, Config), d => d.Object == carried.Id);
    }

    [Theory]
    [InlineData(TaskIntent.Running)]
    [InlineData(TaskIntent.Suspended)]
    public void A_failure_that_a_move_carried_along_is_restarted_when_it_was_started_by_hand(string task)
    {
        var carried = Running with
        {
            Desired = DesiredState.Stopped, ByHand = DesiredState.Running, CarriedState = ComponentState.Abnormal,
        };
        var tasks = new Dictionary<string, TaskDocument> { ["t1"] = Task(task) };
        var snapshot = Scene.Of([Host(carried, ComponentState.Stopped, 4), Scene.Host("h2")], carried) with { Tasks = tasks };
        Assert.IsType<Restart>(Decider.Decide(snapshot, Config).About(carried));
    }

    [Fact]
    public void A_task_in_maintenance_is_left_alone_and_it_is_said()
    {
        var failed = Running with { FailedAt = Scene.Now };
        var snapshot = Scene.Of([Host(failed, ComponentState.Abnormal, 4), Scene.Host("h2")], failed) with
        {
            Maintenances = new Dictionary<string, Maintenance> { [MaintenanceScope.TaskKey("t1")] = Some.Work },
        };
        var hold = Decider.Decide(snapshot, Config).About(failed).HeldFor(Reason.InMaintenance);
        Assert.Equal((MaintenanceScope.TaskKey("t1"), "restart it where it is"), (hold.Maintenance, hold.Plan));
    }

    private static TaskDocument Task(string status) => Some.Task("t1") with { Status = status };

    private static Decision Decide(Registration component, HaConfig? config = null, ComponentState state = ComponentState.Abnormal) =>
        Assert.IsAssignableFrom<Decision>(TryDecide(component, config, state));

    private static Decision? TryDecide(
        Registration component, HaConfig? config = null, ComponentState state = ComponentState.Abnormal, long? reportedEpoch = null) =>
        Decider.Decide(Scene.Of([Host(component, state, reportedEpoch ?? component.Epoch), Scene.Host("h2")], component),
            config ?? Config)
            .SingleOrDefault(d => d.Object == component.Id);

    private static HostSnapshot Host(Registration component, ComponentState state, long epoch) =>
        Scene.Host("h1", runs: Scene.Runs(component with { Epoch = epoch }, state, pid: null));
}
