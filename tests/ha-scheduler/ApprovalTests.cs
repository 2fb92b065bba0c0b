namespace Holdfast.HaScheduler.Tests;

/// <summary>HA waits for a person when autonomy is approve.</summary>
public sealed class ApprovalTests : OperationScene
{
    [Fact]
    public async Task A_restart_waits_in_a_ticket_until_it_is_approved_and_the_ticket_ends_with_it()
    {
        var id = await Waits();
        await Is(id, TicketStatus.Ready, "restart it where it is");
        await _life.Pass(20);
        Assert.Equal(1, _life.Component("t1").Epoch);
        var approved = await Operations.Approve(id, "ann", default);
        Assert.Equal("ann", approved.Value!.Approval!.By);
        Assert.Equal("HA-139", (await Operations.Approve(id, "bob", default)).Fault!.Code);
        await _life.Pass();
        Assert.Equal(2, _life.Component("t1").Epoch);
        await Is(id, TicketStatus.Successful, "done: epoch 2");
    }

    [Fact]
    public async Task A_restart_that_is_declined_is_not_asked_for_again_for_the_same_failure()
    {
        var id = await Waits();
        Assert.Equal("HA-138", (await Operations.Retry(id, null, default)).Fault!.Code);
        await Operations.Skip(id, null, "ann", default);
        await _life.Pass(5);
        await Is(id, TicketStatus.Successful, "declined by ann");
        Assert.Equal((1L, 1), (_life.Component("t1").Epoch, _life.Cluster.Tickets.Count));
    }

    [Fact]
    public async Task A_restart_that_is_not_needed_any_more_is_asked_for_anew_when_it_is()
    {
        var id = await Waits();
        Says(_life.Component("t1").Host!, ComponentState.Running, 4711);
        await _life.Pass(2);
        await Is(id, TicketStatus.Successful, "not needed any more");
        Says(_life.Component("t1").Host!, ComponentState.Abnormal);
        await _life.Pass(3);
        await Is(id, TicketStatus.Ready);
        Reborn(_life.Component("t1").Host!);
        await _life.Pass(3);
        Assert.Null((await Operations.Approve(id, "ann", default)).Fault);
        await _life.Pass();
        Assert.Equal(2, _life.Component("t1").Epoch);
    }

    [Fact]
    public async Task A_failover_waits_in_its_ticket_and_goes_on_in_the_pass_after_it_is_approved()
    {
        var (dead, alive) = await OneTaskRuns();
        await Config(c => c with { Autonomy = Autonomy.Approve });
        _life.FallsSilent(dead);
        await _life.Pass(DownAfter + 3);
        var id = Assert.Single(_life.Cluster.Tickets.All).Id;
        await Is(id, TicketStatus.Ready, "HA-217");
        Assert.Equal(dead, _life.Component("t1").Host);
        Assert.Equal("HA-138", (await Operations.Skip(id, null, "ann", default)).Fault!.Code);
        Assert.Null((await Operations.Approve(id, "ann", default)).Fault);
        await _life.Pass();
        Assert.Equal(alive, _life.Component("t1").Host);
        Assert.Equal(TicketStatus.Successful, _life.Cluster.Tickets.Find(id)!.Status);
    }

    [Fact]
    public async Task Nothing_waits_for_approval_in_an_operator_s_own_ticket()
    {
        await OneTaskRuns();
        var stop = await Ordered(TicketKind.Stop);
        Assert.Equal("HA-139", (await Operations.Approve(stop.Id, "ann", default)).Fault!.Code);
        Assert.Equal("HA-136", (await Operations.Approve("no-such", "ann", default)).Fault!.Code);
        Assert.Equal("HA-137", (await Operations.Skip(stop.Id, "no-such", "ann", default)).Fault!.Code);
    }

    private TicketOperations Operations => _life.Get<TicketOperations>();

    private async Task<string> Waits()
    {
        var (host, _) = await OneTaskRuns();
        await Config(c => c with { Autonomy = Autonomy.Approve });
        Says(host, ComponentState.Abnormal);
        await _life.Pass(3);
        return $"restart-{_life.Component("t1").Id}-1";
    }
}
