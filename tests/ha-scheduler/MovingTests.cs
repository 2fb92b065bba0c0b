using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Off a living host in two phases: never two run.</summary>
public sealed class MovingTests
{
    private static readonly Drain Empty = new("old machine", "token", Scene.Now.AddMinutes(-1));

    private static readonly Registration Component = Scene.Component("t1", "h1", epoch: 4) with { Seq = 2 };

    [Fact]
    public void A_drained_host_s_components_stop_there_first_under_an_epoch_of_their_own()
    {
        var begin = Assert.IsType<BeginMove>(Decide(Drained(Component), Component));
        Assert.Equal((MoveCause.Drain, "h2", true), (begin.To.Cause, begin.To.Target, begin.To.Starts));
        var after = ComponentChange.Begin(Component, begin.To);
        Assert.Equal((5L, 2L, "h1", DesiredState.Running, DesiredState.Stopped),
            (after.Epoch, after.Seq, after.Host, after.Desired, after.Told));
    }

    [Theory]
    [InlineData(ComponentState.Running, 5, 4711)]
    [InlineData(ComponentState.Stopped, 4, null)]
    [InlineData(ComponentState.Stopped, 5, 4711)]
    public void Until_its_host_says_that_it_has_stopped_by_that_order_nothing_is_placed(ComponentState state, long epoch, int? pid)
    {
        var stopping = Stopping(Component);
        var host = Scene.Host("h1", runs: Scene.Runs(stopping with { Epoch = epoch }, state, pid));
        Decide(host, stopping).HeldFor(Reason.StillStopping);
    }

    [Fact]
    public void Once_it_has_stopped_it_goes_on_where_a_seat_was_kept_for_it()
    {
        var stopping = Stopping(Component);
        var place = Assert.IsType<Place>(Decide(Stopped(stopping), stopping));
        Assert.Equal(("h3", DesiredState.Running, null), (place.Host, place.Desired, place.CarriedState));
        Assert.False(place.IsHaOperation);
        var after = ComponentChange.Moved(stopping, place, "10.0.0.3", Scene.Now);
        Assert.Equal((6L, 3L, null), (after.Epoch, after.Seq, after.Migration));
        Assert.Equal(new FormerPlace(stopping.Name!, "h1", 5), Assert.Single(after.Former));
    }

    [Theory]
    [InlineData(ComponentState.Running, 4711, true)]
    [InlineData(ComponentState.Stopped, null, false)]
    public void A_drain_that_has_ended_calls_off_only_what_has_not_stopped(ComponentState state, int? pid, bool stays)
    {
        var stopping = Stopping(Component, cause: MoveCause.Drain);
        var host = Scene.Host("h1", runs: Scene.Runs(stopping, state, pid));
        Assert.Equal(stays, Decide(host, stopping) is CancelMove);
        Assert.IsNotType<CancelMove>(Decide(host with { Verdict = host.Verdict with { Drain = Empty } }, stopping));
    }

    [Theory]
    [InlineData(true, false, false, true)]
    [InlineData(false, false, false, false)]
    [InlineData(true, true, false, false)]
    [InlineData(true, false, true, false)]
    public void With_ha_off_only_an_operator_moves_work_off_a_dead_host_and_the_brake_and_the_feed_hold_that_too(
        bool byHand, bool braked, bool broken, bool moves)
    {
        var cause = byHand ? MoveCause.Operator : MoveCause.Drain;
        var asked = Component with { Migration = new Migration { Cause = cause, At = Scene.Now } };
        var snapshot = Scene.Of([Scene.DownHost("h1"), Scene.Host("h2")], asked) with
        {
            Brakes = new Dictionary<string, BrakeState> { ["north"] = new(braked, false) },
            Feed = broken ? Scene.InterruptedFeed : Scene.CompleteFeed,
        };
        var decision = Decider.Decide(snapshot, Scene.Config with { Enable = false, BrakeCooldownSec = 600 }).About(asked);
        Assert.Equal(moves, decision is Place { Host: "h2", IsHaOperation: false });
    }

    [Fact]
    public void When_that_seat_is_gone_it_goes_to_another_and_without_any_it_goes_on_where_it_was()
    {
        var stopping = Stopping(Component);
        var elsewhere = Scene.Of([Stopped(stopping), Scene.Host("h2"), Scene.DownHost("h3")], stopping);
        Assert.Equal("h2", Assert.IsType<Place>(Decider.Decide(elsewhere, Scene.Config).About(stopping)).Host);
        var nowhere = Scene.Of([Stopped(stopping), Scene.DownHost("h2"), Scene.DownHost("h3")], stopping);
        Assert.IsType<CancelMove>(Decider.Decide(nowhere, Scene.Config).About(stopping));
    }

    [Fact]
    public void Without_room_elsewhere_nothing_is_stopped()
    {
        var alone = Scene.Of([Drained(Component), Full("h2")], Component);
        Decider.Decide(alone, Scene.Config).About(Component).HeldFor(Reason.NoRoom);
    }

    [Fact]
    public void A_named_target_goes_before_quotas_and_tags_but_not_before_being_alive()
    {
        var asked = Component with
        {
            Migration = new Migration { Cause = MoveCause.Operator, At = Scene.Now, Target = "h2", IsNamed = true },
        };
        var tasks = Some.Tasks(Some.Task("t1", tags: "ssd"));
        var full = Scene.Of([Running(asked), Full("h2"), Scene.Host("h3")], asked) with { Tasks = tasks };
        Assert.Equal("h2", Assert.IsType<BeginMove>(Decider.Decide(full, Scene.Config).About(asked)).To.Target);
        var down = Scene.Of([Running(asked), Scene.DownHost("h2"), Scene.Host("h3")], asked) with { Tasks = tasks };
        Decider.Decide(down, Scene.Config).About(asked).HeldFor(Reason.NoRoom);
    }

    [Fact]
    public void What_had_failed_or_was_stopped_moves_as_it_is()
    {
        var failed = Assert.IsType<BeginMove>(Decide(Drained(Component, ComponentState.Abnormal), Component));
        Assert.Equal((false, ComponentState.Abnormal), (failed.To.Starts, failed.To.Carries));
        var stopped = Component with { Desired = DesiredState.Stopped };
        var moved = Stopping(stopped, starts: false);
        var place = Assert.IsType<Place>(Decide(Stopped(moved), moved));
        Assert.Equal((DesiredState.Stopped, null), (place.Desired, place.CarriedState));
    }

    [Fact]
    public void A_host_that_dies_while_its_component_leaves_is_an_ordinary_failover_that_starts_what_ran()
    {
        var stopping = Stopping(Component, cause: MoveCause.Drain);
        var place = Assert.IsType<Place>(Decider.Decide(
            Scene.Of([Scene.DownHost("h1"), Scene.Host("h2"), Scene.Host("h3")], stopping), Scene.Config).About(stopping));
        Assert.Equal((DesiredState.Running, "h1-incident", true), (place.Desired, place.Incident, place.IsHaOperation));
    }

    [Fact]
    public void A_draining_host_gets_no_work_and_says_so()
    {
        var lost = Scene.Component("t2", "h9");
        var decisions = Decider.Decide(Scene.Of([Scene.DownHost("h9"), Drained(Component)], lost), Scene.Config);
        decisions.About(lost).HeldFor(Reason.NoRoom);
        decisions.About("h1").HeldFor(Reason.Draining);
    }

    private static Registration Stopping(
        Registration component, bool starts = true, MoveCause cause = MoveCause.Operator) =>
            ComponentChange.Begin(component, new Migration
    {
        Cause = cause, At = Scene.Now, Target = "h3", StoppingSince = Scene.Now.AddSeconds(-2), Starts = starts,
    });

    private static HostSnapshot Stopped(Registration component) =>
        Scene.Host("h1", runs: Scene.Runs(component, ComponentState.Stopped, pid: null));

    private static HostSnapshot Running(Registration component) => Scene.Host("h1", runs: Scene.Runs(component));

    private static HostSnapshot Full(string name) => Scene.Host(name).With(h => h with { Quotas = new Quotas(0, 0) });

    private static HostSnapshot Drained(Registration component, ComponentState state = ComponentState.Running)
    {
        var host = Scene.Host("h1", runs: Scene.Runs(component, state));
        return host with { Verdict = host.Verdict with { Drain = Empty } };
    }

    private static Decision Decide(HostSnapshot host, Registration component) =>
        Decider.Decide(Scene.Of([host, Scene.Host("h2"), Scene.Host("h3")], component), Scene.Config).About(component);

    private static Answer? Direct(Registration component, HostSnapshot host, bool inMaintenance = false) => Moving.Decide(
        new Case(component, null, Scene.Config, host, null, false, null),
        Scene.Of([host], component) with
        {
            Maintenances = inMaintenance
                ? new Dictionary<string, Maintenance> { ["task:t1"] = Some.Work } : new Dictionary<string, Maintenance>(),
        });

    private static Registration Asked(MoveCause cause) => Component with { Migration = new Migration { Cause = cause, At = Scene.Now } };

    [Fact]
    public void It_leaves_only_a_host_that_is_Online_and_heard()
    {
        var asked = Asked(MoveCause.Operator);
        Direct(asked, Scene.Host("h1", HostState.Quarantined))!.Value.Decided!.HeldFor(Reason.Unheard);
        Direct(asked, Scene.Host("h1", unheard: 15.1))!.Value.Decided!.HeldFor(Reason.Unheard);
        Assert.Equal(Want.Leave, Direct(asked, Scene.Host("h1", unheard: 15))!.Value.Wanted!.For);
    }

    [Fact]
    public void A_maintenance_of_its_task_holds_it_unless_an_operator_moves_it()
    {
        Assert.NotNull(Direct(Asked(MoveCause.Operator), Scene.Host("h1"), inMaintenance: true)!.Value.Wanted);
        Direct(Asked(MoveCause.Failing), Scene.Host("h1"), inMaintenance: true)!.Value.Decided!.HeldFor(Reason.InMaintenance);
    }

    [Theory]
    [InlineData(ComponentState.Stopped, null, true)]
    [InlineData(ComponentState.Completed, null, true)]
    [InlineData(ComponentState.Abnormal, null, true)]
    [InlineData(ComponentState.Starting, null, false)]
    [InlineData(ComponentState.Stopped, 7, false)]
    public void It_has_stopped_when_its_host_says_so_and_no_process_is_left(ComponentState state, int? pid, bool arrives)
    {
        var stopping = Stopping(Component);
        var answer = Direct(stopping, Scene.Host("h1", runs: Scene.Runs(stopping, state, pid)))!.Value;
        Assert.Equal(arrives, answer.Wanted is { For: Want.Arrive });
        Assert.Equal(!arrives, answer.Decided is Hold { Reason.Code: var code } && code == Reason.StillStopping.Code);
        Assert.EndsWith($"and its host says {(arrives ? "nothing of that order" : state.ToString())}", arrives
            ? Direct(stopping, Scene.Host("h1"))!.Value.Decided!.HeldFor(Reason.StillStopping).Because
            : ((Hold)answer.Decided!).Because, StringComparison.Ordinal);
    }
}
