namespace Holdfast.HaScheduler.Tests;

/// <summary>A placement has arrived when its host's own report says so, and not before.</summary>
public sealed class AcknowledgementTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1", epoch: 4);

    private static FleetHost Says(params IReadOnlyList<ComponentReport> reports) => Scene.Reported("h1", "north", "n1", reports);

    private static ComponentReport Ended(Registration of, int? code = 0, ComponentState state = ComponentState.Stopped) =>
        Scene.Runs(of, state, pid: null) with { ExitCode = code };

    [Fact]
    public void A_stop_has_arrived_once_its_host_has_settled_how_it_ended()
    {
        bool IsIn(ComponentReport report, DesiredState desired) => Acknowledgement.IsInPlace(Says(report), Incr.Name!, 4, desired);
        Assert.False(IsIn(Ended(Incr), DesiredState.Stopped));
        Assert.False(IsIn(Ended(Incr, 7, ComponentState.Abnormal), DesiredState.Stopped));
        Assert.True(IsIn(Ended(Incr, null), DesiredState.Stopped));
        Assert.True(IsIn(Ended(Incr, 0, ComponentState.Completed), DesiredState.Stopped));
        Assert.False(IsIn(Ended(Incr, null, ComponentState.Abnormal) with { Pid = 4711 }, DesiredState.Stopped));
        Assert.True(IsIn(Ended(Incr, null, ComponentState.Abnormal), DesiredState.Stopped));
        Assert.True(IsIn(Ended(Incr), DesiredState.Running));
        Assert.False(IsIn(Ended(Incr, null), DesiredState.Running));
    }

    [Theory]
    [InlineData(ComponentState.Running, true)]
    [InlineData(ComponentState.Starting, true)]
    [InlineData(ComponentState.Abnormal, true)]
    [InlineData(ComponentState.Stopped, false)]
    public void A_start_has_arrived_when_its_host_does_not_call_it_stopped(ComponentState state, bool isThere) => Assert.Equal(
        isThere, Acknowledgement.IsInPlace(Says(Scene.Runs(Incr, state)), Incr.Name!, 4, DesiredState.Running));

    [Theory]
    [InlineData(DesiredState.Running)]
    [InlineData(DesiredState.Stopped)]
    public void Another_epoch_another_name_and_no_host_say_nothing(DesiredState desired)
    {
        var host = Says(Scene.Runs(Incr), Ended(Incr, null) with { Epoch = 5 });
        Assert.False(Acknowledgement.IsInPlace(host, Incr.Name!, 3, desired));
        Assert.False(Acknowledgement.IsInPlace(host, "another", 4, desired));
        Assert.False(Acknowledgement.IsInPlace(null, Incr.Name!, 4, desired));
        Assert.Equal(5, Acknowledgement.Reported(host, Incr.Name, 5)!.Epoch);
    }

    [Fact]
    public void It_is_gone_when_a_host_that_holds_a_list_does_not_know_it_in_any_epoch()
    {
        var empty = Says();
        Assert.True(Acknowledgement.IsInPlace(empty, Incr.Name!, 4, DesiredState.Absent));
        Assert.False(Acknowledgement.IsGone(Says(Scene.Runs(Incr) with { Epoch = 1 }), Incr.Name!));
        Assert.False(Acknowledgement.IsGone(empty with { Report = empty.Report with { DesiredVersion = 0 } }, Incr.Name!));
        Assert.False(Acknowledgement.IsGone(empty with { ComponentsInventory = 0 }, Incr.Name!));
        Assert.False(Acknowledgement.IsGone(null, Incr.Name!));
    }
}
