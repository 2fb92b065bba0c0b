using Holdfast.Alerting.State;
using Holdfast.Alerting.Watch;
using Holdfast.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Alerting.Tests;

[Trait("Category", "slow")]
public class WatchTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Who_falls_silent_is_missed_who_says_that_it_stops_is_not_and_who_is_back_is_resolved()
    {
        await using var world = new World();
        using var watch = await Start(world);
        Beat(watch, "ha-scheduler", "a");
        Beat(watch, "ha-scheduler", "b");
        Beat(watch, "heartbeat", "c");
        Beat(watch, "heartbeat", "c", stopping: true);
        await world.Until(async () =>
        {
            Beat(watch, "alerting", "me");
            Beat(watch, "ha-scheduler", "b");
            return (await Alerts(world)).Count > 0;
        }, Step);
        var missed = Assert.Single(await Alerts(world));
        Assert.Equal(("ha-scheduler/a", AlertEvents.ServiceSilent), (missed.Target, missed.Event));
        await world.Until(async () =>
        {
            Beat(watch, "alerting", "me");
            Beat(watch, "ha-scheduler", "a");
            Beat(watch, "ha-scheduler", "b");
            return (await world.Find(missed.Id)).Condition == AlertCondition.Resolved;
        }, Step);
        Assert.Equal("The service ha-scheduler/a is heard again", Assert.Single(await Alerts(world)).Summary);
        await watch.StopAsync(World.Cancel);
    }

    [Fact]
    public async Task The_end_of_a_silence_says_how_it_ended()
    {
        await using var world = new World();
        using var watch = await Start(world);
        Beat(watch, "heartbeat", "c");
        await world.Until(async () =>
        {
            Beat(watch, "alerting", "me");
            return (await Alerts(world)).Count > 0;
        }, Step);
        Beat(watch, "heartbeat", "c", stopping: true);
        await world.Until(async () =>
        {
            Beat(watch, "alerting", "me");
            return Assert.Single(await Alerts(world)).Condition == AlertCondition.Resolved;
        }, Step);
        Assert.Equal("The service heartbeat/c has said that it stops", Assert.Single(await Alerts(world)).Summary);
        var missed = MissedServices.Silent("heartbeat", "c", TimeSpan.FromHours(24), T0);
        Assert.Equal("The service heartbeat/c has not been heard for a day and is taken for gone for good",
            MissedServices.Over(missed, MissedServices.IsForgotten).Summary);
        Assert.Equal(
            "The message bus is heard again",
            MissedServices.Over(MissedServices.Bus(TimeSpan.FromMinutes(1), T0), MissedServices.Heard).Summary);
        await watch.StopAsync(World.Cancel);
    }

    [Fact]
    public async Task While_the_bus_is_silent_it_alone_is_missed_and_everybody_gets_a_fresh_interval_after_it()
    {
        await using var world = new World();
        using var watch = await Start(world);
        Beat(watch, "heartbeat", "c");
        await world.Until(async () => (await Alerts(world)).Count > 0, Step);
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.Until(async () =>
        {
            Beat(watch, "alerting", "me");
            return (await Alerts(world)).All(a => a.Condition == AlertCondition.Resolved);
        }, TimeSpan.FromMilliseconds(100));
        Assert.Equal("message-bus", Assert.Single(await Alerts(world)).Target);
        await watch.StopAsync(World.Cancel);
    }

    [Fact]
    public async Task Alerting_that_was_stopped_itself_misses_nobody_and_who_stays_silent_is_missed_after_a_fresh_interval()
    {
        await using var world = new World();
        using var watch = await Made(world);
        Beat(watch, "alerting", "me");
        Beat(watch, "heartbeat", "c");
        await watch.Once();
        // Nothing of it runs meanwhile: neither its looks, nor the beats that it would hear.
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await watch.Once();
        Assert.Empty(await Alerts(world));
        await Looks(12);
        Assert.Empty(await Alerts(world));
        await Looks(1);
        Assert.Equal("heartbeat/c", Assert.Single(await Alerts(world)).Target);

        async Task Looks(int count)
        {
            for (var n = 0; n < count; n++)
            {
                world.Time.Advance(TimeSpan.FromSeconds(5));
                Beat(watch, "alerting", "me");
                await watch.Once();
            }
        }
    }

    [Fact]
    public async Task The_dead_mans_switch_is_asked_while_the_delivery_loop_ticks()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        var loop = await world.StartReplica();
        using var alive = new AliveSignal(
            new Uri(receiver.Url), TimeSpan.FromMinutes(1), world.ChannelHealth, loop,
            new OwnAlerts(world.Intake, loop, world.Time), world.Time, NullLogger<AliveSignal>.Instance);
        await alive.StartAsync(World.Cancel);
        await world.Until(() => Task.FromResult(receiver.Heard.Count >= 2), Step);
        await loop.StopAsync(World.Cancel);
        var asked = receiver.Heard.Count;
        var until = world.Time.GetUtcNow().AddMinutes(10);
        await world.Until(() => Task.FromResult(world.Time.GetUtcNow() >= until), TimeSpan.FromSeconds(5));
        Assert.InRange(receiver.Heard.Count, asked, asked + 1);
        await alive.StopAsync(World.Cancel);
    }

    /// <summary>An alert about alerting's own message needs no bus; when it cannot be stored, the switch is left to tell people.</summary>
    [Fact]
    public async Task What_alerting_cannot_consume_is_told_without_the_bus_or_else_by_the_dead_mans_switch()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        var loop = await world.StartReplica();
        var own = new OwnAlerts(world.Intake, loop, world.Time);
        await own.Raise(Poison(), World.Cancel);
        Assert.Equal("alerting.alert-raised", Assert.Single(await Alerts(world), a => a.Event == AlertEvents.PoisonMessage).Target);
        Assert.False(own.IsUntold);

        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => own.Raise(Poison() with { Id = "2" }, gone.Token));
        Assert.True(own.IsUntold);
        using var alive = new AliveSignal(
            new Uri(receiver.Url), TimeSpan.FromMinutes(1), world.ChannelHealth, loop, own, world.Time, NullLogger<AliveSignal>.Instance);
        await Assert.ThrowsAsync<InvalidOperationException>(() => alive.Once());
        Assert.Empty(receiver.Heard);
        world.Time.Advance(OwnAlerts.UntoldFor);
        Assert.False(own.IsUntold);
    }

    private static AlertRaised Poison() => new()
    {
        Id = "1",
        Event = AlertEvents.PoisonMessage,
        Scope = AlertScope.System,
        Target = "alerting.alert-raised",
        Level = (int)AlertLevel.Critical,
        Condition = AlertCondition.Firing,
        Summary = "A message for alerting.alert-raised could not be consumed",
        Description = "It lies in the queue alerting.alert-raised_error.",
        Region = "",
        At = T0,
    };

    private static async Task<ServiceWatch> Start(World world)
    {
        var watch = await Made(world);
        await watch.StartAsync(World.Cancel);
        return watch;
    }

    private static async Task<ServiceWatch> Made(World world) => new(
        world.Store.Open(AlertingCollections.Services), world.Intake, await world.StartReplica(), new Settings { Instance = "me" },
        world.Time, NullLogger<ServiceWatch>.Instance);

    private static void Beat(ServiceWatch watch, string service, string instance, bool stopping = false) =>
        watch.Hear(new ServiceBeat { Service = service, Instance = instance, Stopping = stopping, At = T0 });

    private static async Task<IReadOnlyList<Alert>> Alerts(World world) =>
        [.. (await world.Alerts.Query(Platform.State.DocumentQuery<Alert>.All, World.Cancel)).Items.Select(a => a.Document)];
}
