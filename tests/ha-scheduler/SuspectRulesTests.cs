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
        Assert.NotNull(Look(store, config: config, braked: braked, feedFault: fault).Asks);
    }

    [Theory]
    [InlineData(180, true)]
    [InlineData(180.1, false)]
    public void Its_turn_keeps_others_waiting_for_two_windows_at_most(double ranFor, bool occupies)
    {
        var tried = With(s => s with { TriedAt = Scene.Now.AddSeconds(-300), RanFrom = Scene.Now.AddSeconds(-ranFor) });
        Assert.Equal(occupies, Look(tried, ComponentState.Running).Occupies);
        Assert.False(Look(tried, ComponentState.Abnormal).Occupies);
        Assert.False(Look(tried with { Desired = DesiredState.Stopped }, ComponentState.Running).Occupies);
    }

    [Fact]
    public void It_is_watched_from_when_it_runs()
    {
        var tried = With(s => s.Tried(Scene.Now.AddSeconds(-5), new HostLife("h1", 1)));
        var runs = Look(tried, ComponentState.Running);
        Assert.Equal((Scene.Now, true), (Assert.IsType<Suspect>(runs.Decided.Decided).After!.RanFrom, runs.Occupies));
        Assert.Equal("HA-221", Code(Look(tried, ComponentState.Starting)));
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
        Assert.Equal(!cleared, answer is Hold { Reason.Code: "HA-221" });
    }
}
