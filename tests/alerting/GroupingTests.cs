namespace Holdfast.Alerting.Tests;

public class GroupingTests
{
    [Fact]
    public void A_digest_is_due_only_for_children_that_the_last_message_did_not_name()
    {
        var parent = AlertTransition.Decide(null, Firing(T0), Defaults, T0).Alert;
        var sent = Rules.Alerting.Delivery.Of(parent, "ops", T0) with
        {
            NextAttempt = null, Status = SendingStatus.Successful, SettledAt = T0.AddSeconds(1),
        };
        var noted = Grouping.Noted(parent, T0);
        Assert.Equal(T0 + Grouping.Gather, noted.DigestAt);
        Assert.Same(noted, Grouping.Noted(noted, T0.AddMilliseconds(200)));
        Assert.Equal(noted.DigestAt, Grouping.Noted(noted, T0.AddMilliseconds(300)).DigestAt);
        Assert.Same(noted, Grouping.Due(noted, [sent], T0.AddMilliseconds(999)));
        Assert.Equal((null, 1), (Grouping.Due(noted, [sent], T0.AddSeconds(1)).DigestAt,
            Grouping.Due(noted, [sent], T0.AddSeconds(1)).Generation));
        var late = Grouping.Noted(parent, T0.AddSeconds(5));
        Assert.Equal(2, Grouping.Due(late, [sent], T0.AddSeconds(6)).Generation);
        Assert.Equal(1, Grouping.Due(late, [sent with { NextAttempt = T0, SettledAt = null }], T0.AddSeconds(6)).Generation);
        Assert.Equal(T0.AddSeconds(66), Grouping.Noted(Grouping.Due(late, [sent], T0.AddSeconds(6)), T0.AddSeconds(7)).DigestAt);
        var over = late with { Condition = AlertCondition.Resolved };
        Assert.Equal((null, 1), (
            Grouping.Due(over, [sent], T0.AddSeconds(6)).DigestAt, Grouping.Due(over, [sent], T0.AddSeconds(6)).Generation));
    }

    [Fact]
    public void Children_are_noted_at_most_every_quarter_of_a_second_and_only_while_the_parent_fires()
    {
        var noted = Grouping.Noted(Alert(), T0);
        Assert.Same(noted, Grouping.Noted(noted, T0.AddMilliseconds(250).AddTicks(-1)));
        Assert.Equal(T0.AddMilliseconds(250), Grouping.Noted(noted, T0.AddMilliseconds(250)).ChildHeardAt);
        // Its digest went out at once: the next child needs another one.
        Assert.Equal(T0.AddMilliseconds(9), Grouping.Noted(noted with { DigestAt = null }, T0.AddMilliseconds(9)).ChildHeardAt);
        var over = Alert() with { Condition = AlertCondition.Resolved };
        Assert.Same(over, Grouping.Noted(over, T0));
    }

    [Fact]
    public void A_parent_with_a_child_noted_is_looked_at_when_its_digest_is_due_or_before()
    {
        Assert.Equal(T0.AddSeconds(1), Grouping.Noted(Alert() with { DueAt = T0.AddSeconds(10) }, T0).DueAt);
        Assert.Equal(T0.AddSeconds(1), Grouping.Noted(Alert() with { DueAt = null }, T0).DueAt);
        Assert.Equal(T0.AddMilliseconds(1), Grouping.Noted(Alert() with { DueAt = T0.AddMilliseconds(1) }, T0).DueAt);
    }

    [Theory]
    [InlineData(1249, 2)]
    [InlineData(1250, 1)]
    public void A_child_is_taken_for_named_by_what_was_settled_a_quarter_of_a_second_after_it_came(int settled, int generation)
    {
        var parent = Grouping.Noted(Alert(), T0.AddSeconds(1));
        Delivery At(int milliseconds, string channel) => Delivery(channel: channel).Sent(T0.AddMilliseconds(milliseconds));
        Assert.Equal(generation, Grouping.Due(parent, [At(settled, "a"), At(5000, "b")], T0.AddSeconds(9)).Generation);
    }

    [Fact]
    public void A_child_is_named_by_no_message_of_an_earlier_generation_and_by_none_that_was_withdrawn()
    {
        var parent = Grouping.Noted(Alert() with { Generation = 2 }, T0) with { Asked = true };
        var sent = Delivery(parent).Sent(T0.AddSeconds(5));
        Alert Due(params Delivery[] deliveries) => Grouping.Due(parent, deliveries, T0.AddSeconds(9));
        Assert.Equal(2, Due(sent).Generation);
        Assert.All(
            [Due(), Due(sent with { Generation = 1 }), Due(Delivery(parent).Withdrawn("AL-312 overtaken", T0.AddSeconds(5)))],
            again => Assert.Equal(
                (3, false, null, T0.AddSeconds(9)), (again.Generation, again.Asked, again.DigestAt, again.DigestedAt)));
    }

    [Fact]
    public void While_a_message_of_it_is_on_its_way_the_digest_waits_a_second_more()
    {
        var parent = Grouping.Noted(Alert(), T0);
        var waits = Grouping.Due(parent, [Delivery(), Delivery(channel: "b").Sent(T0)], T0.AddSeconds(9));
        Assert.Equal((1, T0.AddSeconds(10)), (waits.Generation, waits.DigestAt));
        Assert.Same(waits, Grouping.Due(waits, [Delivery()], T0.AddSeconds(10).AddTicks(-1)));
    }

    [Fact]
    public void A_parent_that_no_child_has_joined_is_alone_for_as_long_as_none_can_have()
    {
        Assert.True(Grouping.IsAlone(Alert(), T0.AddMilliseconds(249)));
        Assert.False(Grouping.IsAlone(Alert(), T0.AddMilliseconds(250)));
        Assert.False(Grouping.IsAlone(Alert() with { ChildHeardAt = T0 }, T0));
    }

    [Fact]
    public void The_next_look_is_no_later_than_its_digest()
    {
        var alert = Alert() with { DigestAt = T0.AddSeconds(5), DueAt = T0.AddSeconds(9) };
        Assert.Equal(alert.DigestAt, Grouping.Scheduled(alert).DueAt);
        Assert.Equal(alert.DigestAt, Grouping.Scheduled(alert with { DueAt = null }).DueAt);
        var sooner = alert with { DueAt = T0 };
        Assert.Same(sooner, Grouping.Scheduled(sooner));
        var then = alert with { DueAt = alert.DigestAt };
        Assert.Same(then, Grouping.Scheduled(then));
    }
}
