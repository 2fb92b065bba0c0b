namespace Holdfast.Alerting.Tests;

public class DeliveryOrderTests
{
    private static readonly Alert First = Alert();
    private static readonly Alert Ended = First.Next(AlertCondition.Resolved, T0.AddMinutes(3));

    [Fact]
    public void News_of_one_alert_keeps_its_order()
    {
        Assert.Equal(OrderDecision.Go, DeliveryOrder.Decide(Ended, Delivery(Ended), [Delivery(First).Sent()]));
        Assert.Equal(OrderDecision.Wait, DeliveryOrder.Decide(Ended, Delivery(Ended), [Delivery(First).Failing()]));
        Assert.Equal(OrderDecision.Drop, DeliveryOrder.Decide(Ended, Delivery(Ended), [Delivery(First).GivenUp()]));
        Assert.Equal(OrderDecision.Go, DeliveryOrder.Decide(Ended with { Asked = true }, Delivery(Ended), [Delivery(First).GivenUp()]));
        Assert.Equal(OrderDecision.Drop, DeliveryOrder.Decide(Ended, Delivery(First), [Delivery(Ended).Sent()]));
        Assert.Equal(OrderDecision.Go, DeliveryOrder.Decide(Ended, Delivery(First), [Delivery(Ended)]));
        Assert.Equal(OrderDecision.Drop, DeliveryOrder.Decide(Ended with { Status = SendingStatus.Completed }, Delivery(First), []));
    }

    [Fact]
    public void An_end_goes_to_who_has_heard_of_this_very_occurrence()
    {
        var again = First with { Id = Rules.Alerting.Alert.IdOf(First.Fingerprint, 2), Occurrence = 2 };
        var over = again.Next(AlertCondition.Resolved, T0.AddMinutes(9));
        Delivery[] before = [Delivery(First).Sent(), Delivery(Ended).Sent()];
        Assert.Equal(OrderDecision.Drop, DeliveryOrder.Decide(over, Delivery(over), before));
        Assert.Equal(OrderDecision.Go, DeliveryOrder.Decide(over, Delivery(over), [.. before, Delivery(again).Sent()]));
    }

    /// <summary>Completed for nobody raised it: whoever asks for it gets it.</summary>
    [Fact]
    public void What_has_not_ended_is_not_over_although_it_is_completed() => Assert.Equal(
        OrderDecision.Go, DeliveryOrder.Decide(First with { Status = SendingStatus.Completed }, Delivery(First), []));

    [Fact]
    public void A_beginning_lacks_its_end_until_there_is_a_delivery_of_that()
    {
        Assert.True(DeliveryOrder.LacksItsEnd(Ended, Delivery(First), []));
        Assert.True(DeliveryOrder.LacksItsEnd(Ended, Delivery(First), [Delivery(First) with { Repeat = 1 }]));
        Assert.True(DeliveryOrder.LacksItsEnd(Ended, Delivery(First), [Delivery(Ended) with { Alert = "another" }]));
        Assert.False(DeliveryOrder.LacksItsEnd(Ended, Delivery(First), [Delivery(Ended)]));
        Assert.False(DeliveryOrder.LacksItsEnd(First, Delivery(First), []));
        Assert.False(DeliveryOrder.LacksItsEnd(Ended, Delivery(Ended), []));
    }

    [Fact]
    public void The_next_occurrence_makes_what_nobody_is_sending_just_now_history()
    {
        var next = Delivery() with { Occurrence = 2 };
        var waits = Delivery(channel: "waits");
        Assert.Equal([waits], DeliveryOrder.Overtaken(next, [waits, Delivery().Sent(), waits with { Occurrence = 2 }], T0));
        Assert.Empty(DeliveryOrder.Overtaken(next, [waits.Claimed("other", T0.AddSeconds(1))], T0));
        Assert.Single(DeliveryOrder.Overtaken(next, [waits.Claimed("other", T0)], T0));
    }
}
