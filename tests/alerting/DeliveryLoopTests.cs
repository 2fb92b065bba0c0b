using System.Diagnostics;
using Holdfast.Alerting.Deliver;
using Holdfast.Platform.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Alerting.Tests;

[Trait("Category", "slow")]
public class DeliveryLoopTests
{
    /// <summary>For waits over several backoffs.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Cancel => World.Cancel;

    [Fact]
    public async Task An_alert_is_told_and_its_end_too_in_this_order()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        var alert = await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d.Status == SendingStatus.Successful);
        await world.Until(async () => (await world.Find(alert.Id)).Status == SendingStatus.Successful);
        await world.Raise(Resolved(T0.AddSeconds(1)));
        await world.Until(async () => (await world.Find(alert.Id)).Status == SendingStatus.Completed);
        Assert.Equal(["firing", "resolved"], receiver.Heard.Select(Said));
        Assert.Equal(2, receiver.Heard.Select(r => r.Key).Distinct().Count());
    }

    [Fact]
    public async Task What_failed_first_goes_again_under_the_same_key_and_is_Sent_again()
    {
        await using var receiver = await Receiver.Start((context, nth) =>
        {
            context.Response.StatusCode = nth < 3 ? 500 : 200;
            return Task.CompletedTask;
        });
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        var alert = await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d is { Status: SendingStatus.Failed, NextAttempt: not null });
        await world.UntilDelivery(d => d.Status == SendingStatus.SentAgain);
        await world.Until(async () => (await world.Find(alert.Id)).Status == SendingStatus.SentAgain);
        var delivery = Assert.Single(await world.AllDeliveries());
        Assert.Equal([false, false, true], delivery.Attempts.Select(a => a.Ok));
        Assert.Equal([500, 500, 200], delivery.Attempts.Select(a => a.Answer));
        Assert.Single(receiver.Heard.Select(r => r.Key).Distinct());
        Assert.True(delivery.Attempts[1].At - delivery.Attempts[0].At >= TimeSpan.FromSeconds(1.6),
            "the delay was kept");
    }

    [Fact]
    public async Task A_channel_that_hangs_holds_up_no_other()
    {
        await using var hanging = await Receiver.StartHanging();
        await using var quick = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(hanging.Url, "a_hangs"), Cancel);
        await world.Channels.Insert(Webhook(quick.Url, "b_quick"), Cancel);
        await world.StartReplica();
        for (var i = 0; i < 40; i++)
        {
            await world.Raise(Firing(T0, $"host-{i}"));
        }

        // Time hardly moves: not one attempt on the hanging channel reaches its limit meanwhile.
        await world.Until(() => Task.FromResult(quick.Heard.Count == 40), TimeSpan.FromMilliseconds(10));
        Assert.DoesNotContain(await world.AllDeliveries(), d => d is { Channel: "a_hangs", AttemptCount: > 0 });
        Assert.InRange(hanging.Heard.Count, 1, 8);
    }

    [Fact]
    public async Task Replicas_share_the_work_and_deliver_each_once()
    {
        await using var receiver =
            await Receiver.Start((_, _) => Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        for (var i = 0; i < 60; i++)
        {
            await world.Raise(Firing(T0, $"host-{i}"));
        }

        await Task.WhenAll(world.StartReplica(), world.StartReplica(), world.StartReplica());
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered), TimeSpan.FromMilliseconds(50));
        Assert.Equal(60, receiver.Heard.Count);
        Assert.Equal(60, receiver.Heard.Select(r => r.Key).Distinct().Count());
    }

    [Fact]
    public async Task What_a_dead_replica_had_claimed_is_delivered_when_the_claim_ends_under_the_same_key()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.Raise(Firing(T0));
        var found = (await world.Deliveries.Find((await world.AllDeliveries())[0].Id, Cancel))!.Value;
        await world.Deliveries.Replace(found.Document.Claimed("dead", T0.AddSeconds(40)), found.Version, Cancel);
        await world.StartReplica();
        await world.UntilDelivery(d => d.IsDelivered, TimeSpan.FromMilliseconds(500));
        Assert.Equal(found.Document.Id, Assert.Single(receiver.Heard).Key);
        Assert.True(world.Time.GetUtcNow() >= T0.AddSeconds(40), "not before the claim's end");
    }

    [Fact]
    public async Task An_end_waits_for_the_beginning_that_is_still_to_be_told()
    {
        var down = true;
        await using var receiver = await Receiver.Start((context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref down) ? 503 : 200;
            return Task.CompletedTask;
        });
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d.AttemptCount == 2, Quick);
        await world.Raise(Resolved(T0.AddSeconds(1)));
        await world.UntilDelivery(d => d.AttemptCount == 4, Quick);
        Volatile.Write(ref down, false);
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered), Quick);
        Assert.Equal("resolved", Said(receiver.Heard.Last()));
        Assert.Single(receiver.Heard, r => Said(r) == "resolved");
    }

    [Fact]
    public async Task A_resend_tells_again_at_once_under_a_new_key()
    {
        await using var receiver = await Receiver.Start((context, nth) =>
        {
            context.Response.StatusCode = nth == 1 ? 404 : 200;
            return Task.CompletedTask;
        });
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        var alert = await world.Raise(Firing(T0));
        await world.Until(async () => (await world.Find(alert.Id)).Status == SendingStatus.Failed);
        Assert.True(Assert.Single(await world.AllDeliveries()).Settled);
        Assert.Null((await world.OperatorActions.Resend(alert.Id, Cancel)).Fault);
        // On a busy machine the clock of the test may outrun an attempt: then the answer comes to the next one.
        await world.Until(async () => (await world.Find(alert.Id)).Status is SendingStatus.Successful or SendingStatus.SentAgain);
        Assert.Equal(2, receiver.Heard.Select(r => r.Key).Distinct().Count());
        Assert.Equal("AL-103", (await world.OperatorActions.Resend("nope", Cancel)).Fault!.Code);
    }

    [Fact]
    public async Task A_changed_channel_is_used_as_it_is_now()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook("http://127.0.0.1:1/"), Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d.AttemptCount == 1);
        Assert.StartsWith("AL-301", (await world.AllDeliveries())[0].Attempts[0].Reason);
        await world.Channels.Replace(Webhook(receiver.Url), 1, Cancel);
        await world.UntilDelivery(d => d.Status == SendingStatus.SentAgain);
    }

    [Fact]
    public async Task The_trace_of_the_message_goes_on_to_the_receiver()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HoldfastTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await world.Intake.Accept(Firing(T0), $"00-{Trace}-b7ad6b7169203331-01", Cancel);
        await world.UntilDelivery(d => d.IsDelivered);
        Assert.Contains(Trace, receiver.Heard.Single().Headers["traceparent"]);
    }

    [Fact]
    public void The_published_key_is_the_same_for_the_same_delivery()
    {
        Assert.Equal(DeliveryAttempt.MessageId("a-1-b"), DeliveryAttempt.MessageId("a-1-b"));
        Assert.NotEqual(DeliveryAttempt.MessageId("a-1-b"), DeliveryAttempt.MessageId("a-2-b"));
    }

    private static string Said(Request request) => request.Body.Contains("\"alarm_status\":\"resolved\"") ? "resolved"
        : "firing";

    [Fact]
    public async Task No_more_go_at_once_than_the_channel_takes_and_the_others_follow()
    {
        var (there, most) = (0, 0);
        await using var world = new World();
        await using var receiver = await Receiver.Start(async (_, _) =>
        {
            lock (world)
            {
                most = Math.Max(most, ++there);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            Interlocked.Decrement(ref there);
        });
        await world.Channels.Insert(Webhook(receiver.Url) with { Concurrency = 4 }, Cancel);
        await world.StartReplica();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => world.Raise(Firing(T0, $"other-{i}"))));
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered), TimeSpan.FromMilliseconds(10));
        Assert.InRange(most, 2, 4);
        Assert.Equal(60, receiver.Heard.Select(r => r.Key).Distinct().Count());
        Assert.Equal(60, receiver.Heard.Count);
    }
}
