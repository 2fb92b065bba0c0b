namespace Holdfast.Alerting.Tests;

public class RoutingTests
{
    private static readonly Alert First = Alert();
    private static readonly Alert Second = First.Next(AlertCondition.Firing, T0.AddMinutes(3));
    private static readonly Alert Ended = First.Next(AlertCondition.Resolved, T0.AddMinutes(3));

    [Fact]
    public void Filters_must_all_match_and_empty_ones_match_all()
    {
        var all = Route();
        Assert.True(Routing.Matches(all, First));
        Assert.False(Routing.Matches(all with { Enabled = false }, First));
        Assert.True(
            Routing.Matches(all with { Scopes = ["system"], Events = ["oms_host_down"], Levels = [1, 2] }, First));
        Assert.False(Routing.Matches(all with { Scopes = ["task"] }, First));
        Assert.False(Routing.Matches(all with { Events = ["oms_sync_delay"] }, First));
        Assert.False(Routing.Matches(all with { Levels = [3] }, First));
    }

    [Fact]
    public void Each_matching_channel_gets_one_delivery_and_asking_again_gives_none()
    {
        var channels = new[] { Route(name: "a"), Route(name: "值班"), Route(name: "off") with { Enabled = false } };
        var missing = Routing.Missing(First, [], channels, T0);
        Assert.Equal(["a", "值班"], missing.Select(d => d.Channel));
        Assert.Empty(Routing.Missing(First, missing, channels, T0));
        Assert.Equal(["值班"], Routing.Missing(First, [missing[0]], channels, T0).Select(d => d.Channel));
        Assert.All(missing, d => Assert.All(d.Id, c => Assert.True(char.IsAscii(c))));
        Assert.Equal(2, missing.Select(d => d.Id).Distinct().Count());
    }

    [Fact]
    public void A_channel_hears_of_what_is_decided_after_it_was_made() =>
        Assert.Empty(Routing.Missing(First, [], [Route() with { CreatedAt = T0.AddTicks(10) }], T0.AddDays(1)));

    [Fact]
    public void A_new_round_is_not_queued_behind_one_that_waits()
    {
        Assert.Empty(Routing.Missing(Second, [Delivery(First).Failing()], [Route()], T0));
        Assert.Empty(Routing.Missing(Second, [Delivery(First).Sent(T0.AddMinutes(4))], [Route()], T0));
        Assert.Single(Routing.Missing(Second, [Delivery(First).Sent(T0.AddMinutes(1))], [Route()], T0));
        Assert.Single(Routing.Missing(Second, [Delivery(First).Sent(Second.GenerationAt)], [Route()], T0));
    }

    [Fact]
    public void An_end_is_told_to_who_was_told_of_the_beginning_or_will_be()
    {
        Assert.Single(Routing.Missing(Ended, [Delivery(First).Sent()], [Route()], T0));
        Assert.Single(Routing.Missing(Ended, [Delivery(First).Failing()], [Route()], T0));
        Assert.Empty(Routing.Missing(Ended, [Delivery(First).GivenUp()], [Route()], T0));
        Assert.Empty(Routing.Missing(Ended, [], [Route()], T0));
        Assert.Empty(Routing.Missing(Ended, [Delivery(First).Sent(), Delivery(Ended).Sent()], [Route()], T0));
    }

    [Fact]
    public void What_a_person_asks_for_goes_to_all() =>
        Assert.Single(Routing.Missing(Ended with { Asked = true }, [Delivery(First).GivenUp()], [Route()], T0));

    [Fact]
    public void What_nobody_will_send_is_given_up()
    {
        Assert.Null(Routing.Orphaned(Delivery(), [Route()], T0 + Retry.AgeMax));
        Assert.StartsWith("AL-309", Routing.Orphaned(Delivery(), [Route()], T0 + Retry.AgeMax + TimeSpan.FromTicks(1)));
        Assert.Null(Routing.Orphaned(Delivery().Claimed("x", T0.AddDays(10)), [Route()], T0.AddDays(9)));
        Assert.StartsWith("AL-310", Routing.Orphaned(Delivery(), [], T0));
        Assert.Null(Routing.Orphaned(Delivery().Sent(), [], T0));
        Assert.Null(Routing.Orphaned(Delivery(), [Route() with { Enabled = false }], T0 + Retry.AgeMax));
        Assert.StartsWith("AL-311",
            Routing.Orphaned(Delivery(), [Route() with { Enabled = false }], T0 + Retry.AgeMax
            + TimeSpan.FromTicks(1)));
    }
}
