using Holdfast.Rules.HaScheduler.Suspects;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Stages of a suspect over passes: it waits one window of 90 s, has its turn, is watched, and is cleared or held.</summary>
public sealed class SuspectRulesTests
{
    private static readonly Suspicion Waiting = new()
    {
        Falls = [Fall("h8"), Fall("h9")], Since = Scene.Now.AddSeconds(-90),
    };

    private static readonly Registration Incr = Scene.Component("t1", "h1")
        with { CameAt = Scene.Now.AddSeconds(-300), Suspicion = Waiting };

    private static Fall Fall(string host) => new(host, host + "-incident", Scene.Now.AddMinutes(-9), Scene.Now.AddMinutes(-9));

    private static SuspectAnswer Look(Registration component, ComponentState? says = ComponentState.Stopped, HaConfig? config = null,
        HostSnapshot? on = null, string? incident = null, bool braked = false, string? feedFault = null)
    {
        var host = on ?? Scene.Host("h1", runs: says is { } state ? [Scene.Runs(component, state)] : []);
        var snapshot = Scene.Of([host, Scene.Host("h2", idc: "n2"), Scene.Host("h3", idc: "n2")], component);
        var effective = new EffectiveConfig(config ?? Scene.Config);
        return SuspectRules.Look(new Case(component, null, config ?? Scene.Config, host, incident, braked, feedFault), snapshot,
            new Evidence(snapshot, new SharedCauses(snapshot, effective), new HashSet<string>()));
    }

    private static Registration With(Func<Suspicion, Suspicion> change) => Incr with { Suspicion = change(Waiting) };

    private static string? Code(SuspectAnswer answer) => (answer.Decided.Decided as Hold)?.Reason.Code;

    [Theory]
    [InlineData(89, false)]
    [InlineData(90, true)]
    public void It_waits_one_window_and_asks_for_its_turn(double since, bool asks)
    {
        var answer = Look(With(s => s with { Since = Scene.Now.AddSeconds(-since) }));
        Assert.Equal((asks ? null : "HA-220", asks), (Code(answer), answer.Asks is not null));
        Assert.Equal(asks ? null : Scene.Now.AddSeconds(1), (answer.Decided.Decided as Hold)?.Earliest);
    }

    [Fact]
    public void One_that_is_held_is_held_and_where_HA_is_off_nothing_is_suspect()
    {
        Assert.Equal("HA-223", Code(Look(With(s => s.Held(HeldFor.Hosts, Scene.Now)))));
        Assert.Null(Assert.IsType<Suspect>(Look(Incr, config: Scene.Config with { Enable = false }).Decided.Decided).After);
        Assert.Equal("HA-220", Code(Look(Incr with { Desired = DesiredState.Stopped })));
        Assert.NotNull(Look(Incr with { Desired = DesiredState.Stopped, CarriedState = ComponentState.Abnormal }).Asks);
    }

    [Fact]
    public void In_place_it_waits_for_the_feed_its_host_and_a_maintenance()
    {
        Assert.Equal("HA-202", Code(Look(Incr, feedFault: "broken")));
        Assert.Equal(Reason.Unheard.Code, Code(Look(Incr, on: Scene.Host("h1", HostState.Quarantined))));
        Assert.Equal(Reason.Unheard.Code, Code(Look(Incr, on: Scene.Host("h1", unheard: 15.1))));
        var busy = Scene.Host("h1") is var host ? host with { Verdict = host.Verdict with { Maintenance = Some.Work } } : null!;
        Assert.Equal(Reason.InMaintenance.Code, Code(Look(Incr, on: busy)));
        Assert.NotNull(Look(Incr, on: Scene.Host("h1", unheard: 15)).Asks);
    }

    [Theory]
    [InlineData(false, null, null)]
    [InlineData(true, null, "HA-206")]
    [InlineData(false, "broken", "HA-202")]
    public void A_Store_s_turn_on_a_host_that_is_Down_waits_for_brake_and_feed(bool braked, string? fault, string? code)
    {
        var store = Incr with { Kind = ComponentKind.Store };
        var config = Scene.Config with { EnableStore = true };
        Assert.Equal(code, Code(Look(store, config: config, on: Scene.DownHost("h1"), incident: "i", braked: braked, feedFault: fault)));
        var inPlace = Look(store, config: config, braked: braked, feedFault: fault);
        Assert.Equal((true, false), (inPlace.Asks is not null, inPlace.Occupies));
    }

    [Theory]
    [InlineData(9999, false, null)]
    [InlineData(9999, true, "HA-206")]
    [InlineData(1, false, "HA-204")]
    [InlineData(1, true, "HA-206")]
    public void One_whose_host_is_Down_waits_for_what_a_failover_waits_for(double operated, bool braked, string? code)
    {
        var answer = Look(
            Incr with { OperatedAt = Scene.Now.AddSeconds(-operated) }, on: Scene.DownHost("h1"), incident: "i", braked: braked);
        Assert.Equal((code, code is null ? Want.Failover : null), (Code(answer), answer.Asks?.Wanted?.For));
    }

    [Theory]
    [InlineData(180, true)]
    [InlineData(180.1, false)]
    public void Its_turn_keeps_others_waiting_for_two_windows_at_most(double ranFor, bool occupies)
    {
        var tried = With(s => s with { TriedAt = Scene.Now.AddSeconds(-300), RanFrom = Scene.Now.AddSeconds(-ranFor) });
        Assert.Equal(occupies, Look(tried, ComponentState.Running).Occupies);
        Assert.False(Look(tried, ComponentState.Abnormal).Occupies);
        Assert.False(Look(tried, ComponentState.Completed).Occupies);
        Assert.False(Look(tried with { Desired = DesiredState.Stopped }, ComponentState.Running).Occupies);
    }

    [Fact]
    public void It_is_watched_from_when_it_runs()
    {
        var tried = With(s => s.Tried(Scene.Now.AddSeconds(-5), new HostLife("h1", 1)));
        var runs = Look(tried, ComponentState.Running);
        Assert.Equal((Scene.Now, true), (Assert.IsType<Suspect>(runs.Decided.Decided).After!.RanFrom, runs.Occupies));
        var starting = Look(tried, ComponentState.Starting);
        Assert.Equal("HA-221", Code(starting));
        Assert.EndsWith("; it is to start on h1", ((Hold)starting.Decided.Decided!).Because, StringComparison.Ordinal);
        Assert.Equal(["h8, h9", "h1"], ((Hold)starting.Decided.Decided!).Inputs!.ByName.Values);
        Assert.Equal("HA-220", Code(Look(tried, ComponentState.Completed)));
        Assert.Equal("HA-220", Code(Look(tried with { Desired = DesiredState.Stopped }, ComponentState.Running)));
        var earlier = tried with { Suspicion = tried.Suspicion! with { RanFrom = tried.CameAt!.Value.AddSeconds(-1) } };
        Assert.IsType<Suspect>(Look(earlier, ComponentState.Running).Decided.Decided);
    }

    [Theory]
    [InlineData(91, false)]
    [InlineData(92, true)]
    public void It_is_cleared_once_its_host_was_heard_after_the_window(double ranFor, bool cleared)
    {
        // The host was heard a second ago.
        var tried = With(s => s.Tried(Scene.Now.AddSeconds(-100), new HostLife("h1", 1))
            with { RanFrom = Scene.Now.AddSeconds(-ranFor) });
        var answer = Look(tried, ComponentState.Running).Decided.Decided;
        Assert.Equal(cleared, answer is Suspect { After: null });
        Assert.Equal(!cleared, answer is Hold { Reason.Code: "HA-221" } hold
            && hold.Because.EndsWith("; it runs on h1, which has to live through the window", StringComparison.Ordinal));
    }

    /// <param name="restarts">Failed starts in a row; restartsMax is 3.</param>
    /// <param name="elsewhere">It failed all of its restarts on another host before.</param>
    [Theory]
    [InlineData(0, false, "asks to restart")]
    [InlineData(3, false, "asks to leave")]
    [InlineData(2, true, "asks to restart")]
    [InlineData(3, true, "held")]
    public void One_that_fails_in_its_turn_asks_for_another_and_is_held_on_the_second_host(int restarts, bool elsewhere, string what)
    {
        var tried = With(s => s.Tried(Scene.Now.AddSeconds(-5), new HostLife("h1", 1))) with
        {
            FailedAt = Scene.Now.AddSeconds(-1), Restarts = restarts, OperatedAt = Scene.Now.AddMinutes(-30),
        };
        tried = tried with { Suspicion = tried.Suspicion! with { FailedOn = elsewhere ? ["h7"] : [] } };
        var answer = Look(tried, ComponentState.Abnormal);
        Assert.Equal((what, false), (answer switch
        {
            { Asks.Decided: Restart } => "asks to restart",
            { Asks.Wanted: { For: Want.Leave, Cause: MoveCause.Failing } } => "asks to leave",
            { Decided.Decided: Suspect { After: { HeldFor: HeldFor.Restarts, FailedOn: ["h7", "h1"] } } } => "held",
            _ => $"{answer}",
        }, answer.Occupies));
    }

    [Fact]
    public void What_is_only_noted_of_a_failure_needs_no_turn()
    {
        var tried = With(s => s.Tried(Scene.Now.AddSeconds(-5), new HostLife("h1", 1))) with { OperatedAt = Scene.Now };
        var answer = Look(tried, ComponentState.Abnormal);
        Assert.Equal((true, null, false), (answer.Decided.Decided is NoteFailure, answer.Asks, answer.Occupies));
    }

    /// <param name="says">State that its host reports.</param>
    /// <param name="occupies">Others wait for its turn to end.</param>
    [Theory]
    [InlineData(ComponentState.Running, true)]
    [InlineData(ComponentState.Completed, false)]
    [InlineData(ComponentState.Abnormal, false)]
    public void A_move_by_hand_goes_its_way_and_ends_nobody_s_turn(ComponentState says, bool occupies)
    {
        var tried = With(s => s.Tried(Scene.Now.AddSeconds(-5), new HostLife("h1", 1))) with
        {
            Migration = new Migration { Cause = MoveCause.Operator, At = Scene.Now },
        };
        var answer = Look(tried, says);
        Assert.Equal((Want.Leave, null, occupies), (answer.Decided.Wanted!.For, answer.Asks, answer.Occupies));
        var down = Look(tried, says, on: Scene.DownHost("h1"), incident: "i");
        Assert.Equal((Want.Failover, null), (down.Decided.Wanted!.For, down.Asks));
        Assert.Equal(Reason.Brake.Code, Code(Look(tried, says, on: Scene.DownHost("h1"), incident: "i", braked: true)));
    }

    [Fact]
    public void A_move_that_has_begun_occupies_until_it_has_ended()
    {
        var stopping = Incr with
        {
            Desired = DesiredState.Stopped,
            Migration = new Migration { Cause = MoveCause.Failing, At = Scene.Now, StoppingSince = Scene.Now },
        };
        var waits = Look(stopping, ComponentState.Running);
        Assert.Equal((Reason.StillStopping.Code, true), (Code(waits), waits.Occupies));
        Assert.Equal(Want.Arrive, Look(stopping, null, on: Scene.Host("h1", runs: Scene.Runs(stopping, ComponentState.Stopped, pid: null)))
            .Decided.Wanted!.For);
    }

    [Fact]
    public void The_subtopic_in_its_turn_waits_for_its_Store_where_the_last_one_s_host_is_Down()
    {
        var tried = With(s => s.Tried(Scene.Now.AddSeconds(-5), new HostLife("h1", 1))) with { Kind = ComponentKind.Store };
        Assert.EndsWith("its turn: a Store is to be made", ((Hold)Look(tried, null, Scene.Config with { EnableStore = true },
            Scene.DownHost("h1"), "i").Decided.Decided!).Because, StringComparison.Ordinal);
        Assert.EndsWith("; it is to start on h1", ((Hold)Look(tried, ComponentState.Starting, Scene.Config with { EnableStore = true })
            .Decided.Decided!).Because, StringComparison.Ordinal);
    }
}
