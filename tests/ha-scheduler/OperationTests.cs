using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Operators' orders, carried out by passes.</summary>
[Trait("Category", "slow")]
public sealed class OperationTests : OperationScene
{
    [Fact]
    public async Task A_stop_is_done_when_its_host_says_so_and_the_task_keeps_its_status()
    {
        var (host, _) = await OneTaskRuns();
        var stop = await Ordered(TicketKind.Stop);
        Assert.Equal(TicketStatus.Ready, stop.Status);
        await _life.Pass(2);
        await Is(stop.Id, TicketStatus.InProgress, $"{host} says Running");
        await Obeyed(host);
        await Is(stop.Id, TicketStatus.Successful);
        Assert.Equal((DesiredState.Stopped, DesiredState.Stopped), (_life.Component("t1").Desired, _life.Component("t1").ByHand));
        Assert.Equal(TaskIntent.Running, _life.Cluster.Tasks.Find("t1")!.Status);

        var start = await Ordered(TicketKind.Start);
        await _life.Pass();
        await Obeyed(host);
        await Is(start.Id, TicketStatus.Successful, "epoch 1");
        Assert.Equal(DesiredState.Running, _life.Component("t1").ByHand);
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Suspended, default);
        Assert.Equal((DesiredState.Stopped, null), (_life.Component("t1").Desired, _life.Component("t1").ByHand));
    }

    [Fact]
    public async Task What_has_failed_is_started_again_under_another_epoch_and_an_older_report_is_no_answer()
    {
        var (host, _) = await OneTaskRuns();
        await Config(c => c with { Enable = false });
        Says(host, ComponentState.Abnormal);
        await _life.Pass();
        var start = await Ordered(TicketKind.Start);
        await _life.Pass();
        Assert.Equal((2L, 0, null), (_life.Component("t1").Epoch, _life.Component("t1").Restarts, _life.Component("t1").FailedAt));
        await _life.Pass();
        await Is(start.Id, TicketStatus.InProgress, "nothing of that order");
        await Obeyed(host);
        await Is(start.Id, TicketStatus.Successful, "epoch 2");
    }

    [Fact]
    public async Task A_move_by_hand_starts_there_only_after_its_host_said_that_it_stopped_here()
    {
        var (host, other) = await OneTaskRuns();
        _life.Bus.Take<ComponentPlaced>();
        var move = await Ordered(TicketKind.Migrate, target: other);
        await _life.Pass(8);
        Assert.All(_life.Bus.Take<ComponentPlaced>(), p => Assert.Equal((host, DesiredState.Stopped, 2L), (p.Host, p.Desired, p.Epoch)));
        await Is(move.Id, TicketStatus.InProgress, "stops there");
        Says(host, ComponentState.Stopped);
        await _life.Pass(2);
        await Is(move.Id, TicketStatus.InProgress, $"is on {other}");
        await Obeyed(other);
        await Is(move.Id, TicketStatus.Successful, "epoch 3");
        Assert.Equal((other, other), ((await Look(move.Id)).Part.Target, _life.Component("t1").Host));
    }

    [Fact]
    public async Task What_was_stopped_is_moved_and_stays_stopped()
    {
        var (host, other) = await OneTaskRuns();
        await Ordered(TicketKind.Stop);
        await _life.Pass();
        await Obeyed(host);
        var move = await Ordered(TicketKind.Migrate);
        for (var i = 0; i < 4; i++)
        {
            await _life.Pass();
            _life.ObeyAll(host, other);
        }

        await _life.Pass();
        await Is(move.Id, TicketStatus.Successful);
        Assert.Equal((other, DesiredState.Stopped), (_life.Component("t1").Host, _life.Component("t1").Desired));
        Assert.DoesNotContain(_life.Bus.Take<ComponentPlaced>(), p => p.Desired == DesiredState.Running);
    }

    [Fact]
    public async Task What_is_deleted_goes_from_its_host_and_its_task_does_not_bring_it_back()
    {
        var (host, _) = await OneTaskRuns();
        var name = _life.Component("t1").Name!;
        Assert.Equal("HA-131", (await Order(TicketKind.Delete, confirm: name + " ")).Fault!.Code);
        Assert.Equal("HA-133", (await Order(TicketKind.Delete, confirm: name)).Fault!.Code);
        await Ordered(TicketKind.Stop);
        await _life.Pass();
        await Obeyed(host);
        var delete = await Ordered(TicketKind.Delete, confirm: name);
        await _life.Pass(2);
        await Is(delete.Id, TicketStatus.InProgress, $"{host} has not said that it is gone");
        await Obeyed(host);
        await _life.Pass();
        await Is(delete.Id, TicketStatus.Successful);
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Running, default);
        await _life.Pass(3);
        Restart();
        _life.Reports(host);
        await _life.Pass(3);
        Assert.Equal((DesiredState.Absent, null), (_life.Component("t1").Desired, _life.Component("t1").Host));
        Assert.Equal("HA-111",
            (await _life.Get<ComponentOperations>().Open(new Order(TicketKind.Start, Components: [name]), default)).Fault!.Code);
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        await _life.Pass();
        Assert.Null(_life.Component("t1"));
    }

    [Fact]
    public async Task A_component_in_one_operation_takes_no_other_and_the_fault_names_the_ticket()
    {
        await OneTaskRuns();
        var stop = await Ordered(TicketKind.Stop);
        var fault = (await Order(TicketKind.Start)).Fault!;
        Assert.Equal(("HA-132", 409), (fault.Code, fault.Status));
        Assert.Contains(stop.Id, fault.Detail, StringComparison.Ordinal);
        var both = await Task.WhenAll(Batch(TicketKind.Start), Batch(TicketKind.Start));
        Assert.All(both, b => Assert.Equal("HA-132", b.Fault!.Code));
        await _life.Pass(Late + 1);
        await Is(stop.Id, TicketStatus.Failed, "the order stands");
        var start = await Ordered(TicketKind.Start);
        Assert.Equal("HA-132", (await _life.Get<TicketOperations>().Retry(stop.Id, null, default)).Fault!.Code);
        await _life.Pass();
        Assert.True(_life.Cluster.Tickets.Find(start.Id)!.IsOpen);

        Task<Contracts.Outcome<Ticket>> Batch(string kind) =>
            _life.Get<ComponentOperations>().Open(new Order(kind, Task: "t1"), default);
    }

    [Fact]
    public async Task A_whole_host_is_one_ticket_with_a_sub_task_for_each_component()
    {
        var (host, other) = await OneTaskRuns();
        await _life.NewTask("t2");
        await _life.NewTask("t3");
        await _life.Pass();
        _life.ObeyAll(host, other);
        await _life.Pass();
        var there = _life.Cluster.Components.All.Where(c => c.Host == host).Select(c => c.Id).Order(StringComparer.Ordinal).ToList();
        var operations = _life.Get<ComponentOperations>();
        var move = (await operations.Open(new Order(TicketKind.Migrate, Host: host), default)).Value!;
        Assert.Equal((there.Count, host), (move.Total, Assert.Single(move.Hosts)));
        for (var i = 0; i < 5; i++)
        {
            await _life.Pass();
            _life.ObeyAll(host, other);
        }

        await _life.Pass();
        Assert.Equal((TicketStatus.Successful, there.Count), _life.Cluster.Tickets.Find(move.Id) is { } t ? (t.Status, t.Done) : default);
        Assert.Equal(there, (await _life.Cluster.PartsOf(move.Id, default)).Select(p => p.Component));
        Assert.All(_life.Cluster.Components.All, c => Assert.Equal(other, c.Host));
        Assert.Equal("HA-131", (await operations.Open(new Order(TicketKind.Stop, Host: host), default)).Fault!.Code);
        Assert.Equal("HA-110", (await operations.Open(new Order(TicketKind.Stop, Host: "h9"), default)).Fault!.Code);
        Assert.Equal("HA-112", (await operations.Open(new Order(TicketKind.Stop, Task: "t9"), default)).Fault!.Code);
    }

    [Fact]
    public async Task A_store_is_the_store_manager_s()
    {
        await OneTaskRuns();
        await _life.Cluster.Stores.Insert(new StorePlace(new StorePlaced
        {
            Store = "10.0.0.1-8000:t1-mysql:0000000001", Subtopic = "t1-mysql", Region = "north", Host = "h1", Revision = 1,
            Desired = DesiredState.Running, StartTimestamp = 0, Tasks = ["t1"], At = default,
        }), default);
        var order = new Order(TicketKind.Stop, Components: ["10.0.0.1-8000:t1-mysql:0000000001"]);
        var fault = (await _life.Get<ComponentOperations>().Open(order, default)).Fault!;
        Assert.Equal("HA-130", fault.Code);
        Assert.Contains("pause", fault.Workaround, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_was_never_wholly_written_is_not_begun_and_blocks_nothing()
    {
        await OneTaskRuns();
        var order = new Order(TicketKind.Stop, Components: ["t1"]);
        var ticket = ManualTicket.Open(order, [_life.Component("t1")], _time.GetUtcNow(), Guid.Empty);
        await _life.Cluster.Tickets.Insert(ticket, default);
        await _life.Cluster.SubTasks.Insert(ManualTicket.Part(ticket, order, _life.Component("t1"), _time.GetUtcNow()), default);
        Restart();
        await _life.Pass(60);
        Assert.Equal(TicketStatus.Initializing, _life.Cluster.Tickets.Find(ticket.Id)!.Status);
        await _life.Pass();
        await Is(ticket.Id, TicketStatus.Failed, "never begun");
        Assert.Equal(DesiredState.Running, _life.Component("t1").Desired);
        Assert.Equal(TicketStatus.Ready, (await Ordered(TicketKind.Stop)).Status);
    }

    [Fact]
    public async Task A_ticket_is_deleted_with_its_sub_tasks_thirty_days_after_its_end()
    {
        var (host, _) = await OneTaskRuns();
        var stop = await Ordered(TicketKind.Stop);
        await _life.Pass();
        await Obeyed(host);
        await Finished(30);
        Assert.NotNull(_life.Cluster.Tickets.Find(stop.Id));
        await Finished(31);
        Assert.Null(_life.Cluster.Tickets.Find(stop.Id));
        Assert.Empty(await _life.Cluster.PartsOf(stop.Id, default));

        async Task Finished(int daysAgo)
        {
            await _life.Cluster.Tickets.Change(
                stop.Id, t => t with { FinishedAt = _time.GetUtcNow().AddDays(-daysAgo).AddMinutes(1) }, default);
            await _life.Pass();
        }
    }
}
