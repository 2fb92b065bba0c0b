using Holdfast.HaScheduler.Index;

namespace Holdfast.HaScheduler.Tests;

/// <summary>An index that was made for one answer serves the next ones; each test asks, changes something, and asks again.</summary>
public sealed class ComponentIndexTests : PassScene
{
    private ComponentIndex ComponentIndex => _life.Get<ComponentIndex>();

    [Fact]
    public async Task Counts_follow_what_the_host_reports()
    {
        var (host, _) = await OneTaskRuns();
        Assert.Equal([new ComponentCount(ComponentKind.IncrSync, ComponentState.Running, 1)], ComponentIndex.Counts());

        Reports(host, ComponentState.Abnormal);
        _life.Hear();
        Assert.Equal([new ComponentCount(ComponentKind.IncrSync, ComponentState.Abnormal, 1)], ComponentIndex.Counts());
    }

    [Fact]
    public async Task A_task_that_an_error_stopped_is_counted_within_two_seconds()
    {
        var (host, _) = await OneTaskRuns();
        var failed = _life.Get<FailedTasks>();
        Assert.Equal(0, failed.Look().Count);

        Reports(host, ComponentState.Abnormal);
        _life.Hear();
        _life.Time.Advance(TimeSpan.FromSeconds(2));
        var look = failed.Look();
        Assert.Equal((1, "t1"), (look.Count, string.Join(' ', look.First)));
    }

    [Fact]
    public async Task A_host_that_goes_Down_takes_its_components_state_with_it_though_its_list_is_the_same()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Configure(c => c with { EnableHost = false });
        Assert.Equal(1, In(ComponentState.Running));

        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 1);
        Assert.Equal((0, 1), (In(ComponentState.Running), In(ComponentState.Abnormal)));
    }

    [Fact]
    public async Task A_move_takes_a_component_from_one_host_s_list_to_the_other_s()
    {
        var (host, other) = await OneTaskRuns();
        Assert.Equal((1, null), (ComponentIndex.On(host)?.Placed, ComponentIndex.On(other)?.Placed));
        var before = _life.Component("t1").Name!;

        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 1);
        var after = _life.Component("t1").Name!;
        Assert.Equal((null, 1), (ComponentIndex.On(host)?.Placed, ComponentIndex.On(other)?.Placed));
        Assert.Null(ComponentIndex.Named(before));
        Assert.Equal(other, ComponentIndex.Named(after)?.Host);
    }

    [Fact]
    public async Task Names_are_in_order_and_each_is_found_and_so_is_a_task_that_has_just_come()
    {
        await OneTaskRuns();
        Assert.Equal(["t1"], ComponentIndex.Tasks.Select(t => t.Id));
        foreach (var task in (string[])["t9", "t10", "t5"])
        {
            await _life.NewTask(task);
        }

        await _life.Pass();
        Assert.Equal(["t1", "t10", "t5", "t9"], ComponentIndex.Tasks.Select(t => t.Id));
        Assert.Equal(4, ComponentIndex.ByName.Count);
        Assert.Equal(ComponentIndex.ByName.OrderBy(c => c.Name, StringComparer.Ordinal), ComponentIndex.ByName);
        Assert.All(ComponentIndex.ByName, c => Assert.Equal(c, ComponentIndex.Named(c.Name)));
        Assert.Null(ComponentIndex.Named("no such component"));
    }

    [Fact]
    public async Task What_is_being_removed_is_placed_still_and_neither_listed_nor_counted()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Cluster.Components.Change(
            _life.Component("t1").Id, r => r with { Desired = DesiredState.Absent }, TestContext.Current.CancellationToken);
        Assert.Equal(1, ComponentIndex.On(host)?.Placed);
        Assert.Empty(ComponentIndex.On(host)!.Listed);
        Assert.Empty(ComponentIndex.Counts());
    }

    private int In(ComponentState state) => ComponentIndex.Counts().Where(c => c.State == state).Sum(c => c.Count);

    private void Reports(string host, ComponentState state) =>
        _life.Reports(host, 1, [.. _life.Says(host).Select(c => c with { State = state })]);
}
