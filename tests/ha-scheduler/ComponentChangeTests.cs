using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A registration after each of the acts.</summary>
public sealed class ComponentChangeTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1", epoch: 4)
        with { Seq = 2, Restarts = 1, FailedAt = Scene.Now };

    private static readonly Migration Stopping = new()
    {
        Cause = MoveCause.Operator, At = Scene.Now, Target = "h2", StoppingSince = Scene.Now, Starts = true,
            Carries = ComponentState.Abnormal,
    };

    private static Registration Moved(Registration before, Suspicion? memory = null, string? incident = null, long? incarnation = null) =>
        ComponentChange.Moved(before, new Place(before, "h2", DesiredState.Running, null, incident) { Memory = memory },
            "10.0.0.2", Scene.Now.AddSeconds(1), incarnation);

    [Fact]
    public void A_move_is_another_epoch_under_another_number_and_the_place_before_is_remembered()
    {
        var after = Moved(Incr);
        Assert.Equal(("h2", 5L, 3L, "10.0.0.2-9000:connector_v2:t1-incr_trans-1-0:3"), (after.Host, after.Epoch, after.Seq, after.Name));
        Assert.Equal(new FormerPlace(Incr.Name!, "h1", 4), Assert.Single(after.Former));
        Assert.Equal((1, null, null, Scene.Now.AddSeconds(1)), (after.Restarts, after.FailedAt, after.OperatedAt, after.CameAt));
        Assert.Empty(Moved(Incr with { Host = null }).Former);
        Assert.Equal(5, Moved(Incr with { Seq = 0 }).Seq);
    }

    [Fact]
    public void A_failover_is_an_operation_of_HA_and_leaving_a_host_on_which_it_fails_is_one_more_try()
    {
        Assert.Equal(Scene.Now.AddSeconds(1), Moved(Incr, incident: "i1").OperatedAt);
        var failing = Moved(Incr with { Migration = Stopping with { Cause = MoveCause.Failing } });
        Assert.Equal((2, null, Scene.Now.AddSeconds(1)), (failing.Restarts, failing.Migration, failing.OperatedAt));
        Assert.Null(Moved(Incr with { Migration = Stopping }, incident: "i1").OperatedAt);
    }

    [Fact]
    public void A_suspect_that_moves_has_its_turn_and_another_memory_goes_along()
    {
        var suspect = new Suspicion { Since = Scene.Now, FailedOn = ["h1"] };
        var after = Moved(Incr with { Migration = Stopping with { Cause = MoveCause.Failing } }, suspect, incarnation: 7).Suspicion!;
        Assert.Equal((Scene.Now.AddSeconds(1), new HostLife("h2", 7)), (after.TriedAt, after.TriedIn));
        Assert.Equal(["h1"], after.FailedOn);
        Assert.Equal(["h1"], Moved(Incr with { Migration = Stopping with { Cause = MoveCause.Failing } }, suspect with { FailedOn = [] })
            .Suspicion!.FailedOn);
        Assert.Empty(Moved(Incr, suspect with { FailedOn = [] }).Suspicion!.FailedOn);
        Assert.Null(Moved(Incr, suspect).Suspicion!.TriedIn);
        var memory = new Suspicion { Falls = [new Fall("h1", "i", Scene.Now, Scene.Now)] };
        Assert.Same(memory, Moved(Incr, memory).Suspicion);
    }

    [Fact]
    public void Two_plans_are_the_same_when_nothing_that_counts_is_another()
    {
        Assert.True(ComponentChange.IsSame(Incr, Incr with { OperatedAt = Scene.Now }));
        Registration[] others =
        [
            Incr with { Host = "h2" }, Incr with { Epoch = 5 }, Incr with { Desired = DesiredState.Stopped }, Incr
                with { Migration = Stopping },
            Incr with { ByHand = DesiredState.Running }, Incr with { Suspicion = new Suspicion() },
        ];
        Assert.All(others, other => Assert.False(ComponentChange.IsSame(Incr, other)));
    }

    [Fact]
    public void One_that_may_run_again_begins_anew_under_another_epoch()
    {
        var waits = Incr with { Suspicion = new Suspicion { Since = Scene.Now } };
        var freed = ComponentChange.Suspected(waits, null, Scene.Now.AddSeconds(9));
        Assert.Equal((5L, Scene.Now.AddSeconds(9), null), (freed.Epoch, freed.CameAt, freed.Suspicion));
        Assert.Equal(4, ComponentChange.Suspected(Incr, new Suspicion(), Scene.Now).Epoch);
        Assert.Equal(4, ComponentChange.Suspected(Incr, new Suspicion { Since = Scene.Now }, Scene.Now).Epoch);
        Assert.Equal(4, ComponentChange.Suspected(waits with { Host = null }, null, Scene.Now).Epoch);
    }

    [Fact]
    public void It_came_when_it_was_told_to_run_there()
    {
        var now = Scene.Now.AddSeconds(9);
        Assert.Equal(now, ComponentChange.Dated(Incr with { Desired = DesiredState.Stopped }, Incr, now)?.CameAt);
        Assert.Equal(now, ComponentChange.Dated(Incr, Incr with { Epoch = 5 }, now)?.CameAt);
        Assert.Null(ComponentChange.Dated(Incr, Incr with { ByHand = DesiredState.Running }, now)?.CameAt);
        Assert.Null(ComponentChange.Dated(Incr, Incr with { Epoch = 5, Desired = DesiredState.Stopped }, now)?.CameAt);
        Assert.Null(ComponentChange.Dated(Incr, null, now));
    }

    [Fact]
    public void A_restart_counts_and_forgets_and_gives_a_suspect_its_turn()
    {
        var before = Incr with { CarriedState = ComponentState.Abnormal, CarriedCheckpoint = 5, Migration = Stopping };
        var after = ComponentChange.Restarted(before, 3, Scene.Now);
        Assert.Equal((5L, 3, DesiredState.Running, Scene.Now, Scene.Now),
            (after.Epoch, after.Restarts, after.Desired, after.OperatedAt, after.CameAt));
        Assert.Equal((null, null, null, null), (after.CarriedState, after.CarriedCheckpoint, after.FailedAt, after.Migration));
        var suspect = ComponentChange.Restarted(before with { Suspicion = new Suspicion { Since = Scene.Now } }, 3, Scene.Now);
        Assert.Equal(Scene.Now, suspect.Suspicion!.TriedAt);
        Assert.Null(ComponentChange.Restarted(before with { Suspicion = new Suspicion() }, 3, Scene.Now).Suspicion!.TriedAt);
    }

    [Fact]
    public void An_order_in_the_middle_of_a_move_is_for_where_it_goes()
    {
        var moving = Incr with { Migration = Stopping };
        Assert.Equal((true, null), (ComponentChange.Ordered(moving, DesiredState.Running).Migration is { } m
            ? (m.Starts, m.Carries) : default));
        Assert.False(ComponentChange.Ordered(moving, DesiredState.Stopped).Migration!.Starts);
        var asked = Incr with { Migration = Stopping with { StoppingSince = null } };
        Assert.Same(asked.Migration, ComponentChange.Ordered(asked, DesiredState.Stopped).Migration);
        Assert.Equal((0, null), (ComponentChange.Ordered(Incr, DesiredState.Running) is var o ? (o.Restarts, o.FailedAt) : default));
    }

    [Theory]
    [InlineData(DesiredState.Running, ComponentState.Stopped, null, null, 5)]
    [InlineData(DesiredState.Stopped, ComponentState.Stopped, null, null, 4)]
    [InlineData(DesiredState.Stopped, ComponentState.Stopped, 0, null, 5)]
    [InlineData(DesiredState.Stopped, ComponentState.Stopped, null, 4711, 5)]
    [InlineData(DesiredState.Running, ComponentState.Abnormal, null, null, 5)]
    [InlineData(DesiredState.Running, ComponentState.Completed, null, null, 5)]
    [InlineData(DesiredState.Running, ComponentState.Running, null, 4711, 4)]
    [InlineData(DesiredState.Stopped, ComponentState.Running, null, 4711, 5)]
    [InlineData(DesiredState.Running, null, null, null, 4)]
    [InlineData(DesiredState.Stopped, null, null, null, 5)]
    public void A_start_needs_another_epoch_where_this_one_has_ended(
        DesiredState before, ComponentState? says, int? exit, int? pid, long epoch)
    {
        var component = Incr with { Desired = before };
        var report = says is { } state ? Scene.Runs(component, state, pid) with { ExitCode = exit } : null;
        Assert.Equal(epoch, ComponentChange.Started(component, report).Epoch);
        Assert.Equal(4, ComponentChange.Started(component with { Host = null }, report).Epoch);
        Assert.Equal(4, ComponentChange.Started(component with { Suspicion = new Suspicion { Since = Scene.Now } }, report).Epoch);
    }

    [Fact]
    public void An_epoch_that_another_command_has_brought_is_started_as_it_is() =>
        Assert.Equal(4, ComponentChange.Started(Incr with { Desired = DesiredState.Stopped, ChangedEpoch = 4 }, null).Epoch);

    [Fact]
    public void One_that_stays_after_all_is_as_it_was_told_to_be_there()
    {
        Assert.Equal((null, DesiredState.Running, null), (ComponentChange.Stays(Incr with { Migration = Stopping }) is var a
            ? (a.Migration, a.Desired, a.CarriedState) : default));
        Assert.Equal((null, DesiredState.Stopped, ComponentState.Abnormal),
            (ComponentChange.Stays(Incr with { Migration = Stopping with { Starts = false } }) is var b
                ? (b.Migration, b.Desired, b.CarriedState) : default));
        Assert.Equal(DesiredState.Running,
            ComponentChange.Stays(Incr with { Migration = Stopping with { Starts = false, StoppingSince = null } }).Desired);
    }

    [Fact]
    public void A_move_for_another_cause_is_no_try() =>
        Assert.Equal(1, Moved(Incr with { Migration = Stopping with { Cause = MoveCause.Drain } }).Restarts);
}
