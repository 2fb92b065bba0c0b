using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts for what wants one: how many moves begin, what goes where, and what is done without room.</summary>
public sealed class PlacingTests
{
    private const Want Failover = Want.Failover;
    private const Want Leave = Want.Leave;
    private const Want First = Want.First;
    private const Want Arrive = Want.Arrive;

    private static readonly Registration Incr = Scene.Component("t1", "h1");

    private static readonly Migration Stopping = new()
    {
        Cause = MoveCause.Operator, At = Scene.Now, Target = "h3", StoppingSince = Scene.Now.AddSeconds(-60), Starts = true,
    };

    private static Candidate Host(string name, int quota = 10) =>
        new(name, "north", "n1", new Usage(0.1, 0.1, 0.1), new Quotas(10, quota), 0, 0) { Tags = ["ssd"] };

    private static Wanted Wants(Registration component, Want want, MoveCause cause = MoveCause.Operator, HaConfig? config = null,
        string? feedFault = null, ComponentReport? says = null) => new(
            new Case(component, Some.Task("t1", tags: "ssd"), config ?? Scene.Config, Scene.Host("h1", runs: says is null ? [] : [says]),
                want == Failover ? "i1" : null, false, feedFault), want, cause);

    private static Placing Of(int? movesLeft, params Candidate[] hosts) => new(
        Scene.Of([]) with { MovesLeft = movesLeft is { } left ? new Dictionary<string, int> { ["north"] = left }
            : new Dictionary<string, int>() },
        new Dictionary<string, Placement> { ["north"] = new(hosts) });

    [Fact]
    public void No_more_moves_begin_than_a_second_may_start_and_a_first_place_and_an_arrival_are_none()
    {
        var placing = Of(2, Host("h2"));
        Assert.IsType<Place>(placing.Decide(Wants(Incr, Failover)));
        Assert.IsType<BeginMove>(placing.Decide(Wants(Incr, Leave)));
        placing.Decide(Wants(Incr, Failover)).HeldFor(Reason.Paced);
        Assert.IsType<Place>(placing.Decide(Wants(Incr with { Host = null }, First)));
        Assert.IsType<Place>(placing.Decide(Wants(Incr with { Migration = Stopping }, Arrive)));
        Assert.IsType<Place>(Of(null, Host("h2")).Decide(Wants(Incr, Failover)));
    }

    [Fact]
    public void A_host_that_was_named_is_the_only_one_and_a_seat_that_was_kept_is_the_first()
    {
        var named = Incr with { Migration = Stopping with { StoppingSince = null, IsNamed = true } };
        Assert.Equal("h3", Assert.IsType<BeginMove>(Of(null, Host("h2"), Host("h3")).Decide(Wants(named, Leave))).To.Target);
        Of(null, Host("h2")).Decide(Wants(named, Leave)).HeldFor(Reason.NoRoom);
        var kept = Wants(Incr with { Migration = Stopping }, Arrive);
        Assert.Equal("h3", Assert.IsType<Place>(Of(null, Host("h2"), Host("h3", quota: 0)).Decide(kept)).Host);
        Assert.Equal("h2", Assert.IsType<Place>(Of(null, Host("h2")).Decide(kept)).Host);
    }

    [Fact]
    public void Nothing_goes_back_to_the_host_that_it_leaves_and_a_first_place_may_be_any()
    {
        Of(null, Host("h1")).Decide(Wants(Incr, Failover)).HeldFor(Reason.NoRoom);
        Assert.Equal("h1", Assert.IsType<Place>(Of(null, Host("h1")).Decide(Wants(Incr, First))).Host);
    }

    [Fact]
    public void Without_room_what_fails_is_tried_where_it_is_and_what_has_stopped_stays()
    {
        var full = Of(null);
        Assert.Equal(1, Assert.IsType<Restart>(full.Decide(Wants(Incr, Leave, MoveCause.Failing))).Restarts);
        full.Decide(Wants(Incr, Leave, MoveCause.Failing, Scene.Config with { Autonomy = Autonomy.Recommend }))
            .HeldFor(Reason.Recommended);
        full.Decide(Wants(Incr, Leave, MoveCause.Drain)).HeldFor(Reason.NoRoom);
        Assert.IsType<CancelMove>(full.Decide(Wants(Incr with { Migration = Stopping }, Arrive)));
        Assert.IsType<CancelMove>(full.Decide(Wants(Incr with { Migration = Stopping }, Arrive, MoveCause.Failing)));
        var hold = full.Decide(Wants(Incr, Failover)).HeldFor(Reason.NoRoom);
        Assert.Equal(("ssd", "h1"), (hold.Inputs!.ByName["tags"], hold.Inputs.ByName["from"]));
        var first = full.Decide(Wants(Incr with { Host = null }, First)).HeldFor(Reason.NoRoom);
        Assert.Equal("nowhere", first.Inputs!.ByName["from"]);
        var nowhere = new Placing(Scene.Of([]), new Dictionary<string, Placement>()).Decide(Wants(Incr, Failover));
        Assert.Equal($"region north: {Refusal.NoCandidate}", nowhere.HeldFor(Reason.NoRoom).Because);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public void While_the_feed_is_broken_what_has_stopped_waits_for_hosts_up_to_the_time_limit(int since, bool waits)
    {
        var moving = Incr with { Migration = Stopping with { StoppingSince = Scene.Now.AddSeconds(-since) } };
        var decision = Of(null).Decide(Wants(moving, Arrive, feedFault: "broken",
            config: Scene.Config with { OperationTimeoutSec = 60 }));
        Assert.Equal(waits, decision is Hold { Reason.Code: "HA-202" });
        Assert.Equal(!waits, decision is CancelMove);
        Of(null).Decide(Wants(moving, Failover, feedFault: "broken")).HeldFor(Reason.FeedInterrupted);
    }

    [Fact]
    public void What_HA_wants_goes_by_its_autonomy_and_names_its_ticket()
    {
        var asks = Scene.Config with { Autonomy = Autonomy.Approve };
        var hold = Of(null, Host("h2")).Decide(Wants(Incr, Failover, config: asks)).HeldFor(Reason.AwaitsApproval);
        Assert.Equal(("i1", "move it from h1 to h2"), (hold.Ticket, hold.Plan));
        var leave = Of(null, Host("h2")).Decide(Wants(Incr, Leave, MoveCause.Failing, asks));
        Assert.Equal(IncrSyncHealth.TicketOf(Incr), leave.HeldFor(Reason.AwaitsApproval).Ticket);
        Assert.IsType<BeginMove>(Of(null, Host("h2")).Decide(Wants(Incr, Leave, MoveCause.Drain, asks)));
    }

    [Theory]
    [InlineData(ComponentState.Running, null, DesiredState.Running, null)]
    [InlineData(ComponentState.Abnormal, null, DesiredState.Stopped, ComponentState.Abnormal)]
    [InlineData(ComponentState.Completed, null, DesiredState.Stopped, ComponentState.Completed)]
    [InlineData(ComponentState.Stopped, 0, DesiredState.Stopped, ComponentState.Stopped)]
    public void What_did_not_run_is_not_started_by_a_move_and_carries_why(
        ComponentState says, int? exit, DesiredState desired, ComponentState? carried)
    {
        var report = Scene.Runs(Incr, says, null) with { ExitCode = exit, Checkpoint = 77 };
        var place = Assert.IsType<Place>(Of(null, Host("h2")).Decide(Wants(Incr, Failover, says: report)));
        Assert.Equal((desired, carried, carried is null ? null : 77L), (place.Desired, place.CarriedState, place.CarriedCheckpoint));
        var move = Assert.IsType<BeginMove>(Of(null, Host("h2")).Decide(Wants(Incr, Leave, says: report))).To;
        Assert.Equal((desired == DesiredState.Running, carried), (move.Starts, move.Carries));
        var failing = Of(null, Host("h2")).Decide(Wants(Incr, Leave, MoveCause.Failing, says: report));
        Assert.Equal((true, null), Assert.IsType<BeginMove>(failing).To is var to ? (to.Starts, to.Carries) : default);
    }

    [Fact]
    public void What_was_merely_stopped_is_simply_stopped_there_and_what_is_carried_already_goes_on()
    {
        Place Of(Registration component) => Assert.IsType<Place>(PlacingTests.Of(null, Host("h2")).Decide(Wants(component, Failover)));
        Assert.Equal((DesiredState.Stopped, null), (Of(Incr with { Desired = DesiredState.Stopped }) is var a
            ? (a.Desired, a.CarriedState) : default));
        Assert.Equal((ComponentState.Stopped, 5L), (Of(Incr with { CarriedState = ComponentState.Stopped,
            CarriedCheckpoint = 5 }) is var b
            ? (b.CarriedState, b.CarriedCheckpoint) : default));
        var moving = Incr with { Migration = Stopping with { Starts = false, Carries = ComponentState.Abnormal } };
        Assert.Equal(ComponentState.Abnormal, Of(moving).CarriedState);
    }

    [Fact]
    public void A_failover_takes_its_new_memory_along()
    {
        var memory = new Suspicion { Falls = [new Fall("h1", "i1", Scene.Now, Scene.Now)] };
        var wanted = Wants(Incr, Failover) with { Memory = memory };
        Assert.Same(memory, Assert.IsType<Place>(Of(null, Host("h2")).Decide(wanted)).Memory);
        Assert.Null(Assert.IsType<Place>(Of(null, Host("h2")).Decide(wanted with { Memory = null })).Memory);
    }
}
