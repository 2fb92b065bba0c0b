using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// An Incr-Sync whose process ended with exit code 0: nobody could start it again, its why said healthy, its delay 0, and
/// oms_sync_delay fired.
/// </summary>
public sealed class EndedByItselfTests : OperationScene
{
    private static readonly Registration Incr = Scene.Component("t1", "h1", epoch: 4);

    private static ComponentReport Ended(Registration of, int? code = 0, ComponentState state = ComponentState.Stopped) =>
        Scene.Runs(of, state, pid: null) with { ExitCode = code, Checkpoint = Scene.Now.AddSeconds(-100).ToUnixTimeSeconds() };

    private void EndsByItself(string host) => _life.Reports(host, 1, Ended(_life.Component("t1")));

    [Theory]
    [InlineData(ComponentKind.IncrSync)]
    [InlineData(ComponentKind.FullImport)]
    [InlineData(ComponentKind.FullVerification)]
    public void Why_says_that_it_ended_by_itself_and_HA_leaves_it_so(ComponentKind kind)
    {
        var component = Incr with { Kind = kind };
        var hold = Decided(component, Ended(component)).HeldFor(Reason.EndedByItself);
        Assert.Contains("ended by itself with exit code 0 on host h1", hold.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_stopped_for_its_lease_or_on_an_order_did_not_end_by_itself()
    {
        Assert.Empty(Decisions(Incr, Ended(Incr, code: null)));
        var stopped = Incr with { Desired = DesiredState.Stopped };
        Assert.Empty(Decisions(stopped, Ended(stopped)));
        Assert.Empty(Decisions(Incr with { Epoch = 5 }, Ended(Incr)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(137)]
    public void Another_exit_code_is_a_failure_and_restarted(int code) =>
        Assert.IsType<Restart>(Decided(Incr, Ended(Incr, code, ComponentState.Abnormal)));

    [Fact]
    public void A_move_does_not_start_it_and_carries_what_it_had_come_to()
    {
        var dead = Scene.DownHost("h1") with { Reported = Scene.Reported("h1", "north", "n1", [Ended(Incr)]) };
        var place = Assert.IsType<Place>(Decider.Decide(Scene.Of([dead, Scene.Host("h2")], Incr), Scene.Config).About(Incr));
        Assert.Equal((DesiredState.Stopped, ComponentState.Stopped), (place.Desired, place.CarriedState));
        var moved = ComponentChange.Moved(Incr, place, "10.0.0.2", Scene.Now);
        var checkpoint = Scene.Now.AddSeconds(-100).ToUnixTimeSeconds();
        Assert.Equal((ComponentState.Stopped, checkpoint), (moved.CarriedState, moved.CarriedCheckpoint));
        var task = Some.Task("t1");
        Assert.False(TaskRules.IsBehind(moved, task));
        var there = Scene.Of([Scene.Host("h2", runs: Scene.Runs(moved, ComponentState.Stopped, null))], moved) with
        {
            Tasks = new Dictionary<string, TaskDocument> { ["t1"] = task },
        };
        var hold = Decider.Decide(there, Scene.Config).About(moved).HeldFor(Reason.EndedByItself);
        Assert.Contains("before it was moved to h2", hold.Because, StringComparison.Ordinal);

        var again = Assert.IsType<Place>(Decider.Decide(there with
        {
            Hosts = [Scene.DownHost("h2") with { Reported = there.Hosts[0].Reported }, Scene.Host("h3")],
            Registrations = [moved with { OperatedAt = null }],
        }, Scene.Config).About(moved));
        Assert.Equal((ComponentState.Stopped, moved.CarriedCheckpoint), (again.CarriedState, again.CarriedCheckpoint));
    }

    [Fact]
    public async Task A_start_of_the_component_starts_it_under_another_epoch()
    {
        var (host, _) = await OneTaskRuns();
        EndsByItself(host);
        await _life.Pass();
        var start = await Ordered(TicketKind.Start);
        await _life.Pass();
        Assert.Equal(2L, _life.Component("t1").Epoch);
        await Obeyed(host);
        await Is(start.Id, TicketStatus.Successful, "epoch 2");
    }

    [Theory]
    [InlineData(ComponentState.Stopped)]
    [InlineData(ComponentState.Completed)]
    [InlineData(ComponentState.Abnormal)]
    public async Task A_start_of_the_task_starts_it_though_the_task_was_never_stopped(ComponentState state)
    {
        var (host, _) = await OneTaskRuns();
        await Config(c => c with { Enable = false });
        _life.Reports(host, 1, Ended(_life.Component("t1"), 0, state));
        await _life.Pass();
        await Operated(TaskIntent.Running);
        Assert.Equal(2L, _life.Component("t1").Epoch);
        await Operated(TaskIntent.Running);
        Assert.Equal(2L, _life.Component("t1").Epoch);
        _life.Obeys(host);
        Assert.Equal((ComponentState.Running, 2L), (_life.Says(host)[0].State, _life.Says(host)[0].Epoch));
        await _life.Pass();
        await Operated(TaskIntent.Running);
        Assert.Equal(2L, _life.Component("t1").Epoch);
    }

    [Fact]
    public async Task A_stop_and_a_start_of_the_task_start_it_and_its_host_hears_of_both()
    {
        var (host, _) = await OneTaskRuns();
        EndsByItself(host);
        await _life.Pass();
        _life.Bus.Take<ComponentPlaced>();
        await Operated(TaskIntent.Suspended);
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p.Desired == DesiredState.Stopped);
        await Operated(TaskIntent.Running);
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p is { Desired: DesiredState.Running, Epoch: 2 });
    }

    /// <summary>Its words broke the rules, or its disk hung: its host said Abnormal, and the stop got lost on its way there.</summary>
    [Fact]
    public async Task A_stop_is_said_again_while_the_process_of_an_Abnormal_one_lives()
    {
        var (host, _) = await OneTaskRuns();
        Says(host, ComponentState.Abnormal, pid: 4711);
        await _life.Pass();
        await Operated(TaskIntent.Suspended);
        _life.Bus.Take<ComponentPlaced>();
        _time.Advance(TimeSpan.FromSeconds(6));
        Says(host, ComponentState.Abnormal, pid: 4711);
        await _life.Pass();
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p.Desired == DesiredState.Stopped);
        Says(host, ComponentState.Abnormal, pid: null);
        _time.Advance(TimeSpan.FromSeconds(6));
        await _life.Pass();
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
    }

    [Fact]
    public void A_start_while_it_is_still_ending_is_under_another_epoch()
    {
        var stopped = Incr with { Desired = DesiredState.Stopped };
        Assert.Equal(5, ComponentChange.Started(stopped, Scene.Runs(Incr)).Epoch);
        Assert.Equal(5, ComponentChange.Started(stopped, null).Epoch);
        Assert.Equal(5, ComponentChange.Started(stopped, Ended(Incr)).Epoch);
        Assert.Equal(4, ComponentChange.Started(stopped, Ended(Incr, code: null)).Epoch);
        Assert.Equal(4, ComponentChange.Started(stopped with { ChangedEpoch = 4 }, null).Epoch);
        Assert.Equal(5, ComponentChange.Started(stopped with { ChangedEpoch = 3 }, null).Epoch);
        Assert.Equal(4, ComponentChange.Started(Incr, Scene.Runs(Incr)).Epoch);
        Assert.Equal(4, ComponentChange.Started(Incr, null).Epoch);
        Assert.Equal(0, ComponentChange.Started(Scene.Component("t1", null) with { Desired = DesiredState.Stopped }, null).Epoch);
    }

    [Theory]
    [InlineData(ComponentState.Completed, 4)]
    [InlineData(ComponentState.Stopped, 5)]
    [InlineData(ComponentState.Abnormal, 5)]
    [InlineData(null, 4)]
    public void A_copy_that_is_done_is_not_made_again_when_its_task_is_started(ComponentState? said, long epoch)
    {
        var copy = Incr with { Kind = ComponentKind.FullImport, Desired = DesiredState.Stopped };
        var after = TaskRules.Follow(copy, DesiredState.Running, said is { } state ? Ended(copy, 0, state) : null)!;
        Assert.Equal((epoch, DesiredState.Running), (after.Epoch, after.Desired));
    }

    [Fact]
    public void Its_delay_counts_from_its_last_checkpoint_in_the_view_and_in_the_alert()
    {
        var report = Ended(Incr) with { DelaySeconds = 0 };
        Assert.Equal(100, Lag.Shown(report, Incr, ComponentState.Stopped, Scene.Now));
        Assert.Equal(0, Lag.Shown(report with { State = ComponentState.Running }, Incr, ComponentState.Running, Scene.Now));
        Assert.Null(Lag.Shown(report, Incr with { Desired = DesiredState.Stopped }, ComponentState.Stopped, Scene.Now));
        Assert.Null(Lag.Shown(report with { Checkpoint = null }, Incr, ComponentState.Stopped, Scene.Now));
        var moved = Incr with
        {
            Desired = DesiredState.Stopped, CarriedState = ComponentState.Stopped, CarriedCheckpoint = report.Checkpoint,
        };
        Assert.Equal(100, Lag.Shown(null, moved, ComponentState.Stopped, Scene.Now));

        var task = Some.Task("t1") with { Type = "synchronization", Protection = ProtectionLevel.High };
        Finding Found(Registration component, params IReadOnlyList<ComponentReport> runs) => Assert.Single(TaskHealth.Look(
            Scene.Of([Scene.Host("h1", runs: runs)], component) with
            {
                Tasks = new Dictionary<string, TaskDocument> { ["t1"] = task },
            },
            Scene.Config, new AlertThresholds(), HealthBefore.Nothing).Findings);
        var late = Found(Incr, report);
        Assert.Equal((AlertEvents.SyncDelay, "Task t1 lags 100 s behind (limit 30 s, HIGH)"), (late.Event, late.Summary));
        Assert.Contains("it ended by itself with exit code 0", late.Description, StringComparison.Ordinal);
        Assert.Contains("ended by itself before it was moved", Found(moved).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_of_its_task_says_why_nothing_goes_on()
    {
        TaskState Of(Registration component, int? code, ComponentState state = ComponentState.Stopped) =>
            TaskStates.Of(Some.Task("t1"), [new TaskPart(component, state, null, IsDown: false, IsInPlace: true, code)], []);
        var ended = Of(Incr, 0);
        Assert.Equal(TaskIntent.Running, ended.Word);
        Assert.StartsWith("its Incr-Sync ended by itself with exit code 0", ended.Reason, StringComparison.Ordinal);
        var moved = Incr with { Desired = DesiredState.Stopped, CarriedState = ComponentState.Stopped };
        Assert.StartsWith("its Incr-Sync had ended by itself before it was moved", Of(moved, null).Reason, StringComparison.Ordinal);
        Assert.Null(Of(Incr, null).Reason);
        Assert.Null(Of(Incr, null, ComponentState.Running).Reason);
    }

    [Fact]
    public void The_state_of_its_task_says_what_it_waits_for_while_it_runs()
    {
        var waits = new TaskPart(Incr, ComponentState.Running, "DP-220 The Store begins later.", IsDown: false, IsInPlace: true, null);
        var said = TaskStates.Of(Some.Task("t1"), [waits], []);
        Assert.Equal((TaskIntent.Running, "its Incr-Sync runs, and waits: DP-220 The Store begins later."), (said.Word, said.Reason));
    }

    private async Task Operated(string status)
    {
        await _life.Get<TaskOperations>().Set("t1", status, default);
        await _life.Pass();
    }

    private static Decision Decided(Registration component, ComponentReport report) => Assert.Single(Decisions(component, report));

    private static IEnumerable<Decision> Decisions(Registration component, ComponentReport report) =>
        Decider.Decide(Scene.Of([Scene.Host("h1", runs: report), Scene.Host("h2")], component), Scene.Config)
            .Where(d => d.Object == component.Id);
}
