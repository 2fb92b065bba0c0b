namespace Holdfast.HaScheduler.Tests;

/// <summary>Lag of a component behind its source.</summary>
public sealed class LagTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1");

    private static ComponentReport Said(double? delay, double? checkpointAgo) => Scene.Runs(Incr) with
    {
        DelaySeconds = delay,
        Checkpoint = checkpointAgo is { } ago ? Scene.Now.AddSeconds(-ago).ToUnixTimeSeconds() : null,
    };

    [Theory]
    [InlineData(DesiredState.Running, null, true)]
    [InlineData(DesiredState.Stopped, null, false)]
    [InlineData(DesiredState.Stopped, ComponentState.Abnormal, true)]
    [InlineData(DesiredState.Stopped, ComponentState.Stopped, true)]
    [InlineData(DesiredState.Stopped, ComponentState.Completed, false)]
    public void What_a_move_did_not_start_is_still_to_run(DesiredState desired, ComponentState? carried, bool wanted) =>
        Assert.Equal(wanted, Lag.IsWanted(Incr with { Desired = desired, CarriedState = carried }));

    [Fact]
    public void While_it_runs_its_own_word_counts_and_then_its_last_checkpoint()
    {
        Assert.Equal(3, Lag.Shown(Said(3, 60), Incr, ComponentState.Running, Scene.Now));
        Assert.Null(Lag.Shown(null, Incr, ComponentState.Running, Scene.Now));
        Assert.Equal(60, Lag.Shown(Said(3, 60), Incr, ComponentState.Abnormal, Scene.Now));
        Assert.Null(Lag.Shown(Said(3, 60), Incr with { Desired = DesiredState.Stopped }, ComponentState.Stopped, Scene.Now));
    }

    [Fact]
    public void It_is_no_less_than_was_said_and_unknown_without_a_checkpoint()
    {
        Assert.Equal(90, Lag.FromCheckpoint(Said(90, 60), Incr, Scene.Now));
        Assert.Equal(60, Lag.FromCheckpoint(Said(null, 60), Incr, Scene.Now));
        Assert.Null(Lag.FromCheckpoint(Said(90, null), Incr, Scene.Now));
        var carried = Incr with { CarriedCheckpoint = Scene.Now.AddSeconds(-40).ToUnixTimeSeconds() };
        Assert.Equal(40, Lag.FromCheckpoint(null, carried, Scene.Now));
        Assert.Equal(60, Lag.FromCheckpoint(Said(null, 60), carried, Scene.Now));
        Assert.Equal(0, Lag.FromCheckpoint(Said(null, -5), Incr, Scene.Now));
    }
}
