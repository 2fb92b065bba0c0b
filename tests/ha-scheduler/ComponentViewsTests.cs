using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Index;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A component that was to stop stood as Stopped at once, while its process still wrote to the sink.</summary>
public sealed class ComponentViewsTests : PassScene
{
    private ComponentView View => ComponentViews.Of(_life.Component("t1"), _life.Cluster, _life.Get<LivenessFeed>());

    private string? Reason => _life.Get<TaskSights>().StateOf(_life.Cluster.Tasks.Find("t1")!).Reason;

    [Theory]
    [InlineData(ComponentState.Running)]
    [InlineData(ComponentState.Starting)]
    [InlineData(ComponentState.Abnormal)]
    public async Task What_is_to_stop_is_Stopped_when_its_process_is_gone(ComponentState said)
    {
        var (host, _) = await OneTaskRuns();
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Suspended, default);
        await _life.Pass();
        Says(host, said, pid: 7);
        Assert.Equal((DesiredState.Stopped, said, 7), (View.Desired, View.State, View.Pid));
        Assert.Equal($"its Incr-Sync on {host} has not stopped yet", Reason);

        Says(host, ComponentState.Stopped, pid: null);
        Assert.Equal((ComponentState.Stopped, null), (View.State, View.Pid));
        Assert.Null(Reason);
    }

    /// <summary>Changed, then stopped before its host had answered the change: the process before it still writes.</summary>
    [Fact]
    public async Task A_process_of_a_former_epoch_has_not_stopped_either()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Suspended, default);
        await _life.Pass();
        var component = _life.Component("t1");
        _life.Reports(host, 2, Scene.Runs(component with { Epoch = component.Epoch - 1 }));
        _life.Hear();
        Assert.Equal(ComponentState.Running, View.State);
        Assert.Equal($"its Incr-Sync on {host} has not stopped yet", Reason);
    }

    [Fact]
    public async Task One_that_has_completed_stays_so()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Suspended, default);
        await _life.Pass();
        Says(host, ComponentState.Completed, pid: null);
        Assert.Equal(ComponentState.Completed, View.State);
    }

    [Fact]
    public async Task On_a_host_that_is_Down_nothing_runs_any_more()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Configure(c => c with { EnableHost = false });
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Suspended, default);
        await _life.Pass();
        _life.FallsSilent(host);
        Assert.Equal(ComponentState.Running, View.State);
        await _life.Pass(DownAfter + 1);
        Assert.Equal((ComponentState.Stopped, null), (View.State, Reason));
    }

    private void Says(string host, ComponentState state, int? pid)
    {
        _life.Reports(host, 2, Scene.Runs(_life.Component("t1"), state, pid));
        _life.Hear();
    }
}
