using Holdfast.Alerting.Deliver;
using static Holdfast.Contracts.Views.SendingStatus;

namespace Holdfast.Alerting.Tests;

public class LifeTests
{
    private static CancellationToken Cancel => World.Cancel;

    [Fact]
    public async Task An_illegal_change_does_not_reach_the_store()
    {
        await using var world = new World();
        var sent = Delivery().Sent();
        await world.Deliveries.Insert(sent, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => world.DeliveryStore.Change(sent.Id, d => d with { Status = Pending }, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => world.DeliveryStore.Change(sent.Id, d => d with { NextAttempt = T0 }, Cancel));
        Assert.Equal(1, (await world.Deliveries.Find(sent.Id, Cancel))!.Value.Version);
    }

    [Fact]
    public async Task Completed_by_recovery_and_by_silence_are_told_apart_and_a_trigger_after_it_is_a_new_occurrence()
    {
        await using var world = new World();
        await world.Raise(Firing(T0));
        var recovered = await world.Raise(Resolved(T0.AddSeconds(1)));
        var shown = await world.Find(recovered.Id);
        Assert.Equal((Completed, Ending.Recovery, (DateTimeOffset?)T0), (shown.Status, shown.CompletedBy!.Value, shown.CompletedAt));
        Assert.Null(shown.DueAt);

        var second = await world.Raise(Firing(T0.AddSeconds(2)));
        Assert.Equal((shown.Fingerprint, 2, Pending), (second.Fingerprint, second.Occurrence, second.Status));
        world.Time.Advance(TimeSpan.FromHours(3));
        await world.Planner.Plan(second.Id, Cancel);
        Assert.Equal((Completed, Ending.Silence), ((await world.Find(second.Id)).Status, (await world.Find(second.Id)).CompletedBy!.Value));
        var third = await world.Raise(Firing(T0.AddHours(3)));
        Assert.Equal((3, null), (third.Occurrence, third.CompletedBy));
    }

    [Fact]
    public async Task A_trigger_just_before_three_hours_keeps_it_open()
    {
        await using var world = new World();
        var first = await world.Raise(Firing(T0));
        world.Time.Advance(Completion.After - TimeSpan.FromTicks(10));
        var again = await world.Raise(Firing(world.Time.GetUtcNow()));
        Assert.Equal((first.Id, 2L, world.Time.GetUtcNow()), (again.Id, again.Count, again.LastTriggered));
        world.Time.Advance(Completion.After - TimeSpan.FromTicks(10));
        await world.Planner.Plan(first.Id, Cancel);
        Assert.Equal(Pending, (await world.Find(first.Id)).Status);
    }

    [Fact]
    public async Task A_resend_brings_a_completed_alert_back_as_Pending()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        var alert = await world.Raise(Firing(T0));
        await world.Channels.Delete("ops", 1, Cancel);
        world.Time.Advance(Completion.After);
        await world.Planner.Plan(alert.Id, Cancel);
        Assert.Equal(Completed, (await world.Find(alert.Id)).Status);
        await world.Channels.Insert(Webhook() with { CreatedAt = T0 }, Cancel);
        Assert.Null((await world.OperatorActions.Resend(alert.Id, Cancel)).Fault);
        var shown = await world.Find(alert.Id);
        Assert.Equal((Pending, null), (shown.Status, shown.CompletedBy));
        Assert.Equal(2, (await world.AllDeliveries()).Count);
    }

    [Fact]
    public async Task A_task_under_IGNORE_is_kept_and_told_to_nobody()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        await world.Raise(Firing(T0) with { Protection = ProtectionLevel.Ignore });
        Assert.Empty(await world.AllDeliveries());
        await world.Raise(Firing(T0, "other") with { Protection = ProtectionLevel.Low });
        Assert.Single(await world.AllDeliveries());
    }

    [Fact]
    public async Task Of_many_at_once_each_condition_keeps_its_order_and_count()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        var many = Enumerable.Range(0, 300).Select(i => Firing(T0.AddMilliseconds(i), $"host-{i % 100}")).ToList();
        var received = await world.Intake.AcceptMany(many, null, Cancel);
        Assert.Equal(100, received.Count(r => r.Transition == Transition.Opened));
        Assert.Equal(200, received.Count(r => r.Transition == Transition.Counted));
        Assert.Equal(100, (await world.AllDeliveries()).Count);
        Assert.Equal(3, (await world.Find(received[0].Alert.Id)).Count);
    }

    [Fact]
    public async Task A_host_and_the_tasks_on_it_that_come_at_once_are_one_family()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        var tasks = Enumerable.Range(0, 20).Select(i => Firing(T0, $"task-{i}") with
        {
            Event = AlertEvents.SyncDelay, Scope = AlertScope.Task, Host = "host-1",
        });
        var received = await world.Intake.AcceptMany([Firing(T0), .. tasks], null, Cancel);
        Assert.All(received.Skip(1), r => Assert.Equal(received[0].Alert.Id, r.Alert.Parent));
        Assert.Single(await world.AllDeliveries());
    }
}
