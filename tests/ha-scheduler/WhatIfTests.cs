using Holdfast.Rules.HaScheduler.Forecast;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The same Decide over the live snapshot, with something supposed.</summary>
public sealed class WhatIfTests
{
    private static readonly CatchUpPace Pace = new(0.5, 0);

    private static readonly Registration Component = Scene.Component("t1", "h1");

    private static readonly Snapshot Live = Scene.Of(
        [Runs("h1", delay: 4), Scene.Host("h2"), Scene.Host("h3", idc: "n2"), Scene.Host("h4", idc: "n2")],
        Component, Scene.Component("t2", "h3"));

    [Fact]
    public void A_lost_host_s_work_goes_where_a_real_failover_would_put_it_and_is_told_with_its_times()
    {
        var forecast = WhatIf.Ask(Live, Scene.Config, Lose("h1"), Pace);
        var move = Assert.Single(forecast.Moves);
        var lost = Scene.DownHost("h1").With(h => h with { Components = [Scene.Runs(Component)] });
        var real = Decider.Decide(Live with { Hosts = [lost, .. Live.Hosts.Skip(1)] }, Scene.Config).OfType<Place>().Single();
        Assert.Equal(("h1", real.Host, true), (move.From, move.To, move.Starts));
        Assert.Equal(31, forecast.DetectionSeconds);
        Assert.Equal(31 + (31 + 4) * 0.5, move.CatchUpSeconds);
        Assert.Equal([AlertEvents.HostDown, AlertEvents.HostDownMigrateResource], forecast.Alerts.Select(a => a.Event));
        Assert.Contains("assumed", forecast.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_room_is_named_with_what_is_missing()
    {
        var others = Live.Hosts.Skip(1).Select(h => h.With(r => r with { Quotas = new Quotas(0, 0) }));
        var full = Live with { Hosts = [.. Live.Hosts.Take(1), .. others] };
        var forecast = WhatIf.Ask(full, Scene.Config, Lose("h1"), Pace);
        Assert.Empty(forecast.Moves);
        var wait = Assert.Single(forecast.Waits);
        Assert.Equal((Component.Id, "HA-207"), (wait.Object, wait.Code));
        Assert.Contains("others 0 of 0", wait.Because, StringComparison.Ordinal);
        Assert.Contains(forecast.Alerts, a => a.Event == AlertEvents.NoCapacity);
    }

    [Fact]
    public void A_brake_that_would_hold_is_told_and_so_is_what_would_move_once_it_is_confirmed()
    {
        var forecast = WhatIf.Ask(Live, Scene.Config, Lose("h1", "h2", "h3"), Pace);
        Assert.Equal(new ExpectedBrake("north", 3, 4), Assert.Single(forecast.Brakes));
        Assert.Equal(2, forecast.Moves.Count);
        Assert.All(forecast.Moves, m => Assert.Equal("h4", m.To));
    }

    [Fact]
    public void A_lost_idc_is_no_brake()
    {
        var forecast = WhatIf.Ask(Live, Scene.Config, Nothing with { Idcs = new HashSet<(string, string)> { ("north", "n2") } }, Pace);
        Assert.Empty(forecast.Brakes);
        Assert.Equal("h3", Assert.Single(forecast.Moves).From);
        Assert.Equal(["h3", "h4"], forecast.Alerts.Where(a => a.Event == AlertEvents.HostDown).Select(a => a.Target));
        Assert.Equal("h3", Assert.Single(forecast.Alerts, a => a.Event == AlertEvents.HostDownMigrateResource).Target);
    }

    [Fact]
    public void A_drain_moves_without_a_failure()
    {
        var forecast = WhatIf.Ask(Live, Scene.Config, Nothing with { Drained = new HashSet<string> { "h1" } }, Pace);
        var move = Assert.Single(forecast.Moves);
        Assert.Equal(("h1", 4 * 0.5), (move.From, move.CatchUpSeconds));
        Assert.Equal(0, forecast.DetectionSeconds);
        Assert.Empty(forecast.Alerts);
    }

    [Fact]
    public void Another_configuration_decides_what_it_would_decide()
    {
        var off = WhatIf.Ask(Live, Scene.Config, Lose("h1") with { Config = Scene.Config with { EnableHost = false } }, Pace);
        Assert.Equal("HA-205", Assert.Single(off.Waits).Code);
        var shorter = WhatIf.Ask(Live, Scene.Config,
            Lose("h1") with { Config = Scene.Config with { CheckHostDownIntervalSec = 25 } }, Pace);
        Assert.Equal(26, shorter.DetectionSeconds);
    }

    [Fact]
    public void The_plan_of_a_brake_is_what_its_confirmation_would_start()
    {
        var braked = Live with
        {
            Hosts = [Scene.DownHost("h1"), .. Live.Hosts.Skip(1)],
            Brakes = new Dictionary<string, BrakeState> { ["north"] = new(true, false) },
            MovesLeft = new Dictionary<string, int> { ["north"] = 0 },
        };
        Assert.Equal(Component.Id, Assert.Single(WhatIf.IfConfirmed(braked, Scene.Config, "north", Pace).Moves).Component);
    }

    [Fact]
    public void The_pace_is_the_median_of_what_was_measured()
    {
        Assert.Equal(new CatchUpPace(1, 3), CatchUpPace.Of([Measured(5), Measured(50), Measured(10)]));
        Assert.Equal(new CatchUpPace(3, 5), CatchUpPace.Of([Measured(50), Measured(40), Measured(30), Measured(20), Measured(10)]));
        Assert.Equal(new CatchUpPace(0.5, 0), CatchUpPace.Of([]));
    }

    [Fact]
    public void The_pace_is_that_of_the_latest_twenty_failovers_whose_times_are_all_known()
    {
        var latest = Enumerable.Range(0, 20).Select(i => Measured(10) with { CreatedAt = Scene.Now.AddMinutes(-i) });
        var older = Enumerable.Range(20, 20).Select(i => Measured(90) with { CreatedAt = Scene.Now.AddMinutes(-i) });
        Assert.Equal(new CatchUpPace(1, 20), CatchUpPace.Of([.. older, .. latest]));
        Assert.Equal(new CatchUpPace(0.5, 0), CatchUpPace.Of(
        [
            Measured(10) with { Kind = TicketKind.Drain }, Measured(10) with { CatchUpSeconds = null },
            Measured(10) with { DetectionSeconds = null }, Measured(10) with { MoveSeconds = null },
        ]));
    }

    [Theory]
    [InlineData(0.5, 0, 3)]
    [InlineData(1, 0, 3)]
    [InlineData(1, 0.5, 2)]
    public void Less_than_a_second_behind_counts_as_one(double detection, double move, double ratio) => Assert.Equal(
        new CatchUpPace(ratio, 1), CatchUpPace.Of([Measured(3) with { DetectionSeconds = detection, MoveSeconds = move }]));

    [Theory]
    [InlineData(4.25, 48.6)]
    [InlineData(null, 46.5)]
    public void Catching_up_is_told_in_tenths_and_one_that_said_no_delay_is_behind_by_the_detection(double? delay, double seconds)
    {
        var live = Live with { Hosts = [Runs("h1", delay), .. Live.Hosts.Skip(1)] };
        Assert.Equal(seconds, Assert.Single(WhatIf.Ask(live, Scene.Config, Lose("h1"), Pace).Moves).CatchUpSeconds);
    }

    [Fact]
    public void A_host_that_has_never_said_what_it_runs_can_be_supposed_to_be_lost()
    {
        var live = Live with { Hosts = [Live.Hosts[0] with { Reported = null }, .. Live.Hosts.Skip(1)] };
        Assert.Contains(WhatIf.Ask(live, Scene.Config, Lose("h1"), Pace).Alerts, a => a is { Event: AlertEvents.HostDown, Target: "h1" });
    }

    [Fact]
    public void Of_hosts_in_two_regions_the_one_that_is_given_more_time_says_when_all_are_Down()
    {
        var live = Live with { Hosts = [.. Live.Hosts, Scene.Host("s1", region: "south", idc: "s1")] };
        var south = new HaConfigOverride { CheckHostDownIntervalSec = 60 };
        var config = Scene.Config with { Regions = new Dictionary<string, HaConfigOverride> { ["south"] = south } };
        Assert.Equal(61, WhatIf.Ask(live, config, Lose("h1", "s1"), Pace).DetectionSeconds);
    }

    private static Ticket Measured(double catchUp) => new()
    {
        Id = $"i{catchUp}", Kind = TicketKind.HostFailover, Region = "north", Hosts = ["h1"], Status = TicketStatus.Successful, By = "HA",
        CreatedAt = Scene.Now, DetectionSeconds = 8, MoveSeconds = 2, CatchUpSeconds = catchUp,
    };

    private static Supposition Nothing { get; } =
        new(new HashSet<string>(), new HashSet<(string, string)>(), new HashSet<string>(), null);

    private static Supposition Lose(params string[] hosts) => Nothing with { Hosts = hosts.ToHashSet(StringComparer.Ordinal) };

    private static HostSnapshot Runs(string host, double? delay) =>
        Scene.Host(host, runs: Scene.Runs(Component) with { DelaySeconds = delay });
}
