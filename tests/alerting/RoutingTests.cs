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

    private static readonly Alert Tagged = First with
    {
        Scope = AlertScope.Task, Event = AlertEvents.SyncDelay, Target = "orders", TaskTags = ["pay", "night"],
    };

    public static TheoryData<string, string> Narrowed => new()
    {
        { "switched off", "the channel is switched off" },
        { "about itself", "it is about this channel, which does not take alerts" },
        { "IGNORE", "the task's protection level is IGNORE: nothing is sent" },
        { "scope", "scopes has no task" },
        { "event", "events has no oms_sync_delay" },
        { "level", "levels has no 2" },
        { "region", "regions has no 'cn-hangzhou'" },
        { "tags", "the task has none of the tags day, x" },
        { "tag", "the task has none of the tags day" },
        { "all", "every filter of the channel matches" },
        { "one tag", "every filter of the channel matches" },
        { "about another", "every filter of the channel matches" },
    };

    [Theory]
    [MemberData(nameof(Narrowed))]
    public void It_is_said_why_an_alert_reaches_a_channel_or_does_not(string name, string why)
    {
        var route = Route();
        var (channel, alert) = name switch
        {
            "switched off" => (route with { Enabled = false }, Tagged),
            "about itself" => (route, Tagged with { Event = AlertEvents.ChannelFailing, Target = route.Name }),
            "about another" => (route, Tagged with { Event = AlertEvents.ChannelFailing, Target = "other" }),
            "IGNORE" => (route, Tagged with { Protection = ProtectionLevel.Ignore }),
            "scope" => (route with { Scopes = ["system"] }, Tagged),
            "event" => (route with { Events = [AlertEvents.HostDown] }, Tagged),
            "level" => (route with { Levels = [1, 3] }, Tagged),
            "region" => (route with { Regions = ["elsewhere"] }, Tagged),
            "tags" => (route with { TaskTags = ["day", "x"] }, Tagged),
            "tag" => (route with { TaskTags = ["day"] }, Tagged),
            "one tag" => (route with { TaskTags = ["day", "night"] }, Tagged),
            _ => (
                route with { Scopes = ["task"], Events = [Tagged.Event], Levels = [2], Regions = [Tagged.Region], TaskTags = ["pay"] },
                Tagged),
        };
        var reaches = why.StartsWith("every", StringComparison.Ordinal);
        Assert.Equal(new Route(reaches, why), Routing.Match(channel, alert));
        Assert.Equal(reaches, Routing.Matches(channel, alert));
    }

    [Fact]
    public void What_is_quiet_goes_out_when_it_ends_or_a_person_asks()
    {
        Assert.Empty(Routing.Missing(First, [], [Route()], T0, quiet: true));
        Assert.Single(Routing.Missing(First with { Asked = true }, [], [Route()], T0, quiet: true));
        Assert.Single(Routing.Missing(Ended, [Delivery(First).Sent()], [Route()], T0, quiet: true));
    }

    private static readonly ChannelRoute[] WithFallback = [Route() with { Fallback = "b" }, Route("b") with { Scopes = ["task"] }];

    [Theory]
    [InlineData(59_999, false, false)]
    [InlineData(60_000, false, true)]
    [InlineData(0, true, true)]
    public void What_a_channel_has_not_taken_for_a_minute_or_for_good_goes_to_its_fallback(int milliseconds, bool isDead, bool goes)
    {
        var late = isDead ? Delivery().GivenUp() : Delivery().Failing();
        var missing = Routing.Missing(First, [late], WithFallback, T0.AddMilliseconds(milliseconds));
        Assert.Equal(goes ? [("b", "ops")] : [], missing.Select(d => (d.Channel, d.InsteadOf)));
        // Once.
        Assert.Empty(Routing.Missing(First, [late, Delivery(channel: "b") with { InsteadOf = "ops" }], WithFallback, T0.AddMinutes(9)));
    }

    [Fact]
    public void A_fallback_gets_this_generation_alone_and_nothing_that_has_arrived_or_is_its_own_already()
    {
        var later = T0.AddMinutes(9);
        Assert.Empty(Routing.Missing(First, [Delivery().Sent()], WithFallback, later));
        Assert.Empty(Routing.Missing(First, [Delivery().Failing()], [WithFallback[0], WithFallback[1] with { Enabled = false }], later));
        Assert.Empty(Routing.Missing(First, [Delivery().Failing()], [WithFallback[0], Route("c") with { Scopes = ["task"] }], later));
        Assert.Empty(Routing.Missing(First, [Delivery().Failing()], [Route(), WithFallback[1]], later));
        Assert.Equal(["ops"], Routing.Missing(Second, [Delivery(First).GivenUp()], WithFallback, later).Select(d => d.Channel));
        Assert.Equal(["ops"], Routing.Missing(Ended, [Delivery(First).Failing()], WithFallback, later).Select(d => d.Channel));
        var late = Routing.Missing(Second, [Delivery(First).Sent(), Delivery(Second).Failing()], WithFallback, later);
        Assert.Equal([("b", "ops")], late.Select(d => (d.Channel, d.InsteadOf)));
        // It matches as well: once is enough.
        var both = Routing.Missing(First, [Delivery().Failing()], [WithFallback[0], Route("b")], later);
        Assert.Equal([("b", null)], both.Select(d => (d.Channel, d.InsteadOf)));
    }

    private static readonly ChannelRoute Forgets = Route() with { RepeatWithin = TimeSpan.FromSeconds(210) };

    private static Delivery? Again(Alert alert, ChannelRoute channel, int seconds, params Delivery[] before) =>
        Routing.Missing(alert, before, [channel], T0.AddSeconds(seconds)).SingleOrDefault();

    [Theory]
    [InlineData(209, false)]
    [InlineData(210, true)]
    public void A_receiver_that_forgets_hears_of_what_was_raised_again_within_its_cycle(int seconds, bool again)
    {
        var raised = First with { HeardAt = T0.AddSeconds(100) };
        Assert.Equal(again ? 1 : null, Again(raised, Forgets, seconds, Delivery().Sent())?.Repeat);
        Assert.Null(Again(raised, Route(), seconds, Delivery().Sent()));
        Assert.Null(Again(First, Forgets, seconds, Delivery().Sent()));
    }

    [Fact]
    public void It_is_repeated_after_the_last_that_arrived_once_none_is_on_its_way_and_while_it_matches()
    {
        var raised = First with { HeardAt = T0.AddHours(1) };
        var (once, twice) = (Delivery().Sent(), (Delivery() with { Repeat = 1 }).Sent(T0.AddSeconds(300)));
        Assert.Equal(2, Again(raised, Forgets, 510, once, twice)?.Repeat);
        Assert.Null(Again(raised, Forgets, 509, once, twice));
        Assert.Null(Again(raised, Forgets, 510, once, (Delivery() with { Repeat = 1 }).Failing()));
        Assert.Null(Again(raised, Forgets with { Levels = [5] }, 510, once));
        Assert.Null(Again(raised, Forgets, 510, Delivery().GivenUp()));
        Assert.Null(Again(Ended with { HeardAt = T0.AddHours(1) }, Forgets, 510, once, Delivery(Ended).Sent()));
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
    public void A_channel_hears_of_what_is_decided_after_it_was_made()
    {
        Assert.Empty(Routing.Missing(First, [], [Route() with { CreatedAt = T0.AddTicks(10) }], T0.AddDays(1)));
        Assert.Single(Routing.Missing(First, [], [Route() with { CreatedAt = T0 }], T0.AddDays(1)));
    }

    [Fact]
    public void A_new_round_is_not_queued_behind_one_that_waits()
    {
        Assert.Empty(Routing.Missing(Second, [Delivery(First).Failing()], [Route()], T0));
        Assert.Empty(Routing.Missing(Second, [Delivery(First).Sent(T0.AddMinutes(4))], [Route()], T0));
        Assert.Single(Routing.Missing(Second, [Delivery(First).Sent(T0.AddMinutes(1))], [Route()], T0));
        Assert.Single(Routing.Missing(Second, [Delivery(First).Sent(Second.GenerationAt)], [Route()], T0));
        Assert.Single(Routing.Missing(Second, [Delivery(First).Withdrawn("AL-312 overtaken", T0.AddMinutes(4))], [Route()], T0));
    }

    [Fact]
    public void An_end_is_told_to_who_was_told_of_the_beginning_or_will_be()
    {
        Assert.Single(Routing.Missing(Ended, [Delivery(First).Sent()], [Route()], T0));
        Assert.Single(Routing.Missing(Ended, [Delivery(First).Failing()], [Route()], T0));
        Assert.Empty(Routing.Missing(Ended, [Delivery(First).GivenUp()], [Route()], T0));
        Assert.Empty(Routing.Missing(Ended, [], [Route()], T0));
        Assert.Empty(Routing.Missing(Ended, [Delivery(First).Sent()], [Route("b")], T0));
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
        Assert.StartsWith("AL-309", Routing.Orphaned(Delivery().Claimed("x", T0.AddDays(10)), [Route()], T0.AddDays(10)));
        Assert.StartsWith("AL-310", Routing.Orphaned(Delivery(), [], T0));
        Assert.Null(Routing.Orphaned(Delivery().Sent(), [], T0));
        Assert.Null(Routing.Orphaned(Delivery(), [Route() with { Enabled = false }], T0 + Retry.AgeMax));
        Assert.StartsWith("AL-311",
            Routing.Orphaned(Delivery(), [Route() with { Enabled = false }], T0 + Retry.AgeMax
            + TimeSpan.FromTicks(1)));
    }
}
