using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Alerts of passes about tasks, maintenances and decisions that wait for people.</summary>
public sealed class MonitorPassTests : PassScene
{
    private List<AlertRaised> Raised(string @event) => [.. _life.Bus.Take<AlertRaised>().Where(a => a.Event == @event)];

    /// <summary>As it was seen last: a new life knows nothing before its first pass.</summary>
    private Registration? _t1;

    private void Lags(string host, double delay) =>
        _life.Reports(host, 1, Scene.Runs(_t1 = _life.Component("t1") ?? _t1!) with { DelaySeconds = delay });

    private async Task Begin(string key, double minutes = 60)
    {
        var work = new NewMaintenance { Reason = "disks", Owner = "ann", Until = _time.GetUtcNow().AddMinutes(minutes) };
        Assert.Null((await _life.Get<Maintenances>().Begin(key, work, default)).Fault);
    }

    [Fact]
    public async Task What_holds_is_told_at_once_again_every_minute_and_once_that_it_is_over()
    {
        var (host, _) = await OneTaskRuns();
        await LongWhole();
        Lags(host, 301);
        await _life.Pass();
        var first = Assert.Single(Raised(AlertEvents.MigrationDelay));
        await _life.Pass(59);
        Assert.Empty(Raised(AlertEvents.MigrationDelay));
        await _life.Pass();
        Assert.Equal(first.Id, Assert.Single(Raised(AlertEvents.MigrationDelay)).Id);
        Lags(host, 299);
        await _life.Pass(70);
        var over = Assert.Single(Raised(AlertEvents.MigrationDelay));
        Assert.Equal((first.Id, AlertCondition.Resolved), (over.Id, over.Condition));
        Lags(host, 301);
        await _life.Pass();
        Assert.NotEqual(first.Id, Assert.Single(Raised(AlertEvents.MigrationDelay)).Id);
    }

    [Fact]
    public async Task What_one_life_has_told_the_next_one_knows_and_resolves()
    {
        var (host, other) = await OneTaskRuns();
        await LongWhole();
        Lags(host, 301);
        await _life.Pass();
        var told = Assert.Single(Raised(AlertEvents.MigrationDelay));
        Restart();
        _life.Reports(other);
        await _life.Pass(3);
        // The host has not been heard in this life: nobody knows that it is over.
        Assert.All(Raised(AlertEvents.MigrationDelay), a => Assert.Equal((told.Id, AlertCondition.Firing), (a.Id, a.Condition)));
        Lags(host, 3);
        await _life.Pass();
        var over = Assert.Single(Raised(AlertEvents.MigrationDelay));
        Assert.Equal((told.Id, AlertCondition.Resolved), (over.Id, over.Condition));
        Restart();
        Lags(host, 3);
        await _life.Pass(2);
        Assert.Empty(Raised(AlertEvents.MigrationDelay));
    }

    [Fact]
    public async Task An_end_that_could_not_be_said_is_said_by_the_next_life()
    {
        var (host, _) = await OneTaskRuns();
        await LongWhole();
        Lags(host, 301);
        await _life.Pass();
        var told = Assert.Single(Raised(AlertEvents.MigrationDelay));
        Lags(host, 3);
        _life.Bus.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => _life.Pass());
        Restart();
        Lags(host, 3);
        await _life.Pass();
        Assert.Equal((told.Id, AlertCondition.Resolved), Raised(AlertEvents.MigrationDelay) is [var a] ? (a.Id, a.Condition) : default);
    }

    [Fact]
    public async Task What_another_replica_leads_is_not_resolved()
    {
        var (host, _) = await OneTaskRuns();
        await LongWhole();
        Lags(host, 301);
        await _life.Pass();
        _life.Bus.Take<AlertRaised>();
        await _life.Get<FindingBoard>().Tell([], region => region != "north", f => f.Over, default);
        Assert.Empty(_life.Bus.Take<AlertRaised>());
        await _life.Get<FindingBoard>().Tell([], region => region == "north", f => f.Over, default);
        Assert.Equal(AlertCondition.Resolved, Assert.Single(_life.Bus.Take<AlertRaised>()).Condition);
    }

    [Fact]
    public async Task Many_findings_are_told_over_some_passes()
    {
        await OneTaskRuns();
        _life.Bus.Take<AlertRaised>();
        var many = Enumerable.Range(0, 1200).Select(n => new Finding
        {
            Event = AlertEvents.SyncDelay, Scope = AlertScope.Task, Target = $"t{n}",
            Level = n == 1199 ? AlertLevel.Critical : AlertLevel.Warning,
            Summary = "", Description = "", Over = "", Region = "north", Since = Scene.Now,
        }).ToList();
        var findings = _life.Get<FindingBoard>();
        var told = new List<AlertRaised>();
        for (var pass = 0; pass < 3; pass++)
        {
            await findings.Tell(many, _ => true, f => f.Over, default);
            told.AddRange(_life.Bus.Take<AlertRaised>());
            Assert.Equal(Math.Min(1200, 500 * (pass + 1)), told.Count);
        }

        Assert.Equal("t1199", told.MinBy(t => t.Level)!.Target);
        Assert.Contains(told.Take(500), t => t.Target == "t1199");
        Assert.Equal(1200, told.DistinctBy(t => t.Target).Count());
        await findings.Tell(many, _ => true, f => f.Over, default);
        Assert.Empty(_life.Bus.Take<AlertRaised>());
    }

    [Theory]
    [InlineData(Autonomy.Recommend, AlertEvents.Recommendation)]
    [InlineData(Autonomy.Approve, AlertEvents.ApprovalNeeded)]
    public async Task What_HA_leaves_to_people_is_one_alert_for_each_incident(Autonomy autonomy, string @event)
    {
        var (host, other) = await OneTaskRuns();
        foreach (var task in (string[])["t2", "t3", "t4"])
        {
            await _life.NewTask(task);
        }

        await _life.Pass();
        _life.Obeys(host);
        _life.Obeys(other);
        await _life.Configure(c => c with { Autonomy = autonomy });
        var there = _life.Cluster.Components.All.Count(c => c.Host == host);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
        var raised = Assert.Single(Raised(@event));
        var ticket = Assert.Single(_life.Cluster.Tickets.All).Id;
        Assert.Equal((ticket, ticket, host), (raised.Target, raised.Incident, raised.Host));
        Assert.Equal(there, raised.Description.Split("move it from").Length - 1);
        Assert.Equal(autonomy == Autonomy.Approve,
            raised.Description.Contains($"POST /api/v1/tickets/{ticket}/approve", StringComparison.Ordinal));
        await _life.Configure(c => c with { Autonomy = Autonomy.Auto });
        await _life.Pass(2);
        Assert.Equal(AlertCondition.Resolved, Assert.Single(Raised(@event)).Condition);
    }

    [Fact]
    public async Task The_maintenance_of_an_idc_holds_back_what_HA_would_do_and_tells_it_once_at_its_end()
    {
        var (host, other) = await OneTaskRuns();
        await Begin(MaintenanceScope.IdcKey("north", "n1"));
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
        Assert.Equal(host, _life.Component("t1").Host);
        var now = Assert.Single((await _life.Get<SchedulerDecisionLog>().HeldBackNow(default))["idc:north/n1"]);
        Assert.Equal((host, "declare it Down"), (now.Object, now.Plan));
        var report = (await _life.Get<Maintenances>().End("idc:north/n1", default)).Value!;
        Assert.Equal((host, "declare it Down"), Assert.Single(report.HeldBack) is var act ? (act.Object, act.Plan) : default);
        await _life.Pass(2);
        var ended = Assert.Single(Raised(AlertEvents.MaintenanceEnded));
        Assert.Equal((AlertCondition.Firing, (int)AlertLevel.Reminder), (ended.Condition, ended.Level));
        Assert.Contains("declare it Down", ended.Description, StringComparison.Ordinal);
        Assert.Equal(other, _life.Component("t1").Host);
        Restart();
        await _life.Pass(2);
        Assert.Empty(Raised(AlertEvents.MaintenanceEnded));
        Assert.Equal("HA-143", (await _life.Get<Maintenances>().End("idc:north/n1", default)).Fault!.Code);
    }

    [Fact]
    public async Task The_maintenance_of_a_host_that_ends_in_the_registry_is_told_by_whichever_life_sees_it()
    {
        var (host, _) = await OneTaskRuns();
        var work = new Maintenance("disks", "ann", _time.GetUtcNow().AddHours(1), "token", _time.GetUtcNow());
        await _life.Cluster.Hosts.Change(host, v => v with { Maintenance = work }, default);
        await _life.Pass();
        // Another end is no other maintenance.
        await _life.Cluster.Hosts.Change(host, v => v with { Maintenance = work with { Until = work.Until.AddHours(1) } }, default);
        await _life.Pass();
        await _life.Cluster.Hosts.Change(host, v => v with { Maintenance = null }, default);
        Restart();
        await _life.Pass();
        var ended = Assert.Single(Raised(AlertEvents.MaintenanceEnded));
        Assert.Equal(("host:" + host, host), (ended.Target, ended.Host));
        Assert.Contains("nothing", ended.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forgotten_maintenance_still_holds_and_is_told_until_it_is_ended()
    {
        await OneTaskRuns();
        await Begin(MaintenanceScope.TaskKey("t1"), minutes: 1);
        await _life.Pass(60);
        Assert.Empty(Raised(AlertEvents.MaintenanceOverdue));
        await _life.Pass();
        Assert.Equal("task:t1", Assert.Single(Raised(AlertEvents.MaintenanceOverdue)).Target);
        Assert.NotNull(_life.Cluster.Maintenances.Find("task:t1"));
        await _life.Get<Maintenances>().End("task:t1", default);
        await _life.Pass();
        Assert.Equal(AlertCondition.Resolved, Assert.Single(Raised(AlertEvents.MaintenanceOverdue)).Condition);
    }

    [Fact]
    public async Task Alerts_of_a_task_in_maintenance_are_held_back_and_reported_at_its_end()
    {
        var (host, _) = await OneTaskRuns();
        await LongWhole();
        await Begin(MaintenanceScope.TaskKey("t1"));
        Lags(host, 301);
        await _life.Pass(3);
        Assert.Empty(Raised(AlertEvents.MigrationDelay));
        Assert.Equal(Reason.InMaintenance.Code, (await _life.Get<WhyAnswers>().Of("t1", default))!.Code);
        var report = (await _life.Get<Maintenances>().End("task:t1", default)).Value!;
        Assert.StartsWith("raise oms_migration_delay", Assert.Single(report.HeldBack).Plan, StringComparison.Ordinal);
        await _life.Pass();
        Assert.Single(Raised(AlertEvents.MigrationDelay));
    }
}
