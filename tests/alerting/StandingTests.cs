namespace Holdfast.Alerting.Tests;

/// <summary>A channel's health as people see it: its circuit, its last success, what waits for it, what was given up.</summary>
[Trait("Category", "slow")]
public class StandingTests
{
    [Fact]
    public async Task A_channel_that_was_never_told_stands_in_the_list_and_has_nothing()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook("http://127.0.0.1:1/"), World.Cancel);
        var standing = await world.StandingOf("ops");
        Assert.Equal((Circuit.Closed, 0, 0, null), (standing.Circuit, standing.Waiting, standing.DeadLetters, standing.DeliveredAt));
    }

    /// <summary>The health said nothing of a channel that had always been well: nobody could tell it from one that nobody uses.</summary>
    [Fact]
    public async Task The_last_success_is_known_of_a_channel_that_never_failed()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), World.Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d.Status == SendingStatus.Successful);
        await world.Until(async () => (await world.StandingOf("ops")).DeliveredAt is not null);
        var standing = await world.StandingOf("ops");
        Assert.True(standing.DeliveredAt >= T0, $"{standing.DeliveredAt:O}");
        Assert.Equal((0, 0), (standing.Waiting, standing.DeadLetters));
    }

    [Fact]
    public async Task What_waits_and_what_was_given_up_is_counted_by_channel_and_a_message_that_was_refused_is_no_success()
    {
        await using var refusing = await Receiver.Start(422);
        await using var failing = await Receiver.Start(500);
        await using var world = new World();
        await world.Channels.Insert(Webhook(refusing.Url) with { Name = "refuses" }, World.Cancel);
        await world.Channels.Insert(Webhook(failing.Url) with { Name = "fails" }, World.Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d is { Channel: "fails", Status: SendingStatus.Failed });
        await world.UntilDelivery(d => d is { Channel: "refuses", DeadAt: not null });
        await world.Until(async () => (await world.StandingOf("fails")).Reason is not null);
        var (refuses, fails) = (await world.StandingOf("refuses"), await world.StandingOf("fails"));
        Assert.Equal((0, 1, null), (refuses.Waiting, refuses.DeadLetters, refuses.DeliveredAt));
        Assert.Equal((1, 0, null), (fails.Waiting, fails.DeadLetters, fails.DeliveredAt));
        Assert.StartsWith("AL-304", fails.Reason);
    }
}
