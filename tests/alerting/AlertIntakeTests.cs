using Holdfast.Alerting.Deliver;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Alerting.Tests;

[Trait("Category", "slow")]
public class AlertIntakeTests
{
    private static CancellationToken Cancel => World.Cancel;

    [Fact]
    public async Task An_accepted_alert_and_its_deliveries_are_durable_and_saying_it_twice_changes_nothing()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(name: "a"), Cancel);
        await world.Channels.Insert(Webhook(name: "b"), Cancel);
        var alert = await world.Raise(Firing(T0.AddTicks(3)));
        await world.Raise(Firing(T0.AddTicks(3)));
        Assert.Equal(1, (await world.Find(alert.Id)).Count);
        Assert.Equal(["a", "b"], (await world.AllDeliveries()).Select(d => d.Channel).Order());
    }

    [Fact]
    public async Task Said_by_many_at_once_it_is_one_alert_and_every_saying_counts()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        world.Time.Advance(TimeSpan.FromSeconds(30));
        await Task.WhenAll(Enumerable.Range(1, 6).Select(_ => Task.Run(() => world.Raise(Firing(T0)), Cancel)));
        var alert = Assert.Single((await world.Alerts.Query(DocumentQuery<Alert>.All, Cancel)).Items).Document;
        Assert.Equal(1, alert.Count);
        Assert.Single(await world.AllDeliveries());
    }

    [Fact]
    public async Task A_crash_between_the_alert_and_its_deliveries_is_made_good_by_the_repeated_message()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        await world.Alerts.Insert(Alert(), Cancel);
        await world.Raise(Firing(T0));
        Assert.Single(await world.AllDeliveries());
    }

    [Fact]
    public async Task A_crash_between_the_alert_and_its_deliveries_is_made_good_by_the_sweep()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        await world.Alerts.Insert(Alert(), Cancel);
        using var sweep =
            new AlertSweep(world.Planner, world.Alerts, world.Deliveries, world.Time, NullLogger<AlertSweep>.Instance);
        await sweep.StartAsync(Cancel);
        await world.Until(async () => (await world.AllDeliveries()).Count == 1);
        await sweep.StopAsync(Cancel);
    }

    [Fact]
    public async Task The_sweep_completes_what_was_not_triggered_for_three_hours_and_forgets_what_is_old()
    {
        await using var world = new World();
        var alert = await world.Raise(Firing(T0));
        using var sweep =
            new AlertSweep(world.Planner, world.Alerts, world.Deliveries, world.Time, NullLogger<AlertSweep>.Instance);
        await sweep.StartAsync(Cancel);
        await world.Until(async () =>
            (await world.Find(alert.Id)).Status == SendingStatus.Completed, TimeSpan.FromMinutes(10));
        world.Time.SetWallClock(world.Time.GetUtcNow() + AlertSweep.Kept); // All the sweeps in between would find nothing.
        await world.Until(async () => await world.Alerts.Find(alert.Id, Cancel) is null, TimeSpan.FromMinutes(1));
        await sweep.StopAsync(Cancel);
    }

    [Fact]
    public async Task What_waits_for_a_deleted_channel_is_given_up_visibly()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        var alert = await world.Raise(Firing(T0));
        await world.Channels.Delete("ops", 1, Cancel);
        await world.Planner.Plan(alert.Id, Cancel);
        var delivery = Assert.Single(await world.AllDeliveries());
        Assert.True(delivery.Settled);
        Assert.StartsWith("AL-310", Assert.Single(delivery.Attempts).Reason);
        Assert.Equal(SendingStatus.Failed, (await world.Find(alert.Id)).Status);
    }

    [Fact]
    public async Task Who_lost_the_claim_records_a_success_and_no_failure()
    {
        await using var world = new World();
        var other = Delivery().Claimed("other", T0.AddMinutes(1));
        await world.Deliveries.Insert(other, Cancel);
        var mine = other with { ClaimedBy = "me" };
        var attempt = new Attempt { At = T0, DurationMs = 1, Ok = false, Reason = "AL-302 late" };
        Assert.Null(
            await world.DeliveryStore.Record(mine, attempt,
            new Retry.Step(SendingStatus.Failed, T0.AddSeconds(2), "AL-302 late"), Cancel));
        var told = await world.DeliveryStore.Record(mine, attempt with { Ok = true },
            new Retry.Step(SendingStatus.Successful, null, null), Cancel);
        Assert.True(told!.IsDelivered);
        Assert.Null(
            await world.DeliveryStore.Record(other, attempt with { Ok = true },
            new Retry.Step(SendingStatus.Successful, null, null), Cancel));
    }
}
