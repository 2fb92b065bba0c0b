namespace Holdfast.Alerting.Tests;

public class DeliveryTests
{
    private static readonly Attempt Failed = new() { At = T0, DurationMs = 3, Ok = false, Reason = "AL-301 away" };

    private static readonly Retry.Step Again = new(SendingStatus.Failed, T0.AddSeconds(2), "AL-301 away");

    [Fact]
    public void Its_id_is_of_alert_generation_repeat_and_channel_and_ASCII()
    {
        var ids = new[]
        {
            Delivery(), Delivery(channel: "值班"), Delivery(Alert() with { Generation = 2 }),
            Rules.Alerting.Delivery.Of(Alert(), "ops", T0, 1),
        }.Select(d => d.Id).ToList();
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.All(id, c => Assert.True(char.IsAscii(c))));
        Assert.Equal(Delivery().Id, Delivery().Id);
        // Receivers drop what comes twice by it: the next release makes the same ones.
        var channel = Rules.Alerting.Alert.Digest("ops", 10);
        Assert.Equal([$"{Alert().Id}-1-{channel}", $"{Alert().Id}-1.1-{channel}"], new[] { ids[0], ids[3] });
    }

    [Fact]
    public void Occurrence_then_generation_then_repeat_say_which_is_earlier()
    {
        var first = Delivery();
        Assert.True(first.IsBefore(first with { Repeat = 1 }));
        Assert.True((first with { Repeat = 1 }).IsBefore(first with { Generation = 2 }));
        Assert.True((first with { Generation = 2 }).IsBefore(first with { Occurrence = 2 }));
        Assert.False(first.IsBefore(first));
    }

    [Fact]
    public void An_attempt_gives_the_claim_back_and_the_newest_twenty_are_kept()
    {
        var delivery = Delivery();
        for (var n = 0; n < 25; n++)
        {
            delivery = delivery.Claimed("me", T0.AddMinutes(1)).With(Failed with { DurationMs = n }, Again);
        }

        Assert.Equal((25, 20, 5.0, 24.0), (
            delivery.AttemptCount, delivery.Attempts.Count, delivery.Attempts[0].DurationMs, delivery.Attempts[^1].DurationMs));
        Assert.Equal((null, null, T0.AddSeconds(2), null, null), (
            delivery.ClaimedBy, delivery.ClaimedUntil, delivery.NextAttempt, delivery.SettledAt, delivery.DeadAt));
    }

    [Fact]
    public void What_is_delivered_is_settled_and_no_dead_letter_and_what_is_given_up_is_both()
    {
        var sent = Delivery().With(Failed with { Ok = true }, new(SendingStatus.Successful, null, null));
        Assert.Equal((T0, null), (sent.SettledAt, sent.DeadAt));
        var dead = Delivery().With(Failed, new(SendingStatus.Failed, null, "AL-303 no"));
        Assert.Equal((T0, T0), (dead.SettledAt, dead.DeadAt));
    }

    [Fact]
    public void What_is_given_up_is_a_dead_letter_until_it_is_revived_and_what_is_withdrawn_is_none()
    {
        var dead = Delivery().Abandoned("AL-310 gone", T0);
        Assert.Equal((true, T0, 0, false), (dead.Settled, dead.DeadAt, dead.AttemptCount, dead.IsWithdrawn));
        Assert.Equal(new Attempt { At = T0, DurationMs = 0, Ok = false, Reason = "AL-310 gone" }, Assert.Single(dead.Attempts));
        var withdrawn = Delivery().Withdrawn("AL-312 overtaken", T0);
        Assert.Equal((true, null, true), (withdrawn.Settled, withdrawn.DeadAt, withdrawn.IsWithdrawn));
        var revived = dead.Revived(T0.AddDays(2));
        Assert.Equal((dead.Id, false, null, T0.AddDays(2) + Retry.AgeMax), (revived.Id, revived.Settled, revived.DeadAt, revived.Deadline));
    }
}
