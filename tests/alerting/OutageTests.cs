using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Tests;

/// <summary>Channels that fail for long, and what people do about it.</summary>
[Trait("Category", "slow")]
public class OutageTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Cancel => World.Cancel;

    [Fact]
    public async Task A_channel_that_fails_is_told_on_the_others_and_probed_and_nothing_of_it_is_lost()
    {
        var down = true;
        await using var sick = await Receiver.Start((context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref down) ? 503 : 200;
            return Task.CompletedTask;
        });
        await using var well = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(sick.Url, "sick"), Cancel);
        await world.Channels.Insert(Webhook(well.Url, "well") with { Events = [AlertEvents.ChannelFailing] }, Cancel);
        var loop = await world.StartReplica();
        await world.StartWatch(loop);
        for (var i = 0; i < 30; i++)
        {
            await world.Raise(Firing(T0, $"host-{i}"));
        }

        await world.Until(() => Task.FromResult(Said(well, "firing", AlertEvents.ChannelFailing)), Quick);
        Assert.Equal(Circuit.Open, (await world.ChannelHealth.Of("sick", Cancel)).Circuit);
        Assert.DoesNotContain(await world.AllDeliveries(), d => d.Channel == "sick" && d.Alert.StartsWith(
            Rules.Alerting.Alert.FingerprintOf(AlertEvents.ChannelFailing, "sick"), StringComparison.Ordinal));
        var tried = sick.Heard.Count;
        Assert.InRange(tried, 5, 16);
        Volatile.Write(ref down, false);
        await world.Until(async () => (await world.AllDeliveries()).Where(d => d.Channel == "sick").All(d => d.IsDelivered), Quick);
        await world.Until(() => Task.FromResult(Said(well, "resolved", AlertEvents.ChannelFailing)), Quick);
        Assert.Equal(30, sick.Heard.Select(r => r.Key).Distinct().Count());
        Assert.Single(well.Heard, r => r.Body.Contains("\"alarm_status\":\"resolved\""));
    }

    [Fact]
    public async Task While_the_circuit_is_open_nothing_uses_up_its_attempts()
    {
        await using var sick = await Receiver.Start(503);
        await using var world = new World();
        await world.Channels.Insert(Webhook(sick.Url) with { Concurrency = 1 }, Cancel);
        await world.StartReplica();
        for (var i = 0; i < 40; i++)
        {
            await world.Raise(Firing(T0, $"host-{i}"));
        }

        await world.Until(async () => (await world.ChannelHealth.Of("ops", Cancel)).Probes >= 2, Quick);
        Assert.True((await world.AllDeliveries()).Count(d => d.AttemptCount == 0) >= 30, "most were never tried");
        Assert.InRange(sick.Heard.Count, 7, 10);
    }

    [Fact]
    public async Task What_a_channel_gives_up_or_does_not_take_for_a_minute_its_fallback_is_told_and_the_end_too()
    {
        await using var refusing = await Receiver.Start(404);
        await using var hanging = await Receiver.StartHanging();
        await using var standIn = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(refusing.Url, "refusing") with { Fallback = "stand_in" }, Cancel);
        await world.Channels.Insert(Webhook(hanging.Url, "hanging") with { Fallback = "stand_in", Levels = [1] }, Cancel);
        await world.Channels.Insert(Webhook(standIn.Url, "stand_in") with { Levels = [5] }, Cancel);
        await world.StartReplica();
        await world.StartSweep();
        var one = await world.Raise(Firing(T0, "one"));
        await world.UntilDelivery(d => d is { Channel: "stand_in", InsteadOf: "refusing", IsDelivered: true });
        var two = await world.Raise(Firing(world.Time.GetUtcNow(), "two", level: 1));
        await world.UntilDelivery(d => d is { Channel: "stand_in", IsDelivered: true } && d.Alert == two.Id, Quick);
        await world.Raise(Resolved(world.Time.GetUtcNow(), "one"));
        await world.UntilDelivery(
            d => d is { Channel: "stand_in", Condition: AlertCondition.Resolved, IsDelivered: true } && d.Alert == one.Id, Quick);
        Assert.Single(await world.AllDeliveries(),
            d => d is { Channel: "stand_in", Condition: AlertCondition.Firing } && d.Alert == one.Id);
    }

    [Fact]
    public async Task What_gets_graver_while_a_channel_hangs_its_fallback_is_told_as_well()
    {
        await using var hanging = await Receiver.StartHanging();
        await using var standIn = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(hanging.Url, "hanging") with { Fallback = "stand_in" }, Cancel);
        await world.Channels.Insert(Webhook(standIn.Url, "stand_in") with { Levels = [5] }, Cancel);
        await world.StartReplica();
        await world.StartSweep();
        await world.Raise(Firing(T0, level: 3));
        await world.UntilDelivery(d => d is { Channel: "stand_in", Generation: 1, IsDelivered: true }, Quick);
        await world.Raise(Firing(world.Time.GetUtcNow(), level: 1));
        await world.UntilDelivery(d => d is { Channel: "stand_in", Generation: 2, IsDelivered: true }, Quick);
        Assert.Equal("hanging", (await world.AllDeliveries()).Single(d => d is { Channel: "stand_in", Generation: 2 }).InsteadOf);
    }

    [Fact]
    public async Task A_limit_of_twenty_a_minute_holds_over_all_replicas()
    {
        await using var receiver = await Receiver.Start(200, """{"errcode":0}""");
        await using var world = new World();
        var robot = Webhook(receiver.Url);
        await world.Channels.Insert(robot with { Settings = robot.SettingsOf<WebhookSettings>() with { Preset = "dingtalk" } }, Cancel);
        for (var i = 0; i < 50; i++)
        {
            await world.Raise(Firing(T0, $"host-{i}"));
        }

        await Task.WhenAll(world.StartReplica(), world.StartReplica());
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered), TimeSpan.FromMilliseconds(500));
        var times = (await world.AllDeliveries()).Select(d => d.Attempts[0].At).Order().ToList();
        for (var i = 20; i < times.Count; i++)
        {
            // Three seconds for the way from the permit to the attempt, on the clock of the test, which runs fast.
            Assert.True(times[i] - times[i - 20] >= TimeSpan.FromSeconds(57), $"{i}: {times[i] - times[i - 20]}");
        }
    }

    [Fact]
    public async Task Dead_letters_go_again_under_their_keys_and_those_whose_alert_has_gone_on_do_not()
    {
        var refuses = true;
        await using var receiver = await Receiver.Start((context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref refuses) ? 403 : 200;
            return Task.CompletedTask;
        });
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0, "still"));
        var over = await world.Raise(Firing(T0, "over"));
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.DeadAt is not null));
        await world.Raise(Resolved(T0.AddSeconds(1), "over"));
        Volatile.Write(ref refuses, false);
        var dead = (await world.Deliveries.Query(DeliveryStore.DeadLetters(["ops"]), Cancel)).Items;
        Assert.Equal(2, dead.Count);
        Assert.Equal(new Revival(1, 1), await world.OperatorActions.ReviveAll(["ops"], Cancel));
        Assert.Equal(SendingStatus.Completed, (await world.Find(over.Id)).Status);
        await world.UntilDelivery(d => d.Status == SendingStatus.SentAgain, Quick);
        Assert.Equal("still", Alert(receiver.Heard.Last()));
        Assert.Equal(2, receiver.Heard.Select(r => r.Key).Distinct().Count());
        Assert.Empty((await world.Deliveries.Query(DeliveryStore.DeadLetters([]), Cancel)).Items);
        Assert.Equal(new Revival(0, 0), await world.OperatorActions.ReviveAll([], Cancel));
    }

    [Fact]
    public async Task An_alert_whose_dead_letter_went_with_an_answer_that_was_lost_is_looked_at_soon()
    {
        await using var receiver = await Receiver.Start(403);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        var alert = await world.Raise(Firing(T0));
        await world.Until(async () => (await world.Find(alert.Id)).Status == SendingStatus.Failed);
        await world.Channels.Delete("ops", 1, Cancel);
        await world.Raise(Resolved(T0.AddSeconds(1)));
        Assert.Equal(SendingStatus.Failed, (await world.Find(alert.Id)).Status);
        var over = world.Over(deliveries: new AnswersLost<Delivery>(world.Deliveries));
        var actions = new OperatorActions(over.Planner, over.Alerts, over.Deliveries, world.Time);
        await Assert.ThrowsAsync<StateUnavailableException>(() => actions.ReviveAll([], Cancel));
        Assert.Equal(new Revival(0, 0), await world.OperatorActions.ReviveAll([], Cancel));
        await world.StartSweep();
        var asked = world.Time.GetUtcNow();
        await world.Until(
            async () => (await world.Find(alert.Id)).Status == SendingStatus.Completed, TimeSpan.FromSeconds(1));
        Assert.InRange(world.Time.GetUtcNow() - asked, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task What_is_cancelled_is_not_sent_and_no_dead_letter()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        var alert = await world.Raise(Firing(T0));
        var cancelled = Assert.Single((await world.OperatorActions.Cancel(alert.Id, Cancel)).Value!);
        Assert.StartsWith("AL-313", cancelled.Attempts[^1].Reason);
        Assert.Equal((true, null), (cancelled.Settled, cancelled.DeadAt));
        Assert.Empty((await world.OperatorActions.Cancel(alert.Id, Cancel)).Value!);
        Assert.Equal(SendingStatus.Failed, (await world.Find(alert.Id)).Status);
        Assert.Equal("AL-103", (await world.OperatorActions.Cancel("nope", Cancel)).Fault!.Code);
    }

    [Fact]
    public async Task The_end_of_one_occurrence_never_comes_after_the_beginning_of_the_next()
    {
        await using var flaky = await Receiver.Start((context, nth) =>
        {
            context.Response.StatusCode = nth is 2 or 3 ? 503 : 200;
            return Task.CompletedTask;
        });
        await using var world = new World();
        await world.Channels.Insert(Webhook(flaky.Url), Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d.IsDelivered);
        await world.Raise(Resolved(T0.AddSeconds(1)));
        await world.UntilDelivery(d => d is { Condition: AlertCondition.Resolved, AttemptCount: >= 1, ClaimedBy: null });
        await world.Raise(Firing(T0.AddSeconds(2)));
        await world.UntilDelivery(d => d is { Occurrence: 2, IsDelivered: true }, Quick);
        world.Time.Advance(TimeSpan.FromMinutes(10));
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.Settled), Quick);
        Assert.Contains("\"alarm_status\":\"firing\"", flaky.Heard.Last().Body);
        var end = Assert.Single(await world.AllDeliveries(), d => d.Condition == AlertCondition.Resolved);
        Assert.StartsWith("AL-312", end.Attempts[^1].Reason);
        Assert.Null(end.DeadAt);
    }

    private static bool Said(Receiver receiver, string status, string name) => receiver.Heard.Any(r =>
        r.Body.Contains($"\"alarm_status\":\"{status}\"", StringComparison.Ordinal) && r.Body.Contains(name, StringComparison.Ordinal));

    private static string Alert(Request request) =>
        System.Text.Json.JsonDocument.Parse(request.Body).RootElement.GetProperty("subject").GetString()!;
}
