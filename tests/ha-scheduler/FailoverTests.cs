using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.HaScheduler.Tests;

public sealed class FailoverTests
{
    private static readonly Registration Lost = Scene.Component("t1", "h1", epoch: 7);

    [Fact]
    public void What_stood_on_a_host_that_goes_down_gets_another_host_in_the_same_pass()
    {
        var decisions = Decider.Decide(Snapshot(Scene.Host("h1", silent: 31), Lost), Scene.Config);
        var down = Assert.IsType<DeclareDown>(decisions.About("h1"));
        var place = Assert.IsType<Place>(decisions.About(Lost));
        Assert.NotEqual("h1", place.Host);
        Assert.Equal((DesiredState.Running, null, down.Incident), (place.Desired, place.CarriedState, place.Incident));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void With_ha_off_the_host_is_down_and_nothing_moves(bool enable, bool enableHost)
    {
        var config = Scene.Config with { Enable = enable, EnableHost = enableHost };
        var decisions = Decider.Decide(Snapshot(Scene.Host("h1", silent: 31), Lost), config);
        Assert.IsType<DeclareDown>(decisions.About("h1"));
        decisions.About(Lost).HeldFor(Reason.SwitchedOff);
    }

    [Theory]
    [InlineData(600, true)]
    [InlineData(599, false)]
    public void A_second_operation_waits_for_the_whole_cooldown(int ago, bool moves)
    {
        var moved = Lost with { OperatedAt = Scene.Now.AddSeconds(-ago) };
        var decision = Decide(Scene.DownHost("h1"), moved);
        Assert.Equal(moves, decision is Place);
        if (!moves)
        {
            var held = decision.HeldFor(Reason.Cooldown);
            Assert.Equal(Scene.Now.AddSeconds(1), held.Earliest);
            Assert.Contains("1 s of checkRequestIntervalSec left", held.Because, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_first_place_needs_no_ha_and_no_cooldown()
    {
        var decision = Decider.Decide(Snapshot(Scene.Host("h1"), Scene.Component("new", null)),
            Scene.Config with { Enable = false }).About(Registration.IncrSyncId("new"));
        Assert.IsType<Place>(decision);
    }

    [Theory]
    [InlineData(ComponentState.Running, DesiredState.Running)]
    [InlineData(ComponentState.Starting, DesiredState.Running)]
    [InlineData(ComponentState.Migrating, DesiredState.Running)]
    [InlineData(ComponentState.Stopped, DesiredState.Running)]
    [InlineData(ComponentState.Abnormal, DesiredState.Stopped)]
    [InlineData(ComponentState.Completed, DesiredState.Stopped)]
    public void What_had_failed_or_ended_by_itself_is_not_started_by_a_move(ComponentState was, DesiredState becomes)
    {
        var host = Scene.DownHost("h1").With(h => h with { Components = [Scene.Runs(Lost, was)] });
        var place = Assert.IsType<Place>(Decide(host, Lost));
        Assert.Equal(becomes, place.Desired);
        Assert.Equal(becomes == DesiredState.Running ? null : was, place.CarriedState);
    }

    [Fact]
    public void What_was_stopped_stays_stopped()
    {
        var place = Assert.IsType<Place>(Decide(Scene.DownHost("h1"), Lost with { Desired = DesiredState.Stopped }));
        Assert.Equal((DesiredState.Stopped, null), (place.Desired, place.CarriedState));
    }

    [Fact]
    public void The_state_of_another_epoch_says_nothing()
    {
        var host = Scene.DownHost("h1").With(h => h with { Components = [Scene.Runs(Lost, ComponentState.Abnormal) with { Epoch = 6 }] });
        Assert.Equal(DesiredState.Running, Assert.IsType<Place>(Decide(host, Lost)).Desired);
    }

    [Fact]
    public void A_carried_failure_is_carried_through_a_second_move()
    {
        var place = Assert.IsType<Place>(Decide(Scene.DownHost("h1"),
            Lost with { Desired = DesiredState.Stopped, CarriedState = ComponentState.Abnormal }));
        Assert.Equal((DesiredState.Stopped, ComponentState.Abnormal), (place.Desired, place.CarriedState));
    }

    [Fact]
    public void What_is_released_goes_nowhere_and_needs_no_reason()
    {
        var decisions = Decider.Decide(Snapshot(Scene.DownHost("h1"), Lost with { Desired = DesiredState.Absent }), Scene.Config);
        Assert.DoesNotContain(decisions, d => d.Object == Lost.Id);
    }

    [Fact]
    public void Nothing_starts_to_move_while_the_feed_is_interrupted()
    {
        var snapshot = Snapshot(Scene.DownHost("h1"), Lost) with { Feed = Scene.InterruptedFeed };
        Decider.Decide(snapshot, Scene.Config).About(Lost).HeldFor(Reason.FeedInterrupted);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(30.001, true)]
    public void A_host_that_was_down_before_a_restart_or_a_break_is_watched_for_a_whole_interval_before_its_work_moves(
        double silent, bool moves)
    {
        var decision = Decide(Scene.DownHost("h1") with { Silence = Scene.Seconds(silent) }, Lost);
        Assert.Equal(moves, decision is Place);
        if (!moves)
        {
            Assert.Equal(Scene.Now, decision.HeldFor(Reason.FeedInterrupted).Earliest);
        }
    }

    [Fact]
    public void Nobody_heard_yet_is_a_feed_without_reports_not_a_region_without_room()
    {
        var unheard = Scene.Host("h1", heard: false);
        var first = Scene.Component("new", null);
        Decider.Decide(Scene.Of([unheard], first) with { Feed = Scene.InterruptedFeed }, Scene.Config).About(first)
            .HeldFor(Reason.FeedInterrupted);
        Decider.Decide(Scene.Of([unheard], first), Scene.Config).About(first).HeldFor(Reason.NoRoom);
    }

    [Fact]
    public void Work_never_leaves_its_region()
    {
        var full = Scene.Of([Scene.DownHost("h1"), Scene.Host("s1", region: "south")], Lost);
        var held = Decider.Decide(full, Scene.Config).About(Lost).HeldFor(Reason.NoRoom);
        Assert.Equal("region north: " + Fleet.Refusal.NoCandidate, held.Because);
    }

    [Fact]
    public void A_host_that_comes_back_before_the_move_keeps_its_components()
    {
        var decisions = Decider.Decide(Snapshot(Scene.DownHost("h1") with { HeardSinceVerdict = true }, Lost), Scene.Config);
        Assert.IsType<Quarantine>(decisions.About("h1"));
        Assert.DoesNotContain(decisions, d => d.Object == Lost.Id);
    }

    public static TheoryData<string> Unfit => ["down", "quarantined", "suspect", "unheard", "never heard", "says nothing", "cpu",
        "memory", "disk", "full"];

    [Theory]
    [MemberData(nameof(Unfit))]
    public void A_host_that_is_unfit_gets_no_work(string why)
    {
        var fit = Scene.Host("h2");
        var host = why switch
        {
            "down" => Scene.DownHost("h2"),
            "quarantined" => Scene.Host("h2", HostState.Quarantined).With(h => h with { ComponentsInventory = 0 }),
            "suspect" => Scene.Host("h2", silent: 16),
            "unheard" => Scene.Host("h2", unheard: 16),
            "never heard" => Scene.Host("h2", heard: false),
            "says nothing" => fit with { Reported = null },
            "cpu" => Loaded(fit, new Usage(0.85, 0, 0)),
            "memory" => Loaded(fit, new Usage(0, 0.85, 0)),
            "disk" => Loaded(fit, new Usage(0, 0, 0.90)),
            _ => fit.With(h => h with { Quotas = new Quotas(Stores: 100, Others: 0) }),
        };
        Decider.Decide(Scene.Of([Scene.DownHost("h1"), host], Lost), Scene.Config).About(Lost).HeldFor(Reason.NoRoom);
    }

    [Fact]
    public void A_host_just_below_every_bottleneck_and_quota_gets_work()
    {
        var host = Loaded(Scene.Host("h2"), new Usage(0.8499, 0.8499, 0.8999)).With(h => h with { Quotas = new Quotas(0, 2) });
        var decisions = Decider.Decide(
            Scene.Of([Scene.DownHost("h1"), host], Lost, Scene.Component("t2", "h2"), Scene.Component("t3", "h1")), Scene.Config);
        Assert.Equal("h2", Assert.IsType<Place>(decisions.About(Lost)).Host);
        var held = decisions.About(Registration.IncrSyncId("t3")).HeldFor(Reason.NoRoom);
        Assert.Equal("region north: h2: others 2 of 2", held.Because);
    }

    [Fact]
    public void One_plan_spreads_over_the_least_filled_hosts()
    {
        var lost = Enumerable.Range(0, 30).Select(n => Scene.Component($"t{n}", "h0")).ToList();
        var hosts = Enumerable.Range(1, 3).Select(n => Scene.Host($"h{n}").With(h => h with { Quotas = new Quotas(0, 20) }));
        var placed = Decider.Decide(Scene.Of([Scene.DownHost("h0"), .. hosts], lost), Scene.Config).OfType<Place>();
        Assert.Equal([10, 10, 10], placed.CountBy(p => p.Host).OrderBy(p => p.Key).Select(p => p.Value));
    }

    private static HostSnapshot Loaded(HostSnapshot host, Usage usage) =>
        host.With(h => h with { Report = h.Report with { Usage = usage } });

    private static Snapshot Snapshot(HostSnapshot host, Registration component) =>
        Scene.Of([host, .. Enumerable.Range(2, 4).Select(n => Scene.Host($"h{n}"))], component);

    private static Decision Decide(HostSnapshot host, Registration component) =>
        Decider.Decide(Snapshot(host, component), Scene.Config).About(component);

    private static Answer Direct(Registration component, bool inMaintenance = false)
    {
        var snapshot = Scene.Of([Scene.DownHost("h1")], component) with
        {
            Maintenances = inMaintenance ? new Dictionary<string, Maintenance> { [MaintenanceScope.TaskKey("t1")] = Some.Work }
                : new Dictionary<string, Maintenance>(),
        };
        var causes = new SharedCauses(snapshot, new EffectiveConfig(Scene.Config));
        return Failover.Decide(new Case(component, null, Scene.Config, snapshot.Hosts[0], "h1-incident", false, null), snapshot,
            new Evidence(snapshot, causes, new HashSet<string>()));
    }

    private static readonly Registration ByHand = Lost with { Migration = new Migration { Cause = MoveCause.Operator, At = Scene.Now } };

    [Fact]
    public void A_Store_is_the_store_manager_s_and_a_copy_stays()
    {
        Assert.Equal(default, Direct(Lost with { Kind = ComponentKind.Store }));
        Direct(Lost with { Kind = ComponentKind.FullImport }).Decided!.HeldFor(Reason.NotMoved);
    }

    [Fact]
    public void An_operator_s_move_is_held_by_no_maintenance_no_cooldown_and_no_suspicion()
    {
        Direct(Lost, inMaintenance: true).Decided!.HeldFor(Reason.InMaintenance);
        Assert.Equal(Want.Failover, Direct(ByHand, inMaintenance: true).Wanted!.For);
        var operated = Scene.Now.AddSeconds(-1);
        Assert.Equal(Want.Failover, Direct(ByHand with { OperatedAt = operated }).Wanted!.For);
        Direct(Lost with { OperatedAt = operated }).Decided!.HeldFor(Reason.Cooldown);
        var suspect = new Suspicion { Falls = [new Fall("h0", "i0", Scene.Now, Scene.Now),
            new Fall("h1", "h1-incident", Scene.Now, Scene.Now)], Since = Scene.Now };
        Assert.Equal(Want.Failover, Direct(ByHand with { CameAt = Scene.Now, Suspicion = suspect }).Wanted!.For);
        Assert.IsType<Suspect>(Direct(Lost with { CameAt = Scene.Now, Suspicion = suspect }).Decided);
    }

    [Theory]
    [InlineData(0.5, "1 s of checkRequestIntervalSec left")]
    [InlineData(1, "1 s of checkRequestIntervalSec left")]
    public void A_part_of_a_second_of_the_cooldown_is_said_as_a_whole_one(double left, string because)
    {
        var since = Scene.Now.AddSeconds(left) - Scene.Config.CheckRequestInterval;
        var hold = Failover.Cooldown(new Case(Lost with { OperatedAt = since }, null, Scene.Config, null, null, false, null), Scene.Now)!;
        Assert.Equal((because, Scene.Now.AddSeconds(left)), (hold.Because, hold.Earliest));
    }
}
