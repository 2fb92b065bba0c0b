namespace Holdfast.HaScheduler.Tests;

/// <summary>An operator's move through all that can go wrong on its way.</summary>
public sealed class MoveByHandTests : OperationScene
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_move_goes_on_after_the_scheduler_died_in_any_phase_of_it(int phase)
    {
        var (host, other) = await OneTaskRuns();
        var move = await Ordered(TicketKind.Migrate, target: other);
        for (var i = 0; i < 8; i++)
        {
            if (i == phase)
            {
                Reborn(host, other);
            }

            await _life.Pass();
            _life.ObeyAll(host, other);
            AtMostOneRuns(host, other);
        }

        await Is(move.Id, TicketStatus.Successful);
        Assert.Equal((other, 3L, DesiredState.Running),
            (_life.Component("t1").Host, _life.Component("t1").Epoch, _life.Component("t1").Desired));
    }

    [Fact]
    public async Task What_never_stops_stays_where_it_is_and_may_be_tried_again()
    {
        var (host, other) = await OneTaskRuns();
        var move = await Ordered(TicketKind.Migrate);
        await _life.Pass(Late + 1);
        await Is(move.Id, TicketStatus.Failed, "it stays on " + host);
        Assert.Null(_life.Component("t1").Migration);
        Assert.Equal((host, DesiredState.Running), (_life.Component("t1").Host, _life.Component("t1").Told));
        Assert.DoesNotContain(_life.Bus.Take<ComponentPlaced>(), p => p.Host == other);

        var operations = _life.Get<TicketOperations>();
        Assert.Equal(TicketStatus.Ready, (await operations.Retry(move.Id, null, default)).Value!.Status);
        Assert.Equal("HA-138", (await operations.Retry(move.Id, null, default)).Fault!.Code);
        for (var i = 0; i < 5; i++)
        {
            await _life.Pass();
            _life.ObeyAll(host, other);
        }

        await _life.Pass();
        await Is(move.Id, TicketStatus.Successful);
        Assert.Equal(other, _life.Component("t1").Host);
    }

    [Fact]
    public async Task A_move_that_is_skipped_before_it_stopped_anything_leaves_all_as_it_was()
    {
        var (host, _) = await OneTaskRuns();
        var move = await Ordered(TicketKind.Migrate);
        await _life.Pass(2);
        Assert.NotNull(_life.Component("t1").Migration!.StoppingSince);
        await _life.Get<TicketOperations>().Skip(move.Id, _life.Component("t1").Name, "ann", default);
        await _life.Pass();
        await Is(move.Id, TicketStatus.Successful, "skipped by ann");
        Assert.Null(_life.Component("t1").Migration);
        _life.ObeyAll(host);
        Assert.Equal(ComponentState.Running, Assert.Single(_life.Says(host)).State);
    }

    [Fact]
    public async Task A_named_target_that_falls_silent_meanwhile_is_not_gone_to()
    {
        var (host, other) = await OneTaskRuns();
        var move = await Ordered(TicketKind.Migrate, target: other);
        await _life.Pass(2);
        _life.FallsSilent(other);
        await _life.Pass(DownAfter);
        Says(host, ComponentState.Stopped);
        _life.Bus.Take<ComponentPlaced>();
        await _life.Pass(2);
        await Is(move.Id, TicketStatus.Failed, $"stays on {host} after all");
        Assert.Equal((host, DesiredState.Running), (_life.Component("t1").Host, _life.Component("t1").Told));
        Assert.All(_life.Bus.Take<ComponentPlaced>(), p => Assert.Equal((host, DesiredState.Running), (p.Host, p.Desired)));
    }

    [Fact]
    public async Task Any_target_that_falls_silent_meanwhile_is_replaced_by_another_one()
    {
        _life.Reports("h3");
        var (host, _) = await OneTaskRuns();
        var move = await Ordered(TicketKind.Migrate);
        await _life.Pass(2);
        var lost = _life.Component("t1").Migration!.Target!;
        _life.FallsSilent(lost);
        await _life.Pass(DownAfter);
        Says(host, ComponentState.Stopped);
        var third = new[] { "h1", "h2", "h3" }.Single(h => h != host && h != lost);
        await _life.Pass(2);
        await Obeyed(third);
        await Is(move.Id, TicketStatus.Successful);
        Assert.Equal(third, _life.Component("t1").Host);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_goes_down_while_it_stops_something_ends_the_wait_for_it(bool enable)
    {
        var (host, other) = await OneTaskRuns();
        await Config(c => c with { Enable = enable });
        var move = await Ordered(TicketKind.Migrate);
        await _life.Pass(2);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
        await Obeyed(other);
        await _life.Pass();
        await Is(move.Id, TicketStatus.Successful);
        Assert.Equal((other, DesiredState.Running), (_life.Component("t1").Host, _life.Component("t1").Desired));
    }

    [Fact]
    public async Task With_ha_off_an_operator_moves_by_hand_what_stood_on_a_host_that_is_gone()
    {
        var (host, other) = await OneTaskRuns();
        await Config(c => c with { Enable = false });
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 20);
        Assert.Equal(host, _life.Component("t1").Host);
        var move = await Ordered(TicketKind.Migrate);
        await _life.Pass(2);
        await Obeyed(other);
        await Is(move.Id, TicketStatus.Successful);
        Assert.Equal((other, null), (_life.Component("t1").Host, _life.Component("t1").OperatedAt));
    }

    [Fact]
    public async Task What_had_failed_is_still_failed_where_it_stays_after_all()
    {
        var (host, _) = await OneTaskRuns();
        await Config(c => c with { Enable = false });
        Says(host, ComponentState.Abnormal);
        await _life.Pass();
        var move = await Ordered(TicketKind.Migrate);
        await _life.Pass(2);
        Says(host, ComponentState.Stopped);
        await _life.Get<TicketOperations>().Skip(move.Id, null, "ann", default);
        await _life.Pass();
        Assert.Equal((DesiredState.Stopped, ComponentState.Abnormal), (_life.Component("t1").Desired, _life.Component("t1").CarriedState));
    }

    [Fact]
    public async Task An_order_meets_a_change_that_it_has_not_seen_and_undoes_nothing_of_it()
    {
        await OneTaskRuns();
        using var other = new Life(_directory.Location, _time);
        await other.Cluster.Load(default);
        await other.Cluster.Components.Change(_life.Component("t1").Id, r => r with { Restarts = 2 }, default);
        var move = await Ordered(TicketKind.Migrate);
        await _life.Pass();
        Assert.Equal((2, move.Id), (_life.Component("t1").Restarts, _life.Component("t1").Migration?.Ticket));
    }

    [Fact]
    public async Task A_skip_that_another_process_wrote_is_not_overwritten_by_a_step()
    {
        await OneTaskRuns();
        var move = await Ordered(TicketKind.Migrate);
        using var other = new Life(_directory.Location, _time);
        await other.Cluster.Load(default);
        Assert.Null((await other.Get<TicketOperations>().Skip(move.Id, null, "ann", default)).Fault);
        await _life.Pass(2);
        await Is(move.Id, TicketStatus.Successful, "skipped by ann");
        Assert.Null(_life.Component("t1").Migration);
    }

    /// <summary>As the hosts themselves have it.</summary>
    private void AtMostOneRuns(params string[] hosts) =>
        Assert.True(hosts.Sum(h => _life.Says(h).Count(c => c.Pid is not null)) <= 1);
}
