using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Config;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.State;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging.Abstractions;
using static Holdfast.Alerting.Tests.Some;

namespace Holdfast.Alerting.Tests;

/// <summary>What is quite new is written with its claim and carried at once by the process that has accepted it.</summary>
[Trait("Category", "slow")]
public class FastPathTests
{
    private static CancellationToken Cancel => World.Cancel;

    [Fact]
    public async Task What_is_new_is_told_with_two_writes_and_nobody_looks_for_it()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await Sound(world, Webhook(receiver.Url));
        var alert = await world.Raise(Firing(T0));
        await world.Until(async () => (await Only(world, alert)).Document.IsDelivered);
        Assert.Equal(2, (await Only(world, alert)).Version);
    }

    [Fact]
    public async Task A_channel_of_which_nothing_is_known_one_that_counts_its_messages_and_later_news_are_looked_for()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        var unknown = await Sound(world, Webhook(receiver.Url) with { MessagesPerMinute = 1000 });
        var counted = await world.Raise(Firing(T0));
        Assert.Null((await Only(world, counted)).Document.ClaimedBy);
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered));
        await world.Raise(Resolved(T0.AddSeconds(1)));
        await world.Until(async () => (await world.AllDeliveries()) is { Count: 3 } all && all.All(d => d.IsDelivered));
        foreach (var delivery in (await world.Deliveries.Query(DocumentQuery<Delivery>.All, Cancel)).Items)
        {
            Assert.Equal(3, delivery.Version);
        }

        Assert.Equal(3, (await Only(world, unknown)).Version);
    }

    [Fact]
    public async Task What_another_replica_found_failing_is_not_told_without_a_passage()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await Sound(world, Webhook(receiver.Url));
        for (var failures = 0; failures < 5; failures++)
        {
            await world.ChannelHealth.Note("ops", "AL-301 no answer", false, Cancel);
        }

        await world.Ticks(15);
        var alert = await world.Raise(Firing(T0));
        Assert.Null((await Only(world, alert)).Document.ClaimedBy);
        await world.Until(async () => (await Only(world, alert)).Document.IsDelivered, TimeSpan.FromSeconds(1));
        Assert.InRange((await Only(world, alert)).Document.Attempts[0].At - T0, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1));
    }

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
        await Sound(world, Webhook(receiver.Url) with { Concurrency = 4 });
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => world.Raise(Firing(T0, $"other-{i}"))));
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered), TimeSpan.FromMilliseconds(10));
        Assert.InRange(most, 2, 4);
        Assert.Equal(61, receiver.Heard.Select(r => r.Key).Distinct().Count());
        Assert.Equal(61, receiver.Heard.Count);
    }

    [Fact]
    public async Task What_could_not_be_written_leaves_its_slot_and_what_was_written_after_all_goes_when_its_claim_ends()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await Sound(world, Webhook(receiver.Url) with { Concurrency = 1 });
        var intake = world.Over(deliveries: new AnswersLost<Delivery>(world.Deliveries), fastPath: world.FastPath).Intake;
        await Assert.ThrowsAsync<StateUnavailableException>(() => intake.Accept(Firing(T0), null, Cancel));
        var next = await world.Raise(Firing(T0, "host-2"));
        await world.Until(async () => (await Only(world, next)).Document.IsDelivered, TimeSpan.FromMilliseconds(10));
        Assert.Equal(2, (await Only(world, next)).Version);
        Assert.Equal(2, receiver.Heard.Count);
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered), TimeSpan.FromSeconds(2));
        Assert.Equal(3, receiver.Heard.Select(r => r.Key).Distinct().Count());
    }

    /// <summary>With a channel of which a first delivery has shown that it takes them.</summary>
    private static async Task<Alert> Sound(World world, ChannelDefinition channel)
    {
        await world.Channels.Insert(channel, Cancel);
        await world.StartReplica();
        var first = await world.Raise(Firing(T0, "first"));
        await world.Until(async () => (await world.Find(first.Id)).Status == SendingStatus.Successful);
        return first;
    }

    private static async Task<Versioned<Delivery>> Only(World world, Alert alert) =>
        Assert.Single((await world.Deliveries.Query(DeliveryStore.OfAlert(alert), Cancel)).Items);
}
