namespace Holdfast.Alerting.Tests;

/// <summary>Deliveries to the fallback of a channel, which is told what that channel does not take.</summary>
public class RoutingFallbackTests
{
    private static readonly Alert First = Alert();
    private static readonly Alert Graver = First.Next(AlertCondition.Firing, T0.AddMinutes(5)) with { Level = 1 };
    private static readonly Alert Ended = First.Next(AlertCondition.Resolved, T0.AddMinutes(5));

    private static readonly ChannelRoute Main = Route("main") with { Fallback = "standin" };

    /// <summary>Hears only what others do not take.</summary>
    private static readonly ChannelRoute StandIn = Route("standin") with { Levels = [5] };

    private static Delivery OfMain(Alert alert) => Delivery(alert, "main") with { CreatedAt = alert.GenerationAt };

    private static string Told(Alert alert, DateTimeOffset now, Delivery[] known, params ChannelRoute[] channels) => string.Join(
        ' ', Routing.Missing(alert, known, channels is [] ? [Main, StandIn] : channels, now)
            .Select(d => $"{d.Channel}<{d.InsteadOf}{d.Generation}"));

    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "standin<main1")]
    public void What_a_channel_has_not_taken_for_a_minute_goes_to_its_fallback(int ticks, string told)
    {
        var now = T0.AddSeconds(60).AddTicks(ticks);
        Assert.Equal(told, Told(First, now, [OfMain(First)]));
        Assert.Equal(told, Told(First, now, [OfMain(First).Failing()]));
        Assert.Equal("", Told(First, now, [OfMain(First).Sent()]));
        // The end of a silence made its delivery, an hour after its generation.
        Assert.Equal(told, Told(First, now.AddHours(1), [OfMain(First) with { CreatedAt = T0.AddHours(1) }]));
    }

    [Fact]
    public void What_a_channel_gives_up_goes_there_at_once_and_what_is_withdrawn_does_not()
    {
        Assert.Equal("standin<main1", Told(First, T0, [OfMain(First).GivenUp()]));
        Assert.Equal("", Told(First, T0.AddHours(1), [OfMain(First).Withdrawn("AL-312 overtaken", T0)]));
    }

    [Fact]
    public void A_fallback_is_told_once()
    {
        var dead = OfMain(First).GivenUp();
        Assert.Equal("", Told(First, T0.AddMinutes(2), [dead, Delivery(First, "standin")]));
        Assert.Equal("", Told(First, T0.AddMinutes(2), [dead, Delivery(First, "standin").Sent()]));
        Assert.Equal("standin<1", Told(First, T0, [dead], Main, Route("standin")));
        var other = Delivery(First, "other").GivenUp();
        Assert.Equal("standin<main1", Told(First, T0, [dead, other], Main, Main with { Name = "other" }, StandIn));
    }

    [Fact]
    public void Only_the_channel_s_own_fallback_is_told_and_none_that_is_switched_off()
    {
        var dead = OfMain(First).GivenUp();
        Assert.Equal("", Told(First, T0, [dead], Main, StandIn with { Enabled = false }));
        Assert.Equal("", Told(First, T0, [dead], Main, StandIn with { Name = "another" }));
        Assert.Equal("", Told(First, T0, [dead], Main with { Fallback = null }, StandIn));
    }

    [Fact]
    public void Each_generation_counts_for_itself()
    {
        Delivery[] before = [OfMain(First).Sent(), Delivery(First, "standin").Sent()];
        Assert.Equal("standin<main2", Told(Graver, Graver.GenerationAt, [.. before, OfMain(Graver).GivenUp()]));
        // It had the firing, so the end is its own.
        Assert.Equal("standin<2", Told(Ended, Ended.GenerationAt, [.. before, OfMain(Ended).GivenUp()]));
        Assert.Equal("standin<main2", Told(Ended, Ended.GenerationAt, [OfMain(First).Sent(), OfMain(Ended).GivenUp()]));
        Assert.Equal("", Told(Graver, Graver.GenerationAt.AddHours(1),
            [OfMain(First).GivenUp(), Delivery(First, "standin").Sent(), OfMain(Graver).Sent(Graver.GenerationAt)]));
    }

    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "standin<main2")]
    public void A_generation_that_goes_with_an_earlier_delivery_has_a_minute_of_its_own(int ticks, string told) => Assert.Equal(
        told, Told(Graver, Graver.GenerationAt.AddSeconds(60).AddTicks(ticks),
            [OfMain(First).Failing(), Delivery(First, "standin").Sent()]));

    [Fact]
    public void A_generation_that_went_with_a_delivery_that_is_given_up_goes_to_the_fallback()
    {
        var dead = OfMain(First).GivenUp() with { SettledAt = Graver.GenerationAt.AddTicks(1), DeadAt = Graver.GenerationAt.AddTicks(1) };
        Assert.Equal("standin<main2", Told(Graver, Graver.GenerationAt.AddTicks(1), [dead, Delivery(First, "standin").Sent()]));
    }
}
