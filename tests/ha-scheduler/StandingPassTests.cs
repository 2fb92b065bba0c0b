using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.DecisionLog;

namespace Holdfast.HaScheduler.Tests;

/// <summary>State that passes keep true, whoever changed it: tasks, brakes, Stores.</summary>
public sealed class StandingPassTests : PassScene
{
    [Fact]
    public async Task A_removal_is_said_before_it_is_believed()
    {
        _life.Reports("h1");
        await _life.Pass();
        await _life.NewTask("t1");
        await _life.Pass();
        _life.Bus.Take<ComponentPlaced>();

        // The host has not started it yet: that it knows nothing of it does not mean that it was told to forget it.
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        await _life.Pass();
        Assert.Equal(DesiredState.Absent, Assert.Single(_life.Bus.Take<ComponentPlaced>()).Desired);
        await _life.Pass(2);
        Assert.Null(_life.Component("t1"));
    }

    [Theory]
    [InlineData(TaskIntent.Suspended, DesiredState.Stopped)]
    [InlineData(TaskIntent.Released, DesiredState.Absent)]
    public async Task A_component_follows_its_task_even_when_whoever_changed_it_did_not_live_on(string status, DesiredState desired)
    {
        await OneTaskRuns();
        await _life.Cluster.Tasks.Change("t1", t => t with { Status = status }, default);
        await _life.Pass();
        Assert.Equal(desired, _life.Component("t1").Desired);
    }

    [Fact]
    public async Task A_failure_carried_through_a_move_is_not_started_by_a_later_pass()
    {
        var (dead, _) = await OneTaskRuns();
        var config = _life.Get<HaConfigStore>();
        await config.Change(config.Held, config.Current with { EnableConnector = false }, "test", null, default);
        _life.Reports(dead, 1, Scene.Runs(_life.Component("t1"), ComponentState.Abnormal, pid: null));
        await _life.Pass();
        _life.FallsSilent(dead);
        await _life.Pass(DownAfter + 5);
        Assert.Equal((DesiredState.Stopped, ComponentState.Abnormal), (_life.Component("t1").Desired, _life.Component("t1").CarriedState));
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Running, default);
        Assert.Equal((DesiredState.Running, null), (_life.Component("t1").Desired, _life.Component("t1").CarriedState));
    }

    [Fact]
    public async Task A_brake_is_told_until_it_is_heard_and_so_is_its_end()
    {
        string[] hosts = ["h1", "h2", "h3", "h4"];
        Array.ForEach(hosts, h => _life.Reports(h));
        await _life.Pass(2);
        Array.ForEach(hosts[..3], _life.FallsSilent);
        await _life.Pass(4);
        _life.Bus.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => _life.Pass());
        _life.Bus.IsCut = false;
        await _life.Pass();
        var raised = Assert.Single(_life.Bus.Take<AlertRaised>(), r => r.Event == AlertEvents.Brake);
        Assert.Equal(AlertCondition.Firing, raised.Condition);
        Assert.Equal(Reason.Brake.Code, _life.Get<SchedulerDecisionLog>().Latest("region:north")!.Code);
        Array.ForEach(hosts, h => _life.Reports(h));
        await _life.Pass((int)_life.Get<HaConfigStore>().Current.BrakeCooldownSec);
        _life.Bus.Take<AlertRaised>();
        _life.Bus.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => _life.Pass());
        _life.Bus.IsCut = false;
        await _life.Pass();
        var resolved = Assert.Single(_life.Bus.Take<AlertRaised>(), r => r.Event == AlertEvents.Brake);
        Assert.Equal((raised.Id, AlertCondition.Resolved), (resolved.Id, resolved.Condition));
    }

    [Fact]
    public async Task A_store_is_asked_for_until_one_is_placed_and_given_back_when_the_task_is_released()
    {
        await OneTaskRuns();
        Assert.Equal(DesiredState.Running, _life.Bus.Take<StoreRequested>()[0].Desired);
        await _life.Pass(5);
        Assert.Single(_life.Bus.Take<StoreRequested>());
        await _life.Cluster.Take(Store(revision: 2, ["t1"]), default);
        await _life.Cluster.Take(Store(revision: 1, []), default);
        await _life.Pass(10);
        Assert.Empty(_life.Bus.Take<StoreRequested>());
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        await _life.Pass();
        Assert.Equal(DesiredState.Absent, Assert.Single(_life.Bus.Take<StoreRequested>()).Desired);
    }

    private static StorePlaced Store(long revision, IReadOnlyList<string> tasks) => new()
    {
        Store = "s1",
        Subtopic = "t1-mysql",
        Region = "north",
        Host = "h1",
        Revision = revision,
        Desired = DesiredState.Running,
        StartTimestamp = 0,
        Tasks = tasks,
        At = default,
    };
}
