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
    }
}
