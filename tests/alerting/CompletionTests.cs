namespace Holdfast.Alerting.Tests;

public class CompletionTests
{
    [Fact]
    public void An_alert_shows_the_state_of_its_sending()
    {
        Assert.Equal(SendingStatus.Pending, Completion.Decide(Alert(), [], T0));
        Assert.Equal(SendingStatus.Pending,
            Completion.Decide(Alert(), [Delivery(), Delivery(channel: "b").Sent()], T0));
        Assert.Equal(SendingStatus.Failed,
            Completion.Decide(Alert(), [Delivery().Failing(), Delivery(channel: "b")], T0));
        Assert.Equal(SendingStatus.Successful, Completion.Decide(Alert(), [Delivery().Sent()], T0));
        Assert.Equal(SendingStatus.SentAgain, Completion.Decide(Alert(),
            [Delivery().Sent(), Delivery(channel: "b").Sent() with { Status = SendingStatus.SentAgain }], T0));
        Assert.Equal(SendingStatus.Failed,
            Completion.Decide(Alert(), [Delivery().GivenUp(), Delivery(channel: "b").Sent()], T0));
        var second = Alert().Next(AlertCondition.Firing, T0.AddMinutes(3));
        Assert.Equal(SendingStatus.Successful,
            Completion.Decide(second, [Delivery().GivenUp(), Delivery(second).Sent()], T0));
        Assert.Equal(SendingStatus.Failed, Completion.Decide(Alert(), [Delivery().Withdrawn("AL-312 a person", T0)], T0));
    }

    [Fact]
    public void An_alert_is_completed_after_three_hours_and_not_while_something_waits()
    {
        var late = T0.AddHours(3);
        Assert.Equal(SendingStatus.Successful, Completion.Decide(Alert(), [Delivery().Sent()], late.AddTicks(-1)));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(Alert(), [Delivery().Sent()], late));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(Alert(), [Delivery().GivenUp()], late));
        Assert.Equal(SendingStatus.Failed, Completion.Decide(Alert(), [Delivery().Failing()], late));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(Alert(), [], late));
    }

    [Fact]
    public void An_ended_alert_is_completed_once_all_were_told()
    {
        var ended = Alert().Next(AlertCondition.Resolved, T0.AddMinutes(1));
        Assert.Equal(SendingStatus.Completed,
            Completion.Decide(ended, [Delivery().Sent(), Delivery(ended).Sent()], T0));
        Assert.Equal(SendingStatus.Pending, Completion.Decide(ended, [Delivery().Sent(), Delivery(ended)], T0));
        Assert.Equal(SendingStatus.Failed, Completion.Decide(ended, [Delivery().GivenUp()], T0));
        Assert.Equal(SendingStatus.Completed, Completion.Decide(ended, [], T0));
        var completed = Completion.Settled(ended, [], null, T0.AddMinutes(2));
        Assert.Equal(T0.AddMinutes(2), Completion.Settled(completed, [], null, T0.AddMinutes(9)).CompletedAt);
    }

    [Fact]
    public void It_is_looked_at_when_it_lapses_soon_after_a_delivery_waits_and_when_quiet_ends()
    {
        Assert.Equal(T0.AddHours(3), Completion.Settled(Alert(), [], null, T0).DueAt);
        Assert.Equal(T0.AddSeconds(30), Completion.Settled(Alert(), [], T0.AddSeconds(30), T0).DueAt);
        Assert.Equal(T0.AddMinutes(1), Completion.Settled(Alert(), [], T0.AddHours(1), T0).DueAt);
        Assert.Equal(T0.AddHours(3), Completion.Settled(Alert(), [], T0.AddHours(4), T0.AddHours(3).AddSeconds(-9)).DueAt);
        Assert.Null(Completion.Settled(Alert(), [], null, T0.AddHours(3)).DueAt);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(10, 5)]
    [InlineData(19, 9.5)]
    [InlineData(20, 10)]
    [InlineData(60, 10)]
    public void The_longer_a_delivery_waits_the_later_it_is_looked_at_again_up_to_ten_minutes(int waited, double minutes)
    {
        var now = T0.AddMinutes(waited);
        Delivery[] waiting = [Delivery(channel: "b") with { CreatedAt = now }, Delivery()];
        Assert.Equal(now.AddMinutes(minutes), Completion.Settled(Alert(), waiting, null, now).DueAt);
    }

    [Fact]
    public void Before_a_settled_delivery_changes_it_is_to_be_looked_at_within_a_minute()
    {
        var later = Alert() with { DueAt = T0.AddHours(1) };
        Assert.Equal(T0.AddMinutes(1), Completion.ToBeLookedAt(later, T0).DueAt);
        var soon = Alert() with { DueAt = T0.AddMinutes(1) };
        Assert.Same(soon, Completion.ToBeLookedAt(soon, T0));
    }

    [Fact]
    public void A_new_generation_is_looked_at_as_soon_as_a_first_one_though_an_old_delivery_still_waits()
    {
        var graver = Alert().Next(AlertCondition.Firing, T0.AddHours(1));
        Assert.Equal(T0.AddMinutes(61), Completion.Settled(graver, [Delivery().Failing()], null, T0.AddHours(1)).DueAt);
        Assert.Equal(T0.AddMinutes(75), Completion.Settled(graver, [Delivery().Failing()], null, T0.AddMinutes(70)).DueAt);
    }
}
