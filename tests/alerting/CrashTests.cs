namespace Holdfast.Alerting.Tests;

/// <summary>
/// A process that dies after any one of its writes, and before or after any of its sendings; then another one goes on with what
/// the store holds. Nothing accepted is lost, and whoever hears of it twice hears the same key.
/// </summary>
[Trait("Category", "slow")]
public class CrashTests
{
    private static CancellationToken Cancel => World.Cancel;

    /// <summary>Dead after so many writes: from then on nothing of it reaches the store.</summary>
    private sealed class Life(int writes)
    {
        private int _left = writes;

        internal bool IsOver { get; private set; }

        internal void Write()
        {
            if (--_left < 0 || IsOver)
            {
                IsOver = true;
                throw new StateUnavailableException("killed");
            }
        }
    }

    private sealed class Mortal<T>(IDocuments<T> store, Life life) : IDocuments<T> where T : class
    {
        private async Task<TResult> Writing<TResult>(Func<Task<TResult>> write)
        {
            life.Write();
            return await write();
        }

        public Task<Versioned<T>?> Find(string id, CancellationToken cancel) => store.Find(id, cancel);

        public Task<bool> Insert(T document, long version, CancellationToken cancel) =>
            Writing(() => store.Insert(document, version, cancel));

        public Task<bool> Replace(T document, long expected, CancellationToken cancel) =>
            Writing(() => store.Replace(document, expected, cancel));

        public Task<bool> Delete(string id, long expected, CancellationToken cancel) => Writing(() => store.Delete(id, expected, cancel));

        public async Task UpsertMany(IReadOnlyCollection<T> documents, CancellationToken cancel)
        {
            life.Write();
            await store.UpsertMany(documents, cancel);
        }

        public Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) => store.Query(query, cancel);

        public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => store.Count(query, cancel);

        public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel) => Writing(() => store.DeleteMany(query, cancel));

        public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) => Writing(() => store.Touch(query, cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whichever_write_was_the_last_before_the_kill_both_channels_hear_of_it_in_the_end(int writes)
    {
        await using var one = await Receiver.Start(200);
        await using var two = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(one.Url, "one"), Cancel);
        await world.Channels.Insert(Webhook(two.Url, "two"), Cancel);
        var accepted = await AcceptAndSend(world, new Life(writes));
        if (!accepted)
        {
            // Not acknowledged: the broker gives the message to another replica.
            await world.Raise(Firing(T0));
        }

        await world.StartReplica();
        await world.StartSweep();
        await world.Until(
            async () => (await world.AllDeliveries()) is { Count: 2 } all && all.All(d => d.IsDelivered), TimeSpan.FromMilliseconds(500));
        await world.Until(async () => (await world.Find((await world.AllDeliveries())[0].Alert)).Status == SendingStatus.Successful);
        Assert.Single(one.Heard.Select(r => r.Key).Distinct());
        Assert.Single(two.Heard.Select(r => r.Key).Distinct());
        Assert.InRange(one.Heard.Count, 1, 2);
    }

    /// <summary>One process's whole work on one alert, step by step, until it is killed.</summary>
    private static async Task<bool> AcceptAndSend(World world, Life life)
    {
        var alerts = new Mortal<Alert>(world.Alerts, life);
        var deliveries = new Mortal<Delivery>(world.Deliveries, life);
        var (_, book, planner, intake) = world.Over(alerts, deliveries);
        var isAccepted = false;
        try
        {
            await intake.Accept(Firing(T0), null, Cancel);
            isAccepted = true;
            foreach (var delivery in await world.AllDeliveries())
            {
                var found = (await world.Deliveries.Find(delivery.Id, Cancel))!.Value;
                var claimed = delivery.Claimed("dead", T0.AddSeconds(40));
                await book.Replace(found, claimed, Cancel);
                var channel = (await world.Channels.Find(delivery.Channel, Cancel))!.Value.Document;
                await using var open = Opened(channel, "");
                var alert = (await world.Alerts.Find(delivery.Alert, Cancel))!.Value.Document;
                var answer = await open.Deliver(new Notification(delivery.Id, alert, AlertCondition.Firing, T0), Cancel);
                await book.Record(
                    claimed, new Attempt { At = T0, DurationMs = 1, Ok = true }, Retry.Decide(claimed, answer, T0), Cancel);
                await planner.Plan(delivery.Alert, Cancel);
            }
        }
        catch (StateUnavailableException)
        {
            Assert.True(life.IsOver);
        }

        return isAccepted;
    }

    [Fact]
    public async Task A_clock_that_is_set_back_an_hour_loses_nothing_and_one_set_forward_gives_nothing_up_that_is_sent()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0, "before"));
        await world.UntilDelivery(d => d.IsDelivered);
        world.Time.SetWallClock(T0.AddHours(-1));
        await world.Raise(Firing(T0.AddHours(-1), "during") with { Event = AlertEvents.SyncDelay });
        await world.Until(async () => (await world.AllDeliveries()).Count(d => d.IsDelivered) == 1);
        world.Time.SetWallClock(T0.AddHours(1));
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered), TimeSpan.FromSeconds(10));
        await world.Raise(Firing(T0.AddHours(1), "after"));
        await world.Until(async () => (await world.AllDeliveries()) is var all && all.All(d => d.IsDelivered) && all.Count >= 2,
            TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(await world.AllDeliveries(), d => d.Status == SendingStatus.Failed);
    }

    [Fact]
    public async Task A_store_that_is_away_refuses_the_message_and_the_same_one_is_taken_when_it_is_back()
    {
        await using var world = new World();
        var gone = new Life(0);
        var intake = world.Over(new Mortal<Alert>(world.Alerts, gone)).Intake;
        await Assert.ThrowsAsync<StateUnavailableException>(() => intake.Accept(Firing(T0), null, Cancel));
        Assert.Equal(0, await world.Alerts.Count(DocumentQuery<Alert>.All, Cancel));
        Assert.Equal(1, (await world.Raise(Firing(T0))).Count);
        Assert.Equal(1, (await world.Raise(Firing(T0))).Count);
    }

    [Fact]
    public async Task The_health_of_a_channel_survives_any_order_of_two_replicas()
    {
        await using var world = new World();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.ChannelHealth.Note("ops", "AL-301 away", false, Cancel)));
        await world.ChannelHealth.Note("ops", "AL-301 away", false, Cancel);
        var health = await world.ChannelHealth.Of("ops", Cancel);
        Assert.Equal((Circuit.Open, 5), (health.Circuit, health.FailuresInARow));
    }
}
