using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts that operators delete, and those that come back under their ids.</summary>
public sealed class HostRemovalTests : PassScene
{
    private async Task<string?> Delete(string host, string? confirm = null) =>
        (await _life.Get<HostRemoval>().Order(host, confirm ?? host, default)).Fault?.Code;

    /// <summary>The host that ran the task is Down, and its work is on the other one.</summary>
    private async Task<(string Gone, string Other)> OneIsDown()
    {
        var (host, other) = await OneTaskRuns();
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 1);
        Assert.Equal(HostState.Down, _life.Cluster.Hosts.Find(host)!.State);
        _life.Obeys(other);
        await _life.Pass();
        Assert.Equal(other, _life.Component("t1").Host);
        _life.Bus.Take<AlertRaised>();
        return (host, other);
    }

    private DateTimeOffset DeletedAt(string host) => _life.Cluster.Forgotten.Find(host)!.At;

    [Fact]
    public async Task A_Down_host_is_forgotten_its_alert_is_over_and_it_waits_for_nothing()
    {
        var (gone, other) = await OneIsDown();
        Assert.NotEmpty(_life.Component("t1").Former);
        Assert.Null(await Delete(gone));
        await _life.Pass(2);
        Assert.Null(_life.Cluster.Hosts.Find(gone));
        var said = _life.Bus.Take<HostForgotten>()[^1];
        Assert.Equal((gone, DeletedAt(gone)), (said.Host, said.At));
        var over = _life.Bus.Take<AlertRaised>().First(a => a.Event == AlertEvents.HostDown);
        Assert.Equal((AlertCondition.Resolved, $"Host {gone} was deleted"), (over.Condition, over.Summary));

        _life.Forgets(gone, said.At);
        await _life.Pass(2);
        Assert.Empty(_life.Component("t1").Former);
        Assert.Equal(other, _life.Component("t1").Host);
        _life.Bus.Take<HostForgotten>();
        await _life.Pass(20);
        Assert.Empty(_life.Bus.Take<HostForgotten>());
        Assert.Null(_life.Cluster.Hosts.Find(gone));
    }

    [Fact]
    public async Task It_is_said_again_until_it_is_answered_also_by_another_life()
    {
        var (gone, _) = await OneIsDown();
        Assert.Null(await Delete(gone));
        await _life.Pass(12);
        Assert.InRange(_life.Bus.Take<HostForgotten>().Count, 2, 4);
        Restart();
        _life.Reports(gone == "h1" ? "h2" : "h1");
        await _life.Pass(3);
        Assert.NotEmpty(_life.Bus.Take<HostForgotten>());
        Assert.Null(_life.Cluster.Hosts.Find(gone));
    }

    [Fact]
    public async Task A_host_with_work_that_is_not_Down_is_refused_with_what_to_do()
    {
        var (host, other) = await OneTaskRuns();
        var fault = (await _life.Get<HostRemoval>().Order(host, host, default)).Fault!;
        Assert.Equal(("HA-119", 409), (fault.Code, fault.Status));
        Assert.Contains(_life.Component("t1").Name!, fault.Detail, StringComparison.Ordinal);
        Assert.Contains("Drain", fault.Workaround, StringComparison.Ordinal);
        Assert.Equal("HA-120", await Delete(other, "H2"));
        Assert.Equal("HA-120", (await _life.Get<HostRemoval>().Order(other, null, default)).Fault?.Code);
        Assert.Equal("HA-110", await Delete("h9"));
        Assert.Equal(2, _life.Cluster.Hosts.Count);
    }

    [Fact]
    public async Task What_could_not_be_moved_off_a_Down_host_goes_elsewhere_under_a_higher_epoch()
    {
        var (host, other) = await OneTaskRuns();
        await _life.Configure(c => c with { EnableHost = false });
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 1);
        var before = _life.Component("t1");
        Assert.Equal(host, before.Host);
        Assert.Null(await Delete(host));
        await _life.Pass(2);
        var after = _life.Component("t1");
        Assert.Equal((other, DesiredState.Running), (after.Host, after.Desired));
        Assert.True(after.Epoch > before.Epoch);
        Assert.DoesNotContain(after.Former, f => f.Host == host);
    }

    [Fact]
    public async Task Until_heartbeat_has_forgotten_it_nobody_comes_back_under_its_id()
    {
        var (gone, _) = await OneIsDown();
        Assert.Null(await Delete(gone));
        await _life.Pass();
        _life.StartsAnew(gone, incarnation: 2);
        await _life.Pass(3);
        Assert.Null(_life.Cluster.Hosts.Find(gone));
        _life.Forgets(gone, DeletedAt(gone));
        await _life.Pass(2);
        Assert.NotNull(_life.Cluster.Hosts.Find(gone));
    }

    [Fact]
    public async Task A_host_that_comes_back_is_a_new_one_and_is_quarantined_first()
    {
        var (gone, _) = await OneIsDown();
        var before = _life.Component("t1").Former[0];
        Assert.Null(await Delete(gone));
        await _life.Pass();
        _life.Forgets(gone, DeletedAt(gone));
        await _life.Pass(2);
        // It still runs what was there: a machine that was away, not gone.
        _life.Reports(gone, 1, new ComponentReport
        {
            Name = before.Name, Kind = ComponentKind.IncrSync, Epoch = before.Epoch, State = ComponentState.Running, Pid = 1,
        });
        await _life.Pass(3);
        Assert.Equal(HostState.Quarantined, _life.Cluster.Hosts.Find(gone)!.State);
        Assert.Null(_life.Cluster.Hosts.Find(gone)!.Incident);
        _life.Reports(gone);
        await _life.Pass(3);
        Assert.Equal(HostState.Online, _life.Cluster.Hosts.Find(gone)!.State);
        Assert.Null(_life.Cluster.Forgotten.Find(gone));
    }

    [Fact]
    public async Task A_host_that_is_back_before_the_order_takes_effect_stays()
    {
        var (gone, _) = await OneIsDown();
        var order = new ForgottenHost
        {
            Verdict = _life.Cluster.Hosts.Find(gone)! with { Since = _time.GetUtcNow().AddYears(-1) }, Incarnation = 1, Sequence = 1,
            At = _time.GetUtcNow(),
        };
        await _life.Cluster.Forgotten.Insert(order, default);
        await _life.Pass(2);
        Assert.NotNull(_life.Cluster.Hosts.Find(gone));
        Assert.Null(_life.Cluster.Forgotten.Find(gone));
    }

    [Fact]
    public async Task Its_Stores_are_named_until_the_store_manager_has_taken_them_off()
    {
        var (gone, _) = await OneIsDown();
        var store = new StorePlaced
        {
            Store = "10.0.0.1-9000:mysql:0000000001", Subtopic = "mysql", Region = "north", Host = gone, Revision = 1,
            Desired = DesiredState.Running, StartTimestamp = 0, At = _time.GetUtcNow(),
        };
        await _life.Cluster.Take(store, default);
        Assert.Null(await Delete(gone));
        await _life.Pass();
        _life.Forgets(gone, DeletedAt(gone));
        await _life.Pass(7);
        Assert.All(_life.Bus.Take<HostForgotten>(), said => Assert.Equal([store.Store], said.Stores));
        await _life.Cluster.Take(store with { Revision = 2, Desired = DesiredState.Absent }, default);
        await _life.Pass(12);
        Assert.Empty(_life.Bus.Take<HostForgotten>());
    }

    [Fact]
    public async Task A_second_deletion_is_later_than_the_first_also_after_the_clock_was_set_back()
    {
        var (gone, _) = await OneIsDown();
        Assert.Null(await Delete(gone));
        await _life.Pass();
        var first = DeletedAt(gone);
        await _life.Cluster.Hosts.Insert(Scene.Verdict(gone, HostState.Down) with { ForgottenAt = first.AddHours(1) }, default);
        Assert.Null(await Delete(gone));
        Assert.True(DeletedAt(gone) > first.AddHours(1));
    }

    /// <summary>Two replicas took the order, one after the other; what was written last was the order that was given first.</summary>
    [Fact]
    public async Task An_answer_to_a_later_order_answers_the_one_that_was_written_last()
    {
        var (gone, _) = await OneIsDown();
        Assert.Null(await Delete(gone));
        await _life.Pass();
        var later = DeletedAt(gone).AddSeconds(6);
        _life.Forgets(gone, later);
        await _life.Pass(2);
        _life.StartsAnew(gone, incarnation: 2);
        await _life.Pass(3);
        Assert.Equal(later, _life.Cluster.Hosts.Find(gone)?.ForgottenAt);
        // A next deletion is none that was answered already.
        Assert.Equal(later.AddMilliseconds(1), HostRemovalRules.After(later.AddSeconds(-5), null, later));
        Assert.Equal(later, HostRemovalRules.After(later, null, later.AddSeconds(-5)));
    }

    [Fact]
    public async Task An_empty_host_is_deleted_while_it_is_Online_and_counts_no_more()
    {
        _life.Reports("h1");
        _life.Reports("h2");
        await _life.Pass(2);
        Assert.Null(await Delete("h2"));
        _life.FallsSilent("h2");
        await _life.Pass(2);
        _life.Forgets("h2", DeletedAt("h2"));
        await _life.Pass(DownAfter + 2);
        Assert.Null(_life.Cluster.Hosts.Find("h2"));
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.HostDown);
    }

    /// <summary>A replica that had not heard yet what came to the host found it empty.</summary>
    [Fact]
    public async Task What_came_to_it_at_the_last_moment_goes_elsewhere_before_its_id_is_known_again()
    {
        var (host, other) = await OneTaskRuns();
        var before = _life.Component("t1");
        var order = new ForgottenHost
        {
            Verdict = _life.Cluster.Hosts.Find(host)!, Incarnation = 1, Sequence = 1000, At = _time.GetUtcNow(), IsDeleted = true,
        };
        await _life.Cluster.Forgotten.Insert(order, default);
        Assert.True(await _life.Cluster.Hosts.Delete(host, default));
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 2);
        Assert.Equal(before.Epoch, _life.Component("t1").Epoch);

        _life.Forgets(host, order.At);
        _life.StartsAnew(host, incarnation: 2);
        await _life.Pass(DownAfter);
        Assert.Null(_life.Cluster.Hosts.Find(host));
        await _life.Pass(3);
        Assert.NotNull(_life.Cluster.Hosts.Find(host));
        Assert.True(_life.Component("t1").Host is not null && _life.Component("t1").Epoch > before.Epoch + 1);
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p.Host == other && p.Epoch == _life.Component("t1").Epoch);
    }
}
