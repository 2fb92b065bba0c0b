using System.Diagnostics.Metrics;
using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Measures;
using Holdfast.HaScheduler.Pass;
using Holdfast.Platform.Explain;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Figures of the fleet in /metrics.</summary>
public sealed class FleetFiguresTests
{
    [Fact]
    public void Hosts_are_counted_by_region_and_state_and_apart_by_what_they_are_kept_out_for()
    {
        var drained = Scene.Host("h3") is var h3 ? h3 with { Verdict = h3.Verdict with { Maintenance = Some.Work } } : null!;
        var figures = Of(Scene.Of([Scene.Host("h1"), Scene.DownHost("h2"), drained, Scene.Host("s1", region: "south")]));
        Assert.Equal(["north Down 1", "north Online 2", "south Online 1"], Lines(figures.Hosts.Figures()));
        Assert.Equal(["north maintenance 1"], Lines(figures.SetApart.Figures()));
    }

    [Fact]
    public void What_another_replica_leads_is_that_one_s_to_tell()
    {
        var snapshot = Scene.Of(
            [Scene.Host("h1"), Scene.Host("s1", region: "south")],
            Scene.Component("t1", "h1"), Scene.Component("t2", "s1", region: "south"));
        var figures = FleetFigures.Of(snapshot with { Tasks = Some.Tasks(Some.Task("t1")) }, region => region == "south");
        Assert.Equal(["south Online 1"], Lines(figures.Hosts.Figures()));
        Assert.Equal(["south IncrSync Unreported 1"], Lines(figures.Components.Figures()));
        Assert.Empty(figures.Tasks.Figures());
    }

    [Fact]
    public void A_host_that_is_Down_hides_neither_how_old_the_others_are_nor_what_is_left_of_their_leases()
    {
        var figures = Of(Scene.Of([Scene.Host("h1", silent: 1), Scene.Host("h2", silent: 4), Scene.DownHost("h3")]));
        Assert.Equal(4, Percentile(figures.HeartbeatAge.Figures(), "100"));
        // Of a lease of 15 s.
        Assert.Equal((11, 14), (Percentile(figures.LeaseLeft.Figures(), "0"), Percentile(figures.LeaseLeft.Figures(), "100")));
    }

    [Fact]
    public void A_lease_that_is_over_has_nothing_left_and_no_less() =>
        Assert.Equal(0, Percentile(Of(Scene.Of([Scene.Host("h1", silent: 20)])).LeaseLeft.Figures(), "0"));

    [Fact]
    public void A_task_that_is_down_is_behind_since_its_last_checkpoint_and_one_that_nobody_wants_is_not_behind()
    {
        var (runs, fell, stopped) = (Scene.Component("runs", "h1"), Scene.Component("fell", "h2"),
            Scene.Component("stopped", "h1") with { Desired = DesiredState.Stopped });
        var at = Scene.Now.ToUnixTimeSeconds() - 90;
        var figures = Of(Scene.Of(
            [
                Scene.Host("h1", runs: [Scene.Runs(runs) with { DelaySeconds = 3 }, Scene.Runs(stopped, ComponentState.Stopped)]),
                Scene.Host("h2", HostState.Down, silent: 100, runs: [Scene.Runs(fell) with { DelaySeconds = 1, Checkpoint = at }]),
            ],
            runs, fell, stopped));
        Assert.Equal((3, 90), (Percentile(figures.TaskDelay.Figures(), "0"), Percentile(figures.TaskDelay.Figures(), "100")));
        Assert.Equal(
            ["north IncrSync Abnormal 1", "north IncrSync Running 1", "north IncrSync Stopped 1"], Lines(figures.Components.Figures()));
    }

    [Fact]
    public void What_is_said_of_another_epoch_and_what_is_released_is_not_counted_as_running()
    {
        var (moved, released) = (Scene.Component("moved", "h1", epoch: 2),
            Scene.Component("released", "h1") with { Desired = DesiredState.Absent });
        var former = Scene.Component("moved", "h1", epoch: 2) with { Epoch = 1 };
        var figures = Of(Scene.Of([Scene.Host("h1", runs: [Scene.Runs(former), Scene.Runs(released)])], moved, released));
        Assert.Equal(["north IncrSync Unreported 1"], Lines(figures.Components.Figures()));
    }

    [Fact]
    public void Decisions_are_counted_by_the_reason_or_as_actions()
    {
        var host = Scene.DownHost("h2");
        var tally = PassProgress.Count<Decision>(
        [
            new Hold("h1", Reason.Healthy, ""), new Hold("h3", Reason.Healthy, ""), new Hold("t1", Reason.Cooldown, ""),
            new Quarantine(host),
        ], LatestPass.CodeOf);
        Assert.Equal(["ACTION 1", "HA-200 2", "HA-204 1"], Lines(tally.Figures()));
    }

    [Theory]
    [InlineData(TicketStatus.InProgress, true)]
    [InlineData(TicketStatus.Ready, true)]
    [InlineData(TicketStatus.Successful, false)]
    [InlineData(TicketStatus.Failed, false)]
    public void Tickets_are_told_while_they_are_open_with_the_age_of_the_oldest(string status, bool isOpen)
    {
        Ticket Old(int minutes) => new()
        {
            Id = $"{minutes}", Kind = TicketKind.HostFailover, Region = "north", Hosts = ["h1"], Status = status, By = "HA",
            CreatedAt = Scene.Now.AddMinutes(-minutes),
        };
        var figures = TicketFigures.Of([Old(3), Old(5)], Scene.Now);
        var kind = SchedulerCounters.LabelOf(status);
        Assert.Equal(isOpen ? [$"host_failover {kind} 2"] : [], Lines(figures.Open.Figures()));
        Assert.Equal(isOpen ? [300] : [], figures.Oldest().Select(o => o.Value));
    }

    private static FleetFigures Of(Snapshot snapshot) => FleetFigures.Of(snapshot, _ => true);

    private static IEnumerable<string> Lines(IEnumerable<Measurement<int>> figures) => figures
        .Select(f => $"{string.Join(' ', f.Tags.ToArray().Select(t => t.Value))} {f.Value}").Order(StringComparer.Ordinal);

    private static double Percentile(IEnumerable<Measurement<double>> figures, string percentile) =>
        figures.Single(f => Equals(f.Tags[1].Value, percentile)).Value;
}
