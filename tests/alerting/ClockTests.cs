using Holdfast.Alerting.Channels.Ocp;
using Holdfast.Alerting.Silences;

namespace Holdfast.Alerting.Tests;

/// <summary>The wall clock ran ahead for a while and was set right: nothing waits until it has come there again.</summary>
[Trait("Category", "slow")]
public class ClockTests
{
    public static TheoryData<double> Minutes => [2, 20, 200, 24 * 60];

    private static DateTimeOffset Ahead(double minutes) => T0.AddMinutes(minutes);

    [Theory]
    [MemberData(nameof(Minutes))]
    public async Task An_alert_raised_and_told_while_the_clock_was_ahead_is_ended_and_told_again_when_it_is_right(double minutes)
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), World.Cancel);
        await world.StartReplica();
        world.Time.SetWallClock(Ahead(minutes));
        await world.Raise(Firing(Ahead(minutes)));
        await world.UntilDelivery(d => d.IsDelivered);
        world.Time.SetWallClock(T0);
        await world.Raise(Firing(T0, level: 1));
        await world.Until(() => Task.FromResult(receiver.Heard.Count == 2));
        await world.Raise(Resolved(world.Time.GetUtcNow()));
        await world.Until(() => Task.FromResult(receiver.Heard.Count == 3));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(20, true)]
    [InlineData(24 * 60, false)]
    [InlineData(24 * 60, true)]
    public async Task What_failed_while_the_clock_was_ahead_goes_again_at_once_after_a_restart_too(double minutes, bool restarted)
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), World.Cancel);
        var watch = world.NewAheadWatch();
        var alert = await world.Raise(Firing(T0));
        await watch.Once();
        world.Time.SetWallClock(Ahead(minutes));
        await watch.Once();
        var attempt = new Attempt { At = Ahead(minutes), DurationMs = 1, Ok = false, Reason = "AL-301 away" };
        var id = Assert.Single(await world.AllDeliveries()).Id;
        await world.DeliveryStore.Change(
            id, d => d.With(attempt, new(SendingStatus.Failed, Ahead(minutes).AddSeconds(2), "AL-301 away")), World.Cancel);
        world.Time.SetWallClock(T0.AddSeconds(10));
        await (restarted ? world.NewAheadWatch() : watch).Once();
        var waiting = Assert.Single(await world.AllDeliveries());
        Assert.Equal((T0.AddSeconds(10), SendingStatus.Failed, 1), (waiting.NextAttempt, waiting.Status, waiting.AttemptCount));
        Assert.True((await world.Find(alert.Id)).DueAt <= T0.AddSeconds(10) + TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_claim_made_while_the_clock_was_ahead_ends_when_an_attempt_must_have()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), World.Cancel);
        await world.Raise(Firing(T0));
        var id = Assert.Single(await world.AllDeliveries()).Id;
        await world.DeliveryStore.Change(id, d => d.Claimed("dead", Ahead(20)), World.Cancel);
        await world.NewAheadWatch().Once();
        var claimed = Assert.Single(await world.AllDeliveries());
        Assert.Equal((T0 + AheadOfNow.ClaimMax, T0 + AheadOfNow.ClaimMax), (claimed.NextAttempt, claimed.ClaimedUntil));
    }

    [Fact]
    public async Task A_channel_made_while_the_clock_was_ahead_hears_what_is_raised_now()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook() with { CreatedAt = Ahead(20), UpdatedAt = Ahead(20) }, World.Cancel);
        await world.Raise(Firing(T0, "before"));
        await world.NewAheadWatch().Once();
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var after = await world.Raise(Firing(T0.AddSeconds(1)));
        Assert.Equal(after.Id, Assert.Single(await world.AllDeliveries()).Alert);
    }

    [Fact]
    public async Task A_circuit_that_opened_while_the_clock_was_ahead_is_probed_now_and_its_minute_is_over_in_a_minute()
    {
        await using var world = new World();
        var ahead = Ahead(20);
        await world.Health.Insert(
            new ChannelHealth
            {
                Channel = "ops", Circuit = Circuit.Open, FailuresInARow = 5, FailedAt = ahead, OpenedAt = ahead,
                ProbeAt = ahead + Breaker.FirstProbe, LastMinute = [ahead, ahead],
            },
            World.Cancel);
        await world.NewAheadWatch().Once();
        var health = await world.ChannelHealth.Of("ops", World.Cancel);
        Assert.Equal((T0, T0, T0), (health.FailedAt, health.OpenedAt, health.ProbeAt));
        Assert.Equal([T0, T0], health.LastMinute);
        Assert.Equal((1, Circuit.HalfOpen), Breaker.Ask(health, 1, 0, TimeSpan.FromSeconds(40), T0) is var p
            ? (p.Count, p.Next!.Circuit) : default);
    }

    [Fact]
    public void A_silence_begun_or_ended_while_the_clock_was_ahead_begins_or_ends_now_and_a_planned_one_as_planned()
    {
        var silence = new Silence
        {
            Id = "s", Matcher = new SilenceMatcher { Scopes = ["system"] }, Reason = "r", Owner = "o",
            CreatedAt = Ahead(20), StartsAt = Ahead(20), EndsAt = Ahead(60),
        };
        var (alert, planned) = (Alert(), silence with { StartsAt = Ahead(30) });
        Assert.NotNull(Silencing.Of(alert, [silence], T0));
        Assert.Null(Silencing.Of(alert, [silence with { EndedEarly = true, EndsAt = Ahead(21) }], T0));
        Assert.NotNull(Silencing.Of(alert, [silence with { CreatedAt = T0.AddHours(-1), StartsAt = T0.AddHours(-1) }], T0));
        Assert.Equal((null, "s"), (Silencing.Of(alert, [planned], T0)?.Id, Silencing.Of(alert, [planned], Ahead(30))?.Id));
    }

    [Fact]
    public async Task A_new_round_is_told_although_the_one_before_was_told_at_a_time_ahead_of_it()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), World.Cancel);
        var alert = await world.Raise(Firing(T0));
        var id = Assert.Single(await world.AllDeliveries()).Id;
        await world.DeliveryStore.Change(id, d => d.Sent(Ahead(20)), World.Cancel);
        world.Time.Advance(TimeSpan.FromMinutes(4));
        await world.Raise(Firing(T0.AddMinutes(4)));
        Assert.Equal([1, 2], (await world.AllDeliveries()).Where(d => d.Alert == alert.Id).Select(d => d.Generation).Order());
        Assert.True((await world.AllDeliveries()).Single(d => d.Generation == 1).SettledAt < T0.AddMinutes(4));
    }

    [Fact]
    public void What_Ocp_was_told_ahead_of_now_is_told_again_within_its_cycle()
    {
        var ocp = Webhook() with { Kind = "ocp", Settings = new OcpSettings { ClearanceMinutes = 5 } };
        var alert = Alert() with { HeardAt = T0.AddMinutes(5) };
        var told = AheadOfNow.Taken(Delivery(alert).Sent(Ahead(20)), T0.AddMinutes(1));
        Assert.Empty(Routing.Missing(alert, [told], [ocp.Route()], T0.AddMinutes(1)));
        Assert.Equal(1, Assert.Single(Routing.Missing(alert, [told], [ocp.Route()], T0.AddMinutes(4))).Repeat);
    }
}
