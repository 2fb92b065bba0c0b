using Holdfast.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Passes over a host's death and its return.</summary>
public sealed class PassTests : PassScene
{
    [Fact]
    public async Task A_dead_host_is_told_of_once_per_incident_and_its_work_moves_under_a_higher_epoch()
    {
        var (dead, alive) = await OneTaskRuns();
        _life.FallsSilent(dead);
        await _life.Pass(DownAfter);
        var down = Assert.Single(_life.Bus.Take<HostDown>());
        var placed = _life.Bus.Take<ComponentPlaced>();
        var there = Assert.Single(placed, p => p.Desired == DesiredState.Running);
        var gone = Assert.Single(placed, p => p.Desired == DesiredState.Absent);
        Assert.Equal((alive, 2L, down.Incident), (there.Host, there.Epoch, there.Incident));
        Assert.Equal((dead, 1L), (gone.Host, gone.Epoch));
        Assert.Equal([AlertEvents.HostDown, AlertEvents.HostDownMigrateResource], _life.Bus.Take<AlertRaised>().Select(a => a.Event));
        await _life.Pass(10);
        Assert.Empty(_life.Bus.Take<HostDown>());
        Assert.Equal(2, _life.Component("t1").Epoch);
        Assert.Equal(TicketStatus.Successful, Assert.Single(_life.Cluster.Tickets.All).Status);
    }

    [Fact]
    public async Task A_host_that_stays_down_is_told_of_again_after_a_minute()
    {
        var (dead, _) = await OneTaskRuns();
        _life.FallsSilent(dead);
        await _life.Pass(DownAfter);
        var first = Assert.Single(_life.Bus.Take<HostDown>());
        await _life.Pass(60);
        Assert.Equal(first, Assert.Single(_life.Bus.Take<HostDown>()));
    }

    [Fact]
    public async Task A_death_decided_twice_is_one_failover()
    {
        var (dead, _) = await OneTaskRuns();
        var component = _life.Component("t1");
        var host = Scene.DownHost(dead) with { Verdict = _life.Cluster.Hosts.Find(dead)! };
        IReadOnlyList<Decision> decisions =
            [new DeclareDown(host, "i1"), new Place(component, "h9", DesiredState.Running, null, "i1")];
        await _life.Get<DecisionExecutor>().Apply(decisions, default);
        await _life.Get<DecisionExecutor>().Apply([new DeclareDown(host, "i2"), decisions[1]], default);
        Assert.Equal("i1", Assert.Single(_life.Cluster.Tickets.All).Id);
        Assert.Equal("i1", _life.Cluster.Hosts.Find(dead)!.Incident);
        Assert.Equal((2, 1), (_life.Component("t1").Epoch, _life.Component("t1").Former.Count));
    }

    [Fact]
    public async Task A_lost_placement_is_said_again_until_the_report_shows_it()
    {
        _life.Reports("h1");
        await _life.Pass();
        await _life.NewTask("t1");
        await _life.Pass();
        var lost = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        await _life.Pass(4);
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
        await _life.Pass();
        Assert.Equal(lost with { At = default }, Assert.Single(_life.Bus.Take<ComponentPlaced>()) with { At = default });
        await _life.Pass(5);
        _life.Obeys("h1");
        await _life.Pass(20);
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
    }

    [Fact]
    public async Task What_a_life_could_not_say_before_it_ended_the_next_one_says()
    {
        var (dead, alive) = await OneTaskRuns();
        _life.FallsSilent(dead);
        await _life.Pass(DownAfter - 1);
        _life.Bus.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => _life.Pass());
        Assert.Equal(alive, _life.Component("t1").Host);
        Restart();
        _life.Reports(alive);
        await _life.Pass(2);
        var placed = _life.Bus.Take<ComponentPlaced>();
        Assert.Equal((alive, 2L), (Assert.Single(placed, p => p.Desired == DesiredState.Running) is var p ? (p.Host, p.Epoch) : default));
        Assert.Equal((dead, 1L), (Assert.Single(placed, p => p.Desired == DesiredState.Absent) is var a ? (a.Host, a.Epoch) : default));
        Assert.Equal(dead, Assert.Single(_life.Bus.Take<HostDown>()).Host);
        Assert.Equal([AlertEvents.HostDown, AlertEvents.HostDownMigrateResource], _life.Bus.Take<AlertRaised>().Select(r => r.Event));
        // The one host that is left has none beside it: told once that has held.
        await _life.Pass(16);
        Assert.Single(_life.Bus.Take<AlertRaised>(), r => r.Event == AlertEvents.Headroom);
    }

    [Fact]
    public async Task A_verdict_whose_ticket_was_lost_gets_one_before_anything_moves()
    {
        var (dead, alive) = await OneTaskRuns();
        await _life.Cluster.Hosts.Change(dead, v => v with { State = HostState.Down, Incident = "i1" }, default);
        Restart();
        _life.Reports(alive);
        await _life.Pass(DownAfter);
        Assert.Equal(dead, _life.Component("t1").Host);
        Assert.Equal("i1", Assert.Single(_life.Cluster.Tickets.All).Id);
        await _life.Pass(2);
        var ticket = Assert.Single(_life.Cluster.Tickets.All);
        Assert.Equal(("i1", alive), (ticket.Id, Assert.Single(await _life.Cluster.PartsOf("i1", default)).Target));
        Assert.Contains(_life.Bus.Take<AlertRaised>(), r => r.Event == AlertEvents.HostDownMigrateResource);
    }

    [Fact]
    public async Task The_old_place_is_forgotten_only_when_its_host_shows_it_gone_and_the_recovery_resolves_the_alert()
    {
        var (dead, alive) = await OneTaskRuns();
        var old = _life.Component("t1");
        _life.FallsSilent(dead);
        await _life.Pass(DownAfter);
        _life.Obeys(alive);
        var raised = _life.Bus.Take<AlertRaised>().Single(r => r.Event == AlertEvents.HostDown);

        _life.Reports(dead, 1, Scene.Runs(old));
        await _life.Pass(6);
        Assert.Equal(HostState.Quarantined, _life.Cluster.Hosts.Find(dead)!.State);
        Assert.Equal(new FormerPlace(old.Name!, dead, 1), Assert.Single(_life.Component("t1").Former));
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p.Host == dead && p.Desired == DesiredState.Absent && p.Epoch == 1);

        // Without a desired list it has not heard what it should run: an empty list proves nothing.
        _life.Reports(dead, desiredVersion: 0);
        await _life.Pass(2);
        Assert.Single(_life.Component("t1").Former);
        Assert.Equal([new PlacementKey(old.Name!, 1)], _life.Bus.Take<HostAdmitted>()[0].Removed);
        _life.Reports(dead);
        await _life.Pass(2);
        Assert.Empty(_life.Component("t1").Former);

        Assert.Equal(HostState.Online, _life.Cluster.Hosts.Find(dead)!.State);
        Assert.Equal(raised.Incident, Assert.Single(_life.Bus.Take<HostRecovered>()).Incident);
        var resolved = Assert.Single(_life.Bus.Take<AlertRaised>(),
            r => r is { Condition: AlertCondition.Resolved, Event: not AlertEvents.Headroom });
        Assert.Equal(raised.Id, resolved.Id);
    }

    [Fact]
    public async Task A_recovery_that_could_not_be_told_is_told_by_the_next_pass()
    {
        var (dead, _) = await OneTaskRuns();
        _life.FallsSilent(dead);
        await _life.Pass(DownAfter);
        _life.Reports(dead);
        await _life.Pass();
        _life.Bus.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => _life.Pass());
        Assert.Equal(HostState.Quarantined, _life.Cluster.Hosts.Find(dead)!.State);
        _life.Bus.IsCut = false;
        await _life.Pass();
        Assert.Single(_life.Bus.Take<HostRecovered>());
        Assert.Equal(HostState.Online, _life.Cluster.Hosts.Find(dead)!.State);
    }

    [Fact]
    public async Task The_registration_of_a_released_task_goes_only_when_its_component_is_gone()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        await _life.Pass(8);
        Assert.Equal(DesiredState.Absent, _life.Component("t1").Desired);
        _life.Obeys(host);
        await _life.Pass(2);
        Assert.Null(_life.Component("t1"));
        await _life.Pass(2);
        Assert.Null(_life.Component("t1"));
    }
}
