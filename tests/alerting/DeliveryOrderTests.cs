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
        Assert.True(DeliveryOrder.LacksItsEnd(Ended, Delivery(First), []));
        Assert.False(DeliveryOrder.LacksItsEnd(Ended, Delivery(First), [Delivery(Ended)]));
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
